import type { FloatArray } from './memory.js'

/**
 * Finds the largest of the `count` numbers that start at index `from`, and returns its index minus `from`. If the
 * largest number occurs several times, the first one counts. If there is a NaN, the first NaN counts.
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
