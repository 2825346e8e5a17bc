import { checkInteger } from '../base/checks.js'
import { DataError, inspectValue } from '../base/errors.js'
import { type Labels, labelAt } from '../data/labels.js'
import { countRows } from './count-rows.js'

/**
 * Computes the fraction of rows whose correct class has one of the k largest outputs. If outputs are equal, the output
 * with the lower index counts as larger. (In scikit-learn's top_k_accuracy_score, the output with the higher index
 * counts as larger.) NaN counts as larger than any number. `evaluate` has the same rules for the largest output, so
 * with k = 1 the result is the accuracy that `evaluate` computes.
 *
 * @param outputs Rows x classes, row-major, as `predict` returns them.
 * @param classes The number of classes.
 * @param labels The class number of each row.
 * @param k A whole number from 1 to `classes`.
 * @returns A number from 0 to 1.
 * @throws OptionError if `classes` or `k` is wrong; DataError if the number of outputs is not rows x classes, or if a
 * label is not a whole number from 0 to `classes` - 1
 * @example
 * ```ts
 * import { topK } from 'descent-nn'
 *
 * console.log(topK([0.1, 0.2, 0.7, 0.5, 0.4, 0.1], 3, [1, 0], 2))
 * ```
 */
export function topK(outputs: ArrayLike<number>, classes: number, labels: Labels, k: number): number {
  checkInteger({ classes }, 1)
  checkInteger({ k }, 1, classes)
  countRows('outputs', outputs, classes, labels.length)
  const numbers = Int32Array.from({ length: labels.length }, (_, row) => {
    const label = labelAt(labels, row)
    if (typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < classes) return label
    throw new DataError(`label ${inspectValue(label)} at row ${row} must be a whole number from 0 to ${classes - 1}`)
  })
  const ranks = createRanks(classes)
  ranks.add(outputs, numbers)
  return ranks.share(k)
}

/**
 * Counts how often the output of the correct class is the largest, the second largest and so on. The rows can be added
 * in several calls of `add`.
 */
export interface Ranks {
  add(outputs: ArrayLike<number>, labels: ArrayLike<number>): void
  /** Returns the fraction of rows whose correct class has one of the k largest outputs. */
  share(k: number): number
}

export function createRanks(classes: number): Ranks {
  const counts = new Float64Array(classes)
  let rows = 0
  return {
    add(outputs, labels) {
      for (let row = 0; row < labels.length; row++) counts[rankOf(outputs, row * classes, classes, labels[row])]++
      rows += labels.length
    },
    share(k) {
      return counts.subarray(0, k).reduce((total, count) => total + count, 0) / rows
    },
  }
}

/**
 * Returns the rank of the output of class `label` among the outputs of the row that starts at index `from`. The largest
 * output has the rank 0.
 */
function rankOf(outputs: ArrayLike<number>, from: number, classes: number, label: number): number {
  const own = outputs[from + label]
  let rank = 0
  for (let j = 0; j < classes; j++) {
    const other = outputs[from + j]
    if (Number.isNaN(own) ? Number.isNaN(other) && j < label : isBefore(other, own) || (other === own && j < label)) {
      rank++
    }
  }
  return rank
}

function isBefore(other: number, own: number): boolean {
  return other > own || Number.isNaN(other)
}
