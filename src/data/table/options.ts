import { checkInteger, checkKeys, DataError, OptionError, optionError } from '../../errors.js'
import type { DatasetShape } from '../dataset.js'
import type { ColumnHead, Table } from './table.js'

/** Which columns of a table are what, and how its rows come. */
export interface TableOptions {
  /** The names of the columns that are inputs, in the order of the inputs. Default: all that are neither label nor target. */
  inputs?: readonly string[]
  /** The name of the column of class numbers or class names, or its number from 0. */
  label?: string | number
  /** The class names in the order of outputs: a label is looked up by its text. Needed where labels are texts. */
  labelNames?: readonly string[]
  /** The names of the columns that the network shall answer, instead of a label. */
  targets?: readonly string[]
  /** How inputs are stored. Default 'float32'; 'uint8' where all inputs are columns of bytes. */
  type?: NonNullable<DatasetShape['type']>
  /** What an input is multiplied by when it is used. Default 1/255 for bytes, 1 for floats. */
  scale?: number
  /** Rows in a batch of a stream; the last one may have fewer. Default 8192. */
  batchRows?: number
  /** The most rows to take. Default all. */
  limit?: number
  /** Ends the reading with its reason. */
  signal?: AbortSignal
}

export const tableKeys = ['inputs', 'label', 'labelNames', 'targets', 'type', 'scale', 'batchRows', 'limit', 'signal']

/** The options that have one of the names and are given: those of a table without those of its source, or the other way round. */
export function pick<T extends object>(options: T, keys: readonly string[]): Partial<T> {
  const given = Object.entries(options).filter(([key, value]) => keys.includes(key) && value !== undefined)
  return Object.fromEntries(given) as Partial<T>
}

/** Which columns a reader takes, by their places in the table. */
export interface Selection {
  readonly inputs: readonly number[]
  readonly targets: readonly number[]
  readonly label: number | undefined
  /** The class number of each name. */
  readonly classes: ReadonlyMap<string, number> | undefined
  readonly type: NonNullable<DatasetShape['type']>
}

/** @throws OptionError where an option is none of its kind, known without a table. */
export function checkTableOptions(options: TableOptions, more: readonly string[] = []): void {
  checkKeys('table', options, [...tableKeys, ...more])
  const { inputs, label, labelNames, targets, type, batchRows, limit } = options
  for (const [name, names] of Object.entries({ inputs, targets, labelNames })) {
    if (names === undefined) continue
    if (!Array.isArray(names) || names.length === 0 || names.some((text) => typeof text !== 'string'))
      throw optionError({ [name]: names }, 'a list of at least one name')
    const twice = names.find((text, place) => names.indexOf(text) !== place)
    if (twice !== undefined) throw new OptionError(`${name} has ${JSON.stringify(twice)} twice`)
  }
  if (typeof label === 'number') checkInteger({ label }, 0)
  else if (label !== undefined && typeof label !== 'string')
    throw optionError({ label }, 'the name of a column or its number from 0')
  if (label !== undefined && targets) throw new OptionError('a table has a label or targets, not both')
  if (labelNames && label === undefined) throw new OptionError('labelNames needs label: the column of the class names')
  if (type !== undefined && !['uint8', 'float32', 'float64'].includes(type))
    throw optionError({ type }, "'uint8', 'float32' or 'float64'")
  if (batchRows !== undefined) checkInteger({ batchRows }, 1)
  if (limit !== undefined) checkInteger({ limit }, 1)
}

/** @throws DataError where the table has no such column, or one of a kind that cannot be taken; OptionError for `labelNames`. */
export function selectColumns({ source, columns }: Table, options: TableOptions): Selection {
  const place = (name: string): number => {
    const found = columns.findIndex((column) => column.name === name)
    if (found < 0) throw new DataError(`${source} has no column ${JSON.stringify(name)}: it has ${listed(columns)}`)
    if (columns.some((column, other) => column.name === name && other !== found))
      throw new DataError(`${source} has several columns ${JSON.stringify(name)}: give each a name of its own`)
    return found
  }
  const { label, labelNames, targets = [] } = options
  if (typeof label === 'number' && label >= columns.length)
    throw new DataError(`${source} has no column ${label}: its ${columns.length} columns are numbered from 0`)
  const labelPlace = typeof label === 'string' ? place(label) : label
  const targetPlaces = targets.map(place)
  const others = columns
    .map((_, index) => index)
    .filter((index) => index !== labelPlace && !targetPlaces.includes(index))
  const inputs = options.inputs?.map(place) ?? others
  if (inputs.length === 0) throw new DataError(`${source} has no column of inputs beside ${listed(columns)}`)
  for (const index of inputs) {
    if (index === labelPlace || targetPlaces.includes(index))
      throw new OptionError(`column ${JSON.stringify(columns[index].name)} is an input and what shall be answered`)
  }
  for (const index of [...inputs, ...targetPlaces]) {
    const { name, type, kind } = columns[index]
    if (kind === 'texts' || kind === 'other') {
      const advice = options.inputs ? '' : '; name the columns that are with inputs'
      throw new DataError(`${source}: column ${JSON.stringify(name)} is ${type}, which is no number${advice}`)
    }
  }
  if (labelPlace !== undefined) {
    const { name, type, kind } = columns[labelPlace]
    if (kind === 'texts' && !labelNames) {
      throw new OptionError(
        `labelNames must be given, the class names in the order of outputs: column ${JSON.stringify(name)} is ${type}`,
      )
    }
    if (kind !== 'texts' && kind !== 'numbers')
      throw new DataError(`${source}: column ${JSON.stringify(name)} is ${type}, a label is a number or a text`)
  }
  const bytes = inputs.every((index) => columns[index].kind === 'bytes')
  return {
    inputs,
    targets: targetPlaces,
    label: labelPlace,
    classes: labelNames && new Map(labelNames.map((name, number) => [name, number])),
    type: options.type ?? (bytes ? 'uint8' : 'float32'),
  }
}

function listed(columns: readonly ColumnHead[]): string {
  const names = columns.slice(0, 8).map(({ name }) => JSON.stringify(name))
  return columns.length > 8 ? `${names.join(', ')} and ${columns.length - 8} more` : names.join(', ')
}
