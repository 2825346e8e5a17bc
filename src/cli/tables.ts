import { basename, extname } from 'node:path'
import { type Dataset, readCsv, readNdjson } from '../index.js'
import { labelNamesIn } from './label-column.js'

/** A table of examples: a file, or what a query gives; and which of its columns are what. */
export interface Table {
  /** A file that its ending tells: CSV, NDJSON or Parquet. */
  readonly table?: string
  readonly sql?: string
  /** The file of DuckDB that the query asks. */
  readonly database?: string
  /** A table to be judged by, in place of a share of this one. */
  readonly test?: string
  readonly label?: string
  readonly labelNames?: readonly string[]
  readonly targets?: readonly string[]
  readonly inputs?: readonly string[]
  /** Inputs are whole numbers from 0 to 255, kept as bytes and used as 0 to 1. */
  readonly bytes?: true
}

/** What reads each kind of file, by its ending. */
const kinds: Readonly<Record<string, 'csv' | 'ndjson' | 'parquet'>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.parquet': 'parquet',
}

function kindOf(path: string): 'csv' | 'ndjson' | 'parquet' | undefined {
  return kinds[extname(path.replace(/\.gz$/, '')).toLowerCase()]
}

/** Whether the path is that of a table, and not of a folder. */
export const isTable = (path: string): boolean => kindOf(path) !== undefined

/** "iris" for iris.csv, "the query" where there is no file. */
export function nameOfTable({ table }: Table): string {
  return table === undefined ? 'query' : basename(table.replace(/\.gz$/, ''), extname(table.replace(/\.gz$/, '')))
}

/** The rows of a table with their labels or targets. @throws DataError, OptionError */
export async function readTable(table: Table, path = table.table, signal?: AbortSignal): Promise<Dataset> {
  const { sql, database, label, labelNames, targets, inputs, bytes } = table
  const options = {
    ...(label !== undefined && { label }),
    ...(labelNames && { labelNames }),
    ...(targets && { targets }),
    ...(inputs && { inputs }),
    ...(bytes && { type: 'uint8' as const }),
    ...(signal && { signal }),
  }
  if (path === undefined) {
    // Loaded on use: DuckDB is a package that not everybody has.
    const { readSql } = await import('../duckdb.js')
    return readSql(sql ?? '', { ...options, ...(database !== undefined && { database }) })
  }
  switch (kindOf(path)) {
    case 'ndjson':
      return readNdjson(path, options)
    case 'parquet': {
      const { readParquet } = await import('../duckdb.js')
      return readParquet(path, options)
    }
    default:
      return readCsv(path, options)
  }
}

/** The names of the classes, where they are not given and the label is a text; undefined where it is a number. */
export async function findLabelNames(table: Table): Promise<readonly string[] | undefined> {
  const { table: path, sql, database, label, labelNames } = table
  if (labelNames || label === undefined) return labelNames
  if (path !== undefined && kindOf(path) !== 'parquet') return labelNamesIn(path, label, kindOf(path) === 'ndjson')
  const { readClassNames } = await import('../duckdb.js')
  return readClassNames(path === undefined ? { sql: sql ?? '' } : { parquet: path }, label, {
    ...(database !== undefined && { database }),
  })
}
