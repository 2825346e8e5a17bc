import type { DatasetShape } from '../../data/dataset.js'

/**
 * The smallest number that is infinite after rounding to float32. It is halfway between the largest finite float32 and
 * 2^128.
 */
const beyondFloat32 = 2 ** 128 - 2 ** 103

/**
 * Returns the smallest number that becomes infinite in a dataset of this dtype. The result for 'uint8' is the same as
 * for 'float32', because a dataset of bytes stores its targets as float32.
 */
export function firstInfinite(type: DatasetShape['dtype']): number {
  return type === 'float64' ? Infinity : beyondFloat32
}
