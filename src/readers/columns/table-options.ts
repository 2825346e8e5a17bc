import { checkInteger, checkKeys } from '../../base/checks.js'
import { OptionError, optionError } from '../../base/errors.js'
import type { DatasetShape } from '../../data/dataset.js'
import { checkColumnNames } from '../../data/input-names.js'
import { numbersOf } from '../../data/label-names.js'
import { type FoundLabelNames, isFoundLabelNames } from './found-label-names.js'
import { checkShard, type Shard } from './shard.js'

/**
 * The name of a column, or its index starting at 0. A string of digits is taken as an index unless a column has that
 * name.
 */
export type ColumnId = string | number

/** The options of all functions that read tables. They say how columns are used, and which rows are read. */
export interface TableOptions {
  /**
   * The column that holds the class of each row, as a number from 0, or as a name if `labelNames` is given. Default:
   * rows have no labels.
   */
  readonly label?: ColumnId | undefined
  /**
   * The class names in the order of the network's outputs. They are needed if the label column holds names. If the
   * names are not known, pass the result of `findLabelNames()`.
   */
  readonly labelNames?: readonly string[] | FoundLabelNames | undefined
  /**
   * The columns of the targets, which are the outputs that the network should learn. This option cannot be combined
   * with `label`. Default: rows have no targets.
   */
  readonly targets?: readonly ColumnId[] | undefined
  /** The columns of the inputs, in the network's order. Default: all columns except the label and the targets. */
  readonly inputs?: readonly ColumnId[] | undefined
  /**
   * The names of a network's inputs, which are `network.inputNames`. In a table with named columns, the inputs are the
   * columns with these names, and columns of other names are not read. In a table without names, the inputs are chosen
   * as if this option were not given. It cannot be combined with `inputs`.
   */
  readonly inputNames?: readonly string[] | undefined
  /**
   * The type in which inputs are stored. 'uint8' only accepts whole numbers from 0 to 255. With 'float32', numbers are
   * rounded. Default: 'float32' if it holds all inputs exactly, otherwise 'float64'; 'uint8' if all inputs are columns
   * of bytes, such as BLOBs in Parquet. Batches before the first number that needs float64 have float32.
   */
  readonly dtype?: NonNullable<DatasetShape['dtype']> | undefined
  /** The network multiplies each input by this factor. Default 1/255 for 'uint8', 1 for floats. */
  readonly scale?: number | undefined
  /**
   * The part of the rows to read, such as `{ index: rank, count: size }` in one of several processes. Default: all rows.
   * With this option, `limit` is the maximum number of rows of the part.
   */
  readonly shard?: Shard | undefined
  /** The maximum number of rows to read. Default: all. */
  readonly limit?: number | undefined
  /** If this signal is aborted, reading fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** The additional option of functions that yield batches. */
export interface BatchOptions {
  /**
   * The number of rows in a batch. The last batch may have fewer. Default: 8192, or fewer if the inputs of 8192 rows
   * would take more than 64 MiB.
   */
  readonly batchSize?: number | undefined
}

export const tableKeys = [
  'label',
  'labelNames',
  'targets',
  'inputs',
  'inputNames',
  'dtype',
  'scale',
  'shard',
  'limit',
  'signal',
] satisfies (keyof TableOptions)[]

export const batchKeys = ['batchSize'] satisfies (keyof BatchOptions)[]

/**
 * Returns the options with the given keys, except those that are undefined. This separates, for example, the options of
 * a table from the options of a database.
 */
export function pick<T extends object>(options: T, keys: readonly string[]): Partial<T> {
  const given = Object.entries(options).filter(([key, value]) => keys.includes(key) && value !== undefined)
  return Object.fromEntries(given) as Partial<T>
}

/**
 * Checks all options that can be checked before the table is open. `more` contains the names of the options that are
 * allowed in addition to those of `TableOptions`.
 * @throws OptionError at the first option that is unknown, has the wrong type or contradicts another option
 */
export function checkTableOptions(
  what: string,
  options: TableOptions & BatchOptions,
  more: readonly string[] = [],
): void {
  checkKeys(what, options, [...tableKeys, ...more])
  const { label, labelNames, targets, inputs, inputNames, dtype, shard, limit, batchSize } = options
  if (label !== undefined) checkColumn({ label })
  checkColumns({ targets })
  checkColumns({ inputs })
  if (inputNames !== undefined) {
    if (inputs) throw new OptionError('a table has inputs or inputNames, not both', { option: 'inputNames' })
    if (!Array.isArray(inputNames) || inputNames.length === 0) throw optionError({ inputNames }, 'a list of names')
    checkColumnNames(inputNames, inputNames.length)
  }
  if (label !== undefined && targets) throw new OptionError('a dataset has labels or targets, not both')
  if (labelNames !== undefined) checkLabelNames(labelNames, label)
  if (dtype !== undefined && !['uint8', 'float32', 'float64'].includes(dtype)) {
    throw optionError({ dtype }, "'uint8', 'float32' or 'float64'")
  }
  if (shard !== undefined) {
    checkShard(shard)
    if (isFoundLabelNames(labelNames)) {
      const why = 'the names that are found in one shard differ from those in another'
      throw new OptionError(`labelNames must be a list of names if shard is given: ${why}`, { option: 'labelNames' })
    }
  }
  if (limit !== undefined) checkInteger({ limit }, 1)
  if (batchSize !== undefined) checkInteger({ batchSize }, 1)
}

function checkLabelNames(labelNames: unknown, label: ColumnId | undefined): void {
  if (label === undefined)
    throw new OptionError('labelNames needs label: the column of the class names', { option: 'labelNames' })
  if (isFoundLabelNames(labelNames)) return
  if (!Array.isArray(labelNames) || labelNames.length === 0 || !labelNames.every((name) => typeof name === 'string')) {
    throw optionError({ labelNames }, 'a list of class names, or the result of findLabelNames()')
  }
  const seen = new Set<string>()
  for (const name of labelNames) {
    if (seen.has(name))
      throw new OptionError(`labelNames has ${JSON.stringify(name)} twice`, { option: 'labelNames', value: name })
    seen.add(name)
  }
  const numbers = numbersOf(labelNames)
  numbers?.forEach((number, place) => {
    const first = numbers.indexOf(number)
    if (first === place) return
    const both = `${JSON.stringify(labelNames[first])} and ${JSON.stringify(labelNames[place])}`
    throw new OptionError(`labelNames has ${both}, which are the same number`, { option: 'labelNames' })
  })
}

function checkColumns(option: Record<string, readonly ColumnId[] | undefined>): void {
  for (const [name, list] of Object.entries(option)) {
    if (list === undefined) continue
    if (!Array.isArray(list) || list.length === 0) throw optionError(option, 'a list of column names or numbers')
    list.forEach((column, place) => {
      checkColumn({ [`${name}[${place}]`]: column })
    })
  }
}

function checkColumn(option: Record<string, unknown>): void {
  const [column] = Object.values(option)
  if (typeof column === 'string' || (typeof column === 'number' && Number.isInteger(column) && column >= 0)) return
  throw optionError(option, 'the name of a column, or its number from 0')
}
