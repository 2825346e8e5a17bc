import { DataError, optionError } from '../base/errors.js'
import { type Dataset, isDataset } from './dataset.js'

/**
 * The mean and the standard deviation of each column. To standardize a column to mean 0 and standard deviation 1,
 * subtract its mean and then divide by its deviation.
 */
export interface Standardization {
  readonly means: Float64Array
  /**
   * Population standard deviations. Their denominator is the number of rows. If all values of a column are equal, its
   * deviation is 1.
   */
  readonly deviations: Float64Array
}

/**
 * Computes the mean and standard deviation of each column of a dataset's scaled inputs (input x scale, as a network
 * sees them), like scikit-learn's StandardScaler. Returns two arrays of `width` numbers. The dataset does not change.
 *
 * This function uses Welford's one-pass algorithm ("Note on a method for calculating corrected sums of squares and
 * products", Technometrics 4, 1962). With a plain sum of squares, rounding errors would hide the deviation of a column
 * with a large mean.
 *
 * @throws DataError if the mean or deviation of a column is not finite
 */
export function standardization(dataset: Dataset): Standardization {
  if (!isDataset(dataset)) throw optionError({ dataset }, 'a Dataset')
  const { inputs, width, rows, scale } = dataset
  const means = new Float64Array(width)
  const squares = new Float64Array(width)
  for (let row = 0; row < rows; row++) {
    const start = row * width
    const weight = 1 / (row + 1)
    for (let column = 0; column < width; column++) {
      const input = inputs[start + column]
      const difference = input - means[column]
      means[column] += weight * difference
      squares[column] += difference * (input - means[column])
    }
  }
  const deviations = squares
  for (let column = 0; column < width; column++) {
    means[column] *= scale
    const deviation = Math.sqrt(squares[column] / rows) * Math.abs(scale)
    // If all values are equal, their deviation is exactly 0. Use 1 instead, to avoid dividing by zero.
    deviations[column] = deviation === 0 ? 1 : deviation
    if (!Number.isFinite(means[column]) || !Number.isFinite(deviations[column])) {
      throw new DataError(`column ${column} has no finite mean and deviation: its numbers are too large or not finite`)
    }
  }
  return { means, deviations }
}
