import { OptionError, optionError } from '../base/errors.js'
import type { FloatArray, NumberArray } from '../base/memory.js'
import { isFloat32Array, isUint8Array } from '../base/typed-arrays.js'
import { Dataset, isDataset } from './dataset.js'

/**
 * Copies the listed rows into a new dataset, in the order of the list. The list may repeat rows. Inputs, labels and
 * targets keep their types, and the new dataset has the same scale, so no number is rounded.
 * @throws OptionError if the list is empty or has a row number out of range
 */
export function selectRows(dataset: Dataset, rows: ArrayLike<number>): Dataset {
  if (!isDataset(dataset)) throw optionError({ dataset }, 'a Dataset')
  if (!(rows?.length > 0)) throw optionError({ rows }, 'a list of at least one row number')
  for (let i = 0; i < rows.length; i++) {
    if (!Number.isInteger(rows[i]) || rows[i] < 0 || rows[i] >= dataset.rows) {
      throw new OptionError(`rows has ${rows[i]} at index ${i}: row numbers go from 0 to ${dataset.rows - 1}`)
    }
  }
  const { inputs, width, scale, inputNames, labels, targets, targetWidth } = dataset
  const selection = Dataset.allocate({
    rows: rows.length,
    width,
    dtype: isUint8Array(inputs) ? 'uint8' : typeOf(inputs),
    scale,
    inputNames,
    labels: labels !== undefined,
    targetWidth,
    ...(targets && { targetDtype: typeOf(targets) }),
  })
  copyRows(inputs, selection.inputs, width, rows)
  if (labels && selection.labels) for (let i = 0; i < rows.length; i++) selection.labels[i] = labels[rows[i]]
  if (targets && selection.targets) copyRows(targets, selection.targets, targetWidth, rows)
  return selection
}

function typeOf(numbers: FloatArray): 'float32' | 'float64' {
  return isFloat32Array(numbers) ? 'float32' : 'float64'
}

function copyRows(from: NumberArray, to: NumberArray, width: number, rows: ArrayLike<number>): void {
  for (let i = 0; i < rows.length; i++) to.set(from.subarray(rows[i] * width, (rows[i] + 1) * width), i * width)
}
