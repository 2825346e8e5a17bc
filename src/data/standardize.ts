import { DataError, optionError } from '../base/errors.js'
import { Dataset } from './dataset.js'

/** What has to be subtracted from each column, and what it has to be divided by, for mean 0 and deviation 1. */
export interface Standardization {
  readonly means: Float64Array
  /** Population standard deviations (over n, not n - 1); 1 for a column whose numbers are all equal. */
  readonly deviations: Float64Array
}

/**
 * Measures mean and standard deviation of each column of a dataset's inputs as a network sees them, input x scale, like
 * scikit-learn's StandardScaler. Gives two arrays of `width` numbers; the dataset stays as it is.
 *
 * One pass (Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4, 1962):
 * a sum of squares would lose the deviation of columns whose mean is large.
 *
 * @throws DataError where a column has no finite mean and deviation
 */
export function standardization(dataset: Dataset): Standardization {
  if (!(dataset instanceof Dataset)) throw optionError({ dataset }, 'a Dataset')
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
    // Equal numbers have differences of exactly 0.
    deviations[column] = deviation === 0 ? 1 : deviation
    if (!Number.isFinite(means[column]) || !Number.isFinite(deviations[column])) {
      throw new DataError(`column ${column} has no finite mean and deviation: its numbers are too large or not finite`)
    }
  }
  return { means, deviations }
}
