import type { InputArray } from '../../data/dataset.js'
import type { NumberItems } from './table.js'

/**
 * `copyNumbers` copies numbers into this buffer before its inner loop reads them. So the loop always reads the same
 * type of array, and V8 keeps the optimized code of the loop.
 */
const block = new Float64Array(2048)

/**
 * Copies `count` numbers from `items`, starting at index `from`, to every `stride`-th element of `out`, starting at
 * index `position`. Stops at the first number that `out` cannot hold, and returns how many numbers were copied before
 * it. Returns -1 if all numbers were copied. An array of floats can hold numbers whose absolute value is below `beyond`,
 * but if `exact` is true, only those that it does not round. An array of bytes can hold whole numbers from 0 to 255.
 */
export function copyNumbers(
  items: NumberItems,
  from: number,
  count: number,
  out: InputArray,
  position: number,
  stride: number,
  beyond: number,
  exact: boolean,
): number {
  if (stride === 1 && items instanceof Uint8Array) {
    out.set(items.subarray(from, from + count), position)
    return -1
  }
  const unchanged = exact || out instanceof Uint8Array
  for (let done = 0; done < count; done += block.length) {
    const length = Math.min(block.length, count - done)
    block.set(items.subarray(from + done, from + done + length))
    for (let i = 0; i < length; i++, position += stride) {
      const value = block[i]
      out[position] = value
      // NaN is not below any number.
      if (!(Math.abs(value) < beyond) || (unchanged && out[position] !== value)) return done + i
    }
  }
  return -1
}
