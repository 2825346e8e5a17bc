import { extname } from 'node:path'
import { readCsv, readNdjson, streamCsv, streamNdjson } from '../../index.js'
import { arrayReader } from './array-reader.js'
import type { ReadOptions, TableReader } from './table-reader.js'

export type { ReadOptions, TableReader }

// DuckDB is loaded only when a query is read, because the package may not be installed.
export const queryReader: TableReader = {
  read: async (query, options) => (await import('../../duckdb.js')).readSql(query, options),
  async *stream(query, options) {
    yield* (await import('../../duckdb.js')).streamSql(query, options)
  },
}

const readers = {
  csv: { read: readCsv, stream: streamCsv },
  tsv: {
    read: (path, options) => readCsv(path, { delimiter: '\t', ...options }),
    stream: (path, options) => streamCsv(path, { delimiter: '\t', ...options }),
  },
  ndjson: { read: readNdjson, stream: streamNdjson },
  parquet: {
    read: async (path, options) => (await import('../../duckdb.js')).readParquet(path, options),
    async *stream(path, options) {
      yield* (await import('../../duckdb.js')).streamParquet(path, options)
    },
  },
  npy: arrayReader,
} as const satisfies Record<string, TableReader>

type Kind = keyof typeof readers

/** The kind of table for each file ending. */
const kinds: Readonly<Record<string, Kind>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.parquet': 'parquet',
  '.npy': 'npy',
}

/** The endings of table files, for the help and for error messages. */
export const tableEndings = '.csv, .tsv, .ndjson, .parquet or .npy'

export const withoutGz = (path: string): string => path.replace(/\.gz$/, '')

const kindOf = (path: string): Kind | undefined => kinds[extname(withoutGz(path)).toLowerCase()]

/**
 * Whether a path has the ending of a table file. If the path after --data has a different ending, it is taken for a
 * folder.
 */
export const isTable = (path: string): boolean => kindOf(path) !== undefined

/** Whether a path has the ending of a NumPy file (.npy). The columns of such a file have no names. */
export const isArray = (path: string | undefined): boolean => path !== undefined && kindOf(path) === 'npy'

/** Whether a file is read as CSV or TSV. The first line of such a file may name the columns. */
export const isCsv = (path: string): boolean => ['csv', 'tsv'].includes(kindOf(path) ?? 'csv')

/** Returns the reader for a file. Files with unknown endings are read as CSV. */
export const readerOf = (path: string): TableReader => readers[kindOf(path) ?? 'csv']
