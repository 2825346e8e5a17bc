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
 * it. Returns -1 if all numbers were copied. An array of floats can hold finite numbers in its range, and an array of
 * bytes can hold whole numbers from 0 to 255.
 */
export function copyNumbers(
  items: NumberItems,
  from: number,
  count: number,
  out: InputArray,
  position: number,
  stride: number,
): number {
  if (stride === 1 && items instanceof Uint8Array) {
    out.set(items.subarray(from, from + count), position)
    return -1
  }
  const bytes = out instanceof Uint8Array
  for (let done = 0; done < count; done += block.length) {
    const length = Math.min(block.length, count - done)
    block.set(items.subarray(from + done, from + done + length))
    for (let i = 0; i < length; i++, position += stride) {
      const value = block[i]
      out[position] = value
      const stored = out[position]
      // A finite number minus itself is 0, but NaN and infinity minus themselves are NaN.
      if (bytes ? stored !== value : stored - stored !== 0) return done + i
    }
  }
  return -1
}
