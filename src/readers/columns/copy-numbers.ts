import type { InputArray } from '../../data/dataset.js'
import type { NumberItems } from './table.js'

/** Every type of numbers goes through this one, so that the loop below meets one type of them, and stays compiled. */
const block = new Float64Array(2048)

/**
 * Copies `count` numbers of `items` from `from` on to every `stride`-th place of `out` from `position` on. Returns the index,
 * from 0, of the first one that `out` cannot hold (NaN, infinite, out of the range of float32, no whole number from 0 to
 * 255 for bytes), or -1.
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
      // What is neither NaN nor infinite is 0 less itself.
      if (bytes ? stored !== value : stored - stored !== 0) return done + i
    }
  }
  return -1
}
