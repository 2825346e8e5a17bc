import { checkInteger } from '../base/checks.js'
import { DataError, OptionError, optionError } from '../base/errors.js'
import { createRandom, randomOrder } from '../base/random.js'
import { type Dataset, isDataset } from './dataset.js'
import { selectRows } from './select-rows.js'

/**
 * The rows for training and the rows held out for validation. Both datasets are copies, with their rows in a random
 * order that depends on the seed.
 */
export interface Holdout {
  readonly training: Dataset
  readonly validation: Dataset
}

export interface HoldoutOptions {
  /** Whether training and validation rows have the same proportion of each class. Default: true if there are labels. */
  readonly stratify?: boolean
  /** The seed of the random order. The same seed divides a dataset in the same way. Default 0. */
  readonly seed?: number
}

export interface Draw {
  /** The row numbers of the dataset, in a seeded random order. */
  readonly order: Uint32Array
  /** The same row numbers, grouped by class. If the division is not stratified, there is a single group. */
  readonly classes: readonly (readonly number[])[]
}

/**
 * Shuffles the row numbers of a dataset, and groups them by class. The random order depends on the seed and on
 * `stream`, the name of a stream of random numbers.
 * @throws OptionError if an option is wrong; DataError if the dataset has only one row
 */
export function drawRows(dataset: Dataset, { stratify, seed = 0 }: HoldoutOptions, stream: string): Draw {
  if (!isDataset(dataset)) throw optionError({ dataset }, 'a Dataset')
  const { rows, labels } = dataset
  checkInteger({ seed }, 0)
  if (stratify !== undefined && typeof stratify !== 'boolean') throw optionError({ stratify }, 'true or false')
  if (stratify && !labels) throw new OptionError('stratify needs a dataset with labels')
  if (rows === 1) throw new DataError('a dataset of one row cannot be divided into training and validation')
  const order = randomOrder(rows, createRandom(seed, stream))
  if (stratify === false || !labels) return { order, classes: [[...order]] }
  const classes = new Map<number, number[]>()
  for (const row of order) {
    const rows = classes.get(labels[row])
    if (rows) rows.push(row)
    else classes.set(labels[row], [row])
  }
  return { order, classes: [...classes.values()] }
}

/**
 * Divides a dataset into rows for training and rows for validation. A row is for validation if `partOf[row]` is `part`.
 * In both returned datasets, the rows are in the order in which `order` lists them.
 */
export function holdOut(dataset: Dataset, order: Uint32Array, partOf: ArrayLike<number>, part: number): Holdout {
  return {
    training: selectRows(
      dataset,
      order.filter((row) => partOf[row] !== part),
    ),
    validation: selectRows(
      dataset,
      order.filter((row) => partOf[row] === part),
    ),
  }
}
