import { basename, extname } from 'node:path'
import { type Dataset, readCsv, readNdjson } from '../index.js'
import { labelNamesIn, type TextKind } from './label-column.js'

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

type Kind = TextKind | 'parquet'

/** What reads each kind of file, by its ending. */
const kinds: Readonly<Record<string, Kind>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.parquet': 'parquet',
}

const withoutGz = (path: string): string => path.replace(/\.gz$/, '')

const kindOf = (path: string): Kind | undefined => kinds[extname(withoutGz(path)).toLowerCase()]

/** Whether the path is that of a table, and not of a folder. */
export const isTable = (path: string): boolean => kindOf(path) !== undefined

/** "iris" for iris.csv, "the query" where there is no file. */
export function nameOfTable({ table }: Table): string {
  if (table === undefined) return 'query'
  const path = withoutGz(table)
  return basename(path, extname(path))
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
    case 'tsv':
      return readCsv(path, { ...options, delimiter: '\t' })
    default:
      return readCsv(path, options)
  }
}

/** The names of the classes, where they are not given and the label is a text; undefined where it is a number. */
export async function findLabelNames(table: Table): Promise<readonly string[] | undefined> {
  const { table: path, sql, database, label, labelNames } = table
  if (labelNames || label === undefined) return labelNames
  const kind = path === undefined ? 'parquet' : (kindOf(path) ?? 'csv')
  if (path !== undefined && kind !== 'parquet') return labelNamesIn(path, label, kind)
  const { readClassNames } = await import('../duckdb.js')
  return readClassNames(path === undefined ? { sql: sql ?? '' } : { parquet: path }, label, {
    ...(database !== undefined && { database }),
  })
}
