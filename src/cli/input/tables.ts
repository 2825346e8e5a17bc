import { basename, extname } from 'node:path'
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

/** A table of examples: a file, or what a query gives; and which of its columns are what. */
export interface Table {
  /** A file that its ending tells. */
  readonly table?: string
  readonly sql?: string
  /** The file of DuckDB that the query asks. */
  readonly database?: string
  /** A table to be judged by, in place of a share of this one. */
  readonly test?: string
  /** Whether the first line of CSV names the columns; where it is left out, that is found out. */
  readonly header?: boolean
  /** The column of the class; of .npy, the file of the labels. */
  readonly label?: string
  /** Of .npy, the file of the test's labels. */
  readonly testLabel?: string
  readonly labelNames?: readonly string[]
  readonly targets?: readonly string[]
  readonly inputs?: readonly string[]
  /** Inputs are whole numbers from 0 to 255, kept as bytes and used as 0 to 1. */
  readonly bytes?: true
  /** Rows are read anew for each epoch, and so many of them shuffled together. */
  readonly stream?: true
  readonly window?: number
}

/** "iris" for iris.csv, "the query" where there is no file. */
export function nameOfTable({ table }: Table): string {
  if (table === undefined) return 'query'
  const path = withoutGz(table)
  return basename(path, extname(path))
}

/** What messages about a table begin with. */
export const sourceOf = ({ table }: Table): string => table ?? 'the query'

/** Rows, and the names of their classes where they have names. */
export interface NamedRows {
  readonly rows: Dataset
  readonly labelNames?: readonly string[] | undefined
}

/** How much of a table is read. */
export type Extent = Pick<ReadOptions, 'limit' | 'signal'>

/** What reads a table. */
export function openingOf(table: Table): { reader: TableReader; from: string } {
  const { table: path, sql = '' } = table
  return path === undefined ? { reader: queryReader, from: sql } : { reader: readerOf(path), from: path }
}

/** What its reader is told of a table. */
export function readOptionsOf(table: Table, labelNames: ReadOptions['labelNames'] = table.labelNames): ReadOptions {
  const { table: path, database, header, label, targets, inputs, bytes } = table
  return {
    ...(header !== undefined && path !== undefined && isCsv(path) && { header }),
    ...(label !== undefined && { label }),
    ...(labelNames && { labelNames }),
    ...(targets && { targets }),
    ...(inputs && { inputs }),
    ...(bytes && { dtype: 'uint8' as const }),
    ...(path === undefined && database !== undefined && { database }),
  }
}

/** The rows of a table with their labels or targets. @throws DataError, OptionError */
export function readTable(table: Table, extent: Extent = {}): Promise<Dataset> {
  const { reader, from } = openingOf(table)
  return reader.read(from, { ...readOptionsOf(table), ...extent })
}

/** The same where the label may be a text: its names are found on the way, unless they are given. */
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

/** What finds the names of classes, where they are not given and there may be some. */
export function namesToFind({ table, label, labelNames }: Table): FoundLabelNames | undefined {
  return label === undefined || labelNames || isArray(table) ? undefined : findLabelNames()
}

/** The table that this one is to be judged by. */
export function testOf({ test, testLabel, header, label, labelNames, targets, inputs, bytes }: Table): Table {
  const name = testLabel ?? label
  return {
    ...(test !== undefined && { table: test }),
    ...(header !== undefined && { header }),
    ...(name !== undefined && { label: name }),
    ...(labelNames && { labelNames }),
    ...(targets && { targets }),
    ...(inputs && { inputs }),
    ...(bytes && { bytes }),
  }
}
