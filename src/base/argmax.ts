import type { FloatArray } from './memory.js'

/**
 * Returns the position of the largest of the `count` numbers that start at index `from`. Position 0 is index `from`. If
 * several numbers are largest, returns the first position. If there is a NaN, returns the position of the first NaN.
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
