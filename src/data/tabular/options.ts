import { checkInteger, checkKeys, OptionError, optionError } from '../../errors.js'
import type { ByteStream } from './pieces.js'

/** A column: its name, or its number from 0. */
export type ColumnId = string | number

/** What readers of rows and columns have in common. */
export interface TabularOptions {
  /** The column of classes: numbers from 0, or names where `labelNames` is given. Default: rows have no labels. */
  readonly label?: ColumnId | undefined
  /** The class names in the order of the network's outputs, where the label column holds names. */
  readonly labelNames?: readonly string[] | undefined
  /** The columns of what the network shall answer to a row, instead of a label. Default: rows have no targets. */
  readonly targets?: readonly ColumnId[] | undefined
  /** The columns of inputs, in this order. Default: all but label and targets. */
  readonly inputs?: readonly ColumnId[] | undefined
  /** How inputs are stored; 'uint8' takes whole numbers from 0 to 255. Default 'float32'. */
  readonly type?: 'uint8' | 'float32' | 'float64' | undefined
  /** What an input is multiplied by when it is used. Default 1/255 for 'uint8', 1 for floats. */
  readonly scale?: number | undefined
  /** The most rows to take; what follows is not read. Default: all. */
  readonly limit?: number | undefined
  /** Stops the reading; it fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Options of what reads in batches. */
export interface BatchOptions {
  /** Rows in a batch; the last one has what is left. Default 8192, or as many as take 64 MiB of inputs. */
  readonly batchRows?: number | undefined
}

const optionNames = [
  'label',
  'labelNames',
  'targets',
  'inputs',
  'type',
  'scale',
  'limit',
  'signal',
] satisfies (keyof TabularOptions)[]

/** @throws OptionError at the first option that is none, of the wrong type or at odds with another */
export function checkTabularOptions(
  what: string,
  options: TabularOptions & BatchOptions,
  more: readonly string[] = [],
): void {
  checkKeys(what, options, [...optionNames, ...more])
  const { label, labelNames, targets, inputs, type, limit, batchRows } = options
  if (label !== undefined) checkColumn({ label })
  checkColumns({ targets })
  checkColumns({ inputs })
  if (label !== undefined && targets) throw new OptionError('a dataset has labels or targets, not both')
  if (labelNames !== undefined) {
    const names: unknown = labelNames
    if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string')) {
      throw optionError({ labelNames }, 'a list of class names')
    }
    if (label === undefined) throw new OptionError('labelNames needs a label: the column that holds the names')
    const twice = names.find((name, place) => names.indexOf(name) !== place)
    if (twice !== undefined) throw new OptionError(`labelNames has ${JSON.stringify(twice)} twice`)
  }
  if (type !== undefined && !['uint8', 'float32', 'float64'].includes(type)) {
    throw optionError({ type }, "'uint8', 'float32' or 'float64'")
  }
  if (limit !== undefined) checkInteger({ limit }, 1)
  if (batchRows !== undefined) checkInteger({ batchRows }, 1)
}

/** @throws OptionError unless it is the path of a file or gives pieces one after the other */
export function checkSource(source: string | ByteStream): void {
  const given: unknown = source
  if (typeof given === 'string') return
  if (typeof given === 'object' && given !== null && (Symbol.asyncIterator in given || Symbol.iterator in given)) {
    if (!ArrayBuffer.isView(given)) return
  }
  throw optionError({ source }, 'the path of a file or an async iterable of bytes or texts')
}

function checkColumns(option: Record<string, readonly ColumnId[] | undefined>): void {
  for (const [name, list] of Object.entries(option)) {
    if (list === undefined) continue
    if (!Array.isArray(list) || list.length === 0) throw optionError(option, 'a list of names or numbers of columns')
    list.forEach((column, place) => {
      checkColumn({ [`${name}[${place}]`]: column })
    })
  }
}

function checkColumn(option: Record<string, unknown>): void {
  const [column] = Object.values(option)
  if (typeof column === 'string' || (typeof column === 'number' && Number.isInteger(column) && column >= 0)) return
  throw optionError(option, 'the name of a column or its number from 0')
}
