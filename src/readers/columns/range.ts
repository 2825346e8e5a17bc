import type { DatasetShape } from '../../data/dataset.js'

/**
 * The smallest number that is infinite after rounding to float32. It is halfway between the largest finite float32 and
 * 2^128.
 */
const beyondFloat32 = 2 ** 128 - 2 ** 103

/**
 * Returns the smallest number that becomes infinite in a dataset of this dtype. `widens` is whether an array of float32
 * numbers becomes float64 at the first number that float32 does not hold.
 */
export function firstInfinite(type: DatasetShape['dtype'], widens: boolean): number {
  return type === 'float64' || widens ? Infinity : beyondFloat32
}
