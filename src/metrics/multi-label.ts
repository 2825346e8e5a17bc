import { DataError } from '../base/errors.js'
import { averageClasses, type ClassAverages, type ClassMetrics, metricsOfCounts } from './classes.js'
import { countRows } from './count-rows.js'

export interface MultiLabelMetrics extends ClassAverages {
  /** The fraction of rows for which every label is predicted correctly. */
  readonly exactMatch: number
  /** The fraction of wrong predictions, counting each label of each row separately. */
  readonly hamming: number
  /** The metrics of each label, in the order of the columns of the outputs. */
  readonly labels: readonly ClassMetrics[]
}

/**
 * Computes metrics for rows that may have several labels or none. A label is predicted if its output is above the
 * threshold. An output of NaN counts as above any threshold. The results equal the results of scikit-learn's
 * accuracy_score, hamming_loss and classification_report (zero_division=0) for multilabel indicators.
 * @param outputs Rows x width, row-major.
 * @param targets Rows x width, row-major. A target is 1 if the row has the label, otherwise 0.
 * @throws OptionError if `width` is not a whole number of at least 1; DataError if the number of outputs or targets is
 * wrong, or if a target is neither 0 nor 1
 */
export function multiLabelMetrics(
  outputs: ArrayLike<number>,
  targets: ArrayLike<number>,
  width: number,
  threshold = 0.5,
): MultiLabelMetrics {
  countRows('targets', targets, width, countRows('outputs', outputs, width))
  const other = findNonBinary(targets)
  if (other >= 0) {
    throw new DataError(
      `targets has ${targets[other]} at row ${Math.floor(other / width)}, column ${other % width}: every number must be 0 or 1`,
    )
  }
  const multiLabel = createMultiLabel(width, threshold)
  multiLabel.add(outputs, targets)
  return multiLabel.metrics()
}

/** Returns the index of the first number that is neither 0 nor 1, or -1 if there is no such number. */
export function findNonBinary(targets: ArrayLike<number>): number {
  for (let i = 0; i < targets.length; i++) if (targets[i] !== 0 && targets[i] !== 1) return i
  return -1
}

/** Counts correct and wrong predictions. The rows can be added in several calls of `add`. */
export interface MultiLabel {
  add(outputs: ArrayLike<number>, targets: ArrayLike<number>): void
  metrics(): MultiLabelMetrics
}

export function createMultiLabel(width: number, threshold = 0.5): MultiLabel {
  const hits = new Float64Array(width)
  const answered = new Float64Array(width)
  const support = new Float64Array(width)
  let wrong = 0
  let exact = 0
  let rows = 0
  return {
    add(outputs, targets) {
      for (let i = 0; i < targets.length; ) {
        const wrongBefore = wrong
        for (let column = 0; column < width; column++, i++) {
          const answer = outputs[i] <= threshold ? 0 : 1
          hits[column] += answer * targets[i]
          answered[column] += answer
          support[column] += targets[i]
          if (answer !== targets[i]) wrong++
        }
        if (wrong === wrongBefore) exact++
        rows++
      }
    },
    metrics() {
      const labels = Array.from(hits, (count, column) => metricsOfCounts(count, answered[column], support[column]))
      return { exactMatch: exact / rows, hamming: wrong / (rows * width), labels, ...averageClasses(labels) }
    },
  }
}
