import { allocateShared } from '../base/memory.js'
import { isFloat64Array, isUint8Array } from '../base/typed-arrays.js'
import type { Dataset, DatasetShape } from './dataset.js'

/** An array of a dataset whose float32 numbers can be replaced by float64 numbers. */
export type FloatPart = 'inputs' | 'targets'

/**
 * Replaces the inputs or the targets of a dataset by a float64 array, into which the first `filled` numbers are copied.
 * Call it only while the dataset is being filled, because others may hold the array that is replaced.
 * @throws MemoryError if there is too little memory
 */
export function widen(dataset: Dataset, part: FloatPart, filled: number): Float64Array {
  const wide = allocateShared(Float64Array, dataset[part]?.length ?? 0)
  wide.set(dataset[part]?.subarray(0, filled) ?? [])
  Object.assign(dataset, { [part]: wide })
  return wide
}

/** Returns the shape of a dataset for the rows of all blocks. It is float64 if a block is, so no number is rounded. */
export function shapeOfAll(
  blocks: readonly (Dataset | undefined)[],
): Omit<DatasetShape, 'rows'> & { dtype: NonNullable<DatasetShape['dtype']> } {
  const [first] = blocks
  if (!first) throw new RangeError('there is no block of rows')
  const { inputs, width, scale, inputNames, labels, targetWidth } = first
  const isWide = (part: FloatPart) => blocks.some((block) => isFloat64Array(block?.[part]))
  return {
    width,
    dtype: isUint8Array(inputs) ? 'uint8' : isWide('inputs') ? 'float64' : 'float32',
    scale,
    inputNames,
    labels: labels !== undefined,
    targetWidth,
    targetDtype: isWide('targets') ? 'float64' : 'float32',
  }
}
