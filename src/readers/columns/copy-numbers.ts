import type { InputArray } from '../../data/dataset.js'
import type { NumberItems } from './table.js'

/** All numbers are copied through this block: the loop below then sees a single array type, which keeps it optimized. */
const block = new Float64Array(2048)

/**
 * Copies `count` numbers of `items`, starting at `from`, to every `stride`-th element of `out`, starting at `position`.
 * Returns the index, from 0, of the first number that `out` cannot hold, or -1: NaN, infinity, a number outside the range of
 * float32, and for bytes anything but a whole number from 0 to 255.
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
      // A finite number minus itself is 0; NaN and infinity give NaN.
      if (bytes ? stored !== value : stored - stored !== 0) return done + i
    }
  }
  return -1
}
