import { checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import type { Dataset } from './dataset.js'
import { drawRows, type Holdout, type HoldoutOptions, holdOut } from './hold-out.js'

export interface SplitOptions extends HoldoutOptions {
  /** The fraction of the rows to hold out for validation: above 0 and below 1. */
  readonly fraction: number
}

/**
 * Divides a dataset at random into rows to train on and rows to validate with, as scikit-learn's train_test_split does.
 *
 * The validation part has `fraction` of the rows, rounded to the nearest whole number. Each part has at least one row.
 * If the parts are stratified, the validation rows are divided among the classes in proportion to their sizes, by the
 * largest remainder method. The seed decides between equal remainders. A class with few rows may be missing in one
 * part.
 *
 * @param dataset The rows to divide.
 * @param options The fraction, the seed, and whether to stratify.
 * @returns Copies of the rows in two datasets.
 * @throws OptionError if an option is wrong or there are no labels to stratify by; DataError if there is only one row
 * @example
 * ```ts
 * import { readCsv, splitDataset } from 'descent-nn'
 *
 * const iris = await readCsv('iris.csv', { label: 4 })
 * const { training, validation } = splitDataset(iris, { fraction: 0.2, seed: 1 })
 * console.log(training.rows, validation.rows)
 * ```
 */
export function splitDataset(dataset: Dataset, options: SplitOptions): Holdout {
  if (typeof options !== 'object' || options === null) throw optionError({ options }, 'an object with a fraction')
  checkKeys('split', options, ['fraction', 'stratify', 'seed'])
  const { fraction } = options
  if (!(typeof fraction === 'number' && fraction > 0 && fraction < 1)) {
    throw optionError({ fraction }, 'a number above 0 and below 1')
  }
  const { order, classes } = drawRows(dataset, options, 'split')
  const total = Math.min(Math.max(Math.round(fraction * order.length), 1), order.length - 1)
  const shares = shareOut(
    total,
    classes.map((rows) => rows.length),
  )
  const heldOut = new Uint8Array(order.length)
  classes.forEach((rows, c) => {
    for (const row of rows.slice(0, shares[c])) heldOut[row] = 1
  })
  return holdOut(dataset, order, heldOut, 1)
}

/** Divides `total` into whole numbers in proportion to `sizes`, by the largest remainder method (Hare and Niemeyer). */
function shareOut(total: number, sizes: readonly number[]): number[] {
  const size = sizes.reduce((sum, n) => sum + n, 0)
  // Compare the remainders of integer divisions, because they are exact. The fractional parts of quotients would be
  // rounded.
  const remainders = sizes.map((n) => (total * n) % size)
  const shares = sizes.map((n, i) => (total * n - remainders[i]) / size)
  const missing = total - shares.reduce((sum, n) => sum + n, 0)
  const largest = sizes.map((_, i) => i).sort((a, b) => remainders[b] - remainders[a])
  for (const i of largest.slice(0, missing)) shares[i]++
  return shares
}
