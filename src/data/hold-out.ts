import { checkInteger } from '../base/checks.js'
import { DataError, OptionError, optionError } from '../base/errors.js'
import { createRandom, shuffle } from '../base/random.js'
import { Dataset } from './dataset.js'
import { selectRows } from './select-rows.js'

/** Rows to learn from, and rows held out of them to judge by: copies, both in the order of the seeded shuffle. */
export interface Holdout {
  readonly training: Dataset
  readonly validation: Dataset
}

export interface HoldoutOptions {
  /** Whether both parts have every class in the same share. Default: true where the dataset has labels. */
  readonly stratify?: boolean
  /** Which rows come into which part: the same seed gives the same parts. Default 0. */
  readonly seed?: number
}

/** All rows of a dataset in a seeded order, and apart from that by class; one class where that shall not count. */
export interface Draw {
  readonly order: Uint32Array
  readonly classes: readonly (readonly number[])[]
}

/** @throws OptionError where an option is wrong; DataError where there are not two rows */
export function drawRows(dataset: Dataset, { stratify, seed = 0 }: HoldoutOptions, stream: string): Draw {
  if (!(dataset instanceof Dataset)) throw optionError({ dataset }, 'a Dataset')
  const { rows, labels } = dataset
  checkInteger({ seed }, 0)
  if (stratify !== undefined && typeof stratify !== 'boolean') throw optionError({ stratify }, 'true or false')
  if (stratify && !labels) throw new OptionError('stratify needs a dataset with labels')
  if (rows === 1) throw new DataError('a dataset of one row cannot be divided into training and validation')
  const order = new Uint32Array(rows)
  for (let i = 0; i < rows; i++) order[i] = i
  shuffle(order, createRandom(seed, stream))
  if (stratify === false || !labels) return { order, classes: [[...order]] }
  const classes = new Map<number, number[]>()
  for (const row of order) {
    const rows = classes.get(labels[row])
    if (rows) rows.push(row)
    else classes.set(labels[row], [row])
  }
  return { order, classes: [...classes.values()] }
}

/** Holds out the rows whose part has this number. `partOf` has the number of the part of each row. */
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
