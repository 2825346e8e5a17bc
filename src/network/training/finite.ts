import type { FloatArray } from '../../memory.js'

/** Numbers looked at in one turn of the event loop: about a millisecond. */
const piece = 2 ** 19

/** Whether all numbers are finite. Many of them are looked at in pieces, between which waiting events are handled. */
export async function areFinite(values: FloatArray): Promise<boolean> {
  for (let from = 0; from < values.length; from += piece) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve))
    if (!areFiniteFrom(values, from, Math.min(from + piece, values.length))) return false
  }
  return true
}

function areFiniteFrom(values: FloatArray, from: number, to: number): boolean {
  let sum = 0
  // 0 times a number is 0, and 0 times anything else is NaN.
  for (let i = from; i < to; i++) sum += 0 * values[i]
  return sum === 0
}
