import { countRows } from './count-rows.js'

/** How far outputs are from their targets. */
export interface ColumnMetrics {
  /** The mean of the squared differences. */
  readonly mse: number
  /** The mean of the absolute differences. */
  readonly mae: number
  /**
   * The coefficient of determination: 1 - (the sum of the squared differences) / (the sum of the squared deviations of
   * the targets from their mean). If all targets are equal, it is 1 if every output equals its target, and 0 otherwise.
   */
  readonly r2: number
}

/** The metrics averaged over the columns, and the metrics of each column. */
export interface RegressionMetrics extends ColumnMetrics {
  readonly columns: readonly ColumnMetrics[]
}

/**
 * Computes the mean squared error, the mean absolute error and R2 for each column of the outputs, and their averages
 * over the columns. The results equal those of scikit-learn's mean_squared_error, mean_absolute_error and r2_score with
 * multioutput='uniform_average'. If an output is NaN, the metrics are NaN.
 * @param outputs Rows x width, row-major.
 * @param targets Rows x width, row-major.
 * @throws OptionError if `width` is not a whole number of at least 1; DataError if the number of outputs or targets is
 * wrong
 */
export function regressionMetrics(
  outputs: ArrayLike<number>,
  targets: ArrayLike<number>,
  width: number,
): RegressionMetrics {
  countRows('targets', targets, width, countRows('outputs', outputs, width))
  const regression = createRegression(width)
  regression.add(outputs, targets)
  return regression.metrics()
}

/** Adds up the squared and absolute differences between outputs and targets. The rows can be added in several calls. */
export interface Regression {
  add(outputs: ArrayLike<number>, targets: ArrayLike<number>): void
  metrics(): RegressionMetrics
}

export function createRegression(width: number): Regression {
  const squared = new Float64Array(width)
  const absolute = new Float64Array(width)
  // Compute the spread of the targets by Welford's recurrence. Subtracting the square of a sum from a sum of squares
  // would lose digits if the targets are far from 0.
  const mean = new Float64Array(width)
  const spread = new Float64Array(width)
  let rows = 0
  return {
    add(outputs, targets) {
      for (let i = 0; i < targets.length; ) {
        rows++
        for (let column = 0; column < width; column++, i++) {
          const difference = outputs[i] - targets[i]
          squared[column] += difference * difference
          absolute[column] += Math.abs(difference)
          const step = targets[i] - mean[column]
          mean[column] += step / rows
          spread[column] += step * (targets[i] - mean[column])
        }
      }
    },
    metrics() {
      const columns = Array.from({ length: width }, (_, column) => ({
        mse: squared[column] / rows,
        mae: absolute[column] / rows,
        r2: determination(squared[column], spread[column]),
      }))
      const average = (name: keyof ColumnMetrics) =>
        columns.reduce((total, metrics) => total + metrics[name], 0) / width
      return { mse: average('mse'), mae: average('mae'), r2: average('r2'), columns }
    },
  }
}

function determination(squared: number, spread: number): number {
  if (spread > 0 || Number.isNaN(squared)) return 1 - squared / spread
  return squared === 0 ? 1 : 0
}
