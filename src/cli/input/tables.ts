import { basename, extname } from 'node:path'
import type { DecimalMark, Delimiter } from '../../base/delimiters.js'
import { type Dataset, type FoundLabelNames, findLabelNames } from '../../index.js'
import { namesOfNumbers, numberByNames } from './class-numbers.js'
import {
  isArray,
  isCsv,
  queryReader,
  type ReadOptions,
  readerOf,
  type TableReader,
  withoutGz,
} from './table-readers.js'

/** A table of examples, from a file or a query, and the roles of its columns. */
export interface Table {
  /** The path of a file. Its ending says which kind of table it is. */
  readonly table?: string
  readonly sql?: string
  /** The path of the DuckDB database for the query. */
  readonly database?: string
  /** The path of the table with the test rows. Without it, some rows of this table are held out for the test. */
  readonly test?: string
  /** Whether the first line of a CSV file names the columns. By default, this is detected. */
  readonly header?: boolean
  /** The character between two cells of a CSV file. By default, a tab in .tsv files and a comma in others. */
  readonly delimiter?: Delimiter
  /** The decimal mark of the numbers in a CSV file. */
  readonly decimal?: DecimalMark
  /** The column with the class. For a .npy file, the path of the file with the labels. */
  readonly label?: string
  /** For a .npy file, the path of the file with the labels of the test rows. */
  readonly testLabel?: string
  readonly labelNames?: readonly string[]
  readonly targets?: readonly string[]
  readonly inputs?: readonly string[]
  /** Whether the inputs are whole numbers from 0 to 255. If so, they are stored as bytes and multiplied by 1/255. */
  readonly bytes?: true
  /** Whether rows are read again for each epoch. In that case, `window` rows are shuffled together. */
  readonly stream?: true
  readonly window?: number
}

/** Returns a short name: "iris" for iris.csv, "query" for a query. */
export function nameOfTable({ table }: Table): string {
  if (table === undefined) return 'query'
  const path = withoutGz(table)
  return basename(path, extname(path))
}

/** Returns the text with which error messages about a table begin. */
export const sourceOf = ({ table }: Table): string => table ?? 'the query'

/** Rows, and the names of their classes, if any. */
export interface NamedRows {
  readonly rows: Dataset
  readonly labelNames?: readonly string[] | undefined
}

/**
 * The maximum number of rows to read from a table, a signal that stops the reading, and the names of the inputs of the
 * network that the rows are for.
 */
export type Extent = Pick<ReadOptions, 'limit' | 'signal' | 'inputNames'>

/**
 * Returns the option with which a reader finds the columns of a table by the names of a network's inputs, or by those of
 * another table. Returns no option if the user has chosen the columns, or if names do not tell the columns apart.
 */
export function namedInputs({ inputs }: Table, inputNames: readonly string[] | undefined): Pick<Extent, 'inputNames'> {
  return inputs || !inputNames || new Set(inputNames).size < inputNames.length ? {} : { inputNames }
}

/** Returns the reader for a table, and the path or the query to read from. */
export function openingOf(table: Table): { reader: TableReader; from: string } {
  const { table: path, sql = '' } = table
  return path === undefined ? { reader: queryReader, from: sql } : { reader: readerOf(path), from: path }
}

/** Returns the options for the reader of a table. */
export function readOptionsOf(table: Table, labelNames: ReadOptions['labelNames'] = table.labelNames): ReadOptions {
  const { table: path, database, header, delimiter, decimal, label, targets, inputs, bytes } = table
  const dialect = {
    ...(header !== undefined && { header }),
    ...(delimiter && { delimiter }),
    ...(decimal && { decimal }),
  }
  return {
    ...(path !== undefined && isCsv(path) && dialect),
    ...(label !== undefined && { label }),
    ...(labelNames && { labelNames }),
    ...(targets && { targets }),
    ...(inputs && { inputs }),
    ...(bytes && { dtype: 'uint8' as const }),
    ...(path === undefined && database !== undefined && { database }),
  }
}

/** Reads the rows of a table with their labels or targets. @throws OptionError or DataError if it cannot be read */
export function readTable(table: Table, extent: Extent = {}): Promise<Dataset> {
  const { reader, from } = openingOf(table)
  return reader.read(from, { ...readOptionsOf(table), ...extent })
}

/** Reads a table as `readTable` does, and finds the names of its classes unless they are given. */
export async function readNamedTable(table: Table, extent: Extent = {}): Promise<NamedRows> {
  const found = namesToFind(table)
  const { reader, from } = openingOf(table)
  const rows = await reader.read(from, { ...readOptionsOf(table, found), ...extent })
  if (!rows.labels || table.labelNames) return { rows, labelNames: table.labelNames }
  const labelNames = found?.sort(rows.labels)
  if (labelNames) return { rows, labelNames }
  const names = namesOfNumbers(sourceOf(table), new Set(rows.labels), found?.names)
  if (names) numberByNames(rows, names, sourceOf(table))
  return { rows, labelNames: names }
}

/**
 * Returns an object that collects the class names while a table is read. Returns undefined if the table has no label
 * column, if its class names are given, or if it is a .npy file, whose labels are numbers.
 */
export function namesToFind({ table, label, labelNames }: Table): FoundLabelNames | undefined {
  return label === undefined || labelNames || isArray(table) ? undefined : findLabelNames()
}

/**
 * Returns the table with the test rows. Its columns are used in the same way as those of the table with the training
 * rows.
 */
export function testOf(table: Table): Table {
  const { test, testLabel, header, delimiter, decimal, label, labelNames, targets, inputs, bytes } = table
  const name = testLabel ?? label
  return {
    ...(test !== undefined && { table: test }),
    ...(header !== undefined && { header }),
    ...(delimiter && { delimiter }),
    ...(decimal && { decimal }),
    ...(name !== undefined && { label: name }),
    ...(labelNames && { labelNames }),
    ...(targets && { targets }),
    ...(inputs && { inputs }),
    ...(bytes && { bytes }),
  }
}
