import type { FloatArray } from './memory.js'

/**
 * Returns the index of the first NaN among `count` numbers. Without a NaN, returns the index of the first largest
 * number.
 */
export function argmax(values: FloatArray, from: number, count: number): number {
  let best = 0
  for (let j = 0; j < count; j++) {
    const value = values[from + j]
    if (Number.isNaN(value)) return j
    if (value > values[from + best]) best = j
  }
  return best
}
