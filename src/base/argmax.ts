import type { FloatArray } from './memory.js'

/** The index of the largest of `count` numbers: the first one if several are equal, or the first NaN if there is one. */
export function argmax(values: FloatArray, from: number, count: number): number {
  let best = 0
  for (let j = 0; j < count; j++) {
    const value = values[from + j]
    if (Number.isNaN(value)) return j
    if (value > values[from + best]) best = j
  }
  return best
}
