import { DataError } from '../base/errors.js'
import { type ClassCounts, countsOfConfusion } from './class-counts.js'

/** How well a network recognizes one class. If the denominator of a metric is 0, the metric is 0. */
export interface ClassMetrics {
  /** The fraction of correct predictions among the rows that were predicted as this class. */
  readonly precision: number
  /** The fraction of correct predictions among the rows that belong to this class. */
  readonly recall: number
  /** The harmonic mean of precision and recall. */
  readonly f1: number
  /** The number of rows of the class. */
  readonly support: number
}

export interface ClassAverages {
  /** The mean of each metric over the classes. `support` is the number of rows in all classes. */
  readonly macro: ClassMetrics
  /**
   * The mean of each metric over the classes, weighted by the number of rows in each class. `support` is the number of
   * rows in all classes.
   */
  readonly weighted: ClassMetrics
}

export interface ClassificationMetrics extends ClassAverages {
  /** The fraction of all rows whose class is predicted correctly. */
  readonly accuracy: number
  /** The metrics of each class, in the order of the class numbers. */
  readonly classes: readonly ClassMetrics[]
}

/**
 * Computes precision, recall and F1 of each class, and their averages. The averages include classes without any rows,
 * as in scikit-learn's classification_report when `labels` lists all classes and zero_division is 0.
 *
 * @param confusion The confusion matrix that `evaluate` returns. `confusion[label][answer]` is the number of rows with
 * the class `label` that were predicted as the class `answer`.
 * @returns The accuracy, the metrics of each class, and their averages.
 * @throws DataError unless the matrix is square
 * @example
 * ```ts
 * import { classificationMetrics } from 'descent-nn'
 *
 * const { accuracy, classes } = classificationMetrics([[8, 2], [1, 9]])
 * console.log(accuracy, classes[1].precision, classes[1].recall)
 * ```
 */
export function classificationMetrics(confusion: readonly (readonly number[])[]): ClassificationMetrics {
  const count = confusion.length
  if (count === 0) throw new DataError('confusion has no rows')
  confusion.forEach((row, label) => {
    if (row.length !== count)
      throw new DataError(`confusion row ${label} has ${row.length} numbers instead of ${count}`)
  })
  return metricsOfClasses(countsOfConfusion(confusion))
}

export function metricsOfClasses({ hits, answered, support }: ClassCounts): ClassificationMetrics {
  const classes = Array.from(hits, (count, label) => metricsOfCounts(count, answered[label], support[label]))
  const averages = averageClasses(classes)
  return { accuracy: ratio(sum(hits), averages.macro.support), classes, ...averages }
}

/**
 * Returns the metrics of a class with `support` rows. `answered` is the number of rows that were predicted as this
 * class, and `hits` is the number of these predictions that were correct.
 */
export function metricsOfCounts(hits: number, answered: number, support: number): ClassMetrics {
  return {
    precision: ratio(hits, answered),
    recall: ratio(hits, support),
    f1: ratio(2 * hits, answered + support),
    support,
  }
}

export function averageClasses(classes: readonly ClassMetrics[]): ClassAverages {
  const support = sum(classes.map((metrics) => metrics.support))
  const mean = (weight: (metrics: ClassMetrics) => number): ClassMetrics => {
    const total = sum(classes.map(weight))
    const of = (name: 'precision' | 'recall' | 'f1') =>
      ratio(sum(classes.map((metrics) => weight(metrics) * metrics[name])), total)
    return { precision: of('precision'), recall: of('recall'), f1: of('f1'), support }
  }
  return { macro: mean(() => 1), weighted: mean((metrics) => metrics.support) }
}

function sum(values: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i]
  return total
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
