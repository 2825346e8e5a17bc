import { checkKeys } from '../base/checks.js'
import type { DecimalMark, Delimiter } from '../base/delimiters.js'
import { OptionError, optionError } from '../base/errors.js'
import type { RawTable } from '../readers/columns/raw-table.js'
import { openRawCsv } from '../readers/csv/raw-csv.js'
import type { SqlSource } from '../readers/duckdb/raw-duckdb.js'
import { openRawNdjson } from '../readers/ndjson/raw-ndjson.js'
import { type ByteStream, checkSource } from '../readers/text/byte-chunks.js'
import { schemaKeys } from '../schema/infer-schema.js'
import { type DataTable, type DataTableOptions, withSchema } from './data-table.js'

export type TableFormat = 'csv' | 'ndjson' | 'parquet' | 'arrow'

export interface OpenTableOptions extends DataTableOptions {
  /**
   * Default: by the ending of the path: .ndjson and .jsonl, .parquet, .arrow and .feather, else CSV. After those of text, .gz
   * may follow.
   */
  readonly format?: TableFormat | undefined
  /** The character between the cells of CSV. Default: the one that divides the first line into most cells. */
  readonly delimiter?: Delimiter | undefined
  /** The decimal mark of CSV. Default ',' if the first rows have decimal commas and no decimal points. */
  readonly decimal?: DecimalMark | undefined
  /** The names of the columns of CSV whose first line is a row. */
  readonly names?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

const readerKeys = ['schema', 'format', 'delimiter', 'decimal', 'names', 'signal']

/**
 * Opens a table: CSV with a header or JSON lines, plain or gzip, a Parquet or Arrow file, or the rows of an SQL query. With
 * a target, reads all rows once and decides what each column is: `table.schema`. Without one, the table can be given to
 * `predictRows`. Parquet and SQL need the package @duckdb/node-api, Arrow needs apache-arrow.
 *
 * @param source The path of the file; a stream of CSV or JSON lines, which can be read only once; or a query.
 * @param options The target, what is known about the columns, and the dialect.
 * @throws OptionError if an option is wrong or names a column that the table does not have; DataError if the file cannot be
 * read or the target cannot be learned
 * @example
 * ```ts
 * import { openTable, trainTable } from 'descent-nn'
 *
 * const table = await openTable('churn.csv', { target: 'churned' })
 * const model = await trainTable(table)
 * await model.save('churn.safetensors')
 * ```
 */
export async function openTable(
  source: string | ByteStream | SqlSource,
  options: OpenTableOptions = {},
): Promise<DataTable> {
  checkKeys('table', options, [...schemaKeys, ...readerKeys])
  const { format, delimiter, decimal, names, signal, ...rest } = options
  if (isQuery(source)) {
    const { openRawSql } = await import('../readers/duckdb/raw-duckdb.js')
    return withSchema(await openRawSql(source, signal), rest)
  }
  checkSource(source)
  if (typeof source !== 'string' && rest.target !== undefined && rest.schema === undefined) {
    throw new OptionError('a stream can be read only once: to train on it, write it to a file or read its rows first')
  }
  return withSchema(await openRaw(source, { format, delimiter, decimal, names, signal }), rest)
}

/** Opens the rows of a file or a stream. */
async function openRaw(
  source: string | ByteStream,
  { format, signal, ...dialect }: Pick<OpenTableOptions, 'format' | 'delimiter' | 'decimal' | 'names' | 'signal'>,
): Promise<RawTable> {
  const kind = format ?? (typeof source === 'string' ? formatOf(source) : 'csv')
  switch (kind) {
    case 'csv':
      return openRawCsv(source, { ...dialect, signal })
    case 'ndjson':
      return openRawNdjson(source, signal)
    case 'parquet': {
      if (typeof source !== 'string') throw optionError({ source }, 'the path of a Parquet file')
      return (await import('../readers/duckdb/raw-duckdb.js')).openRawParquet(source, signal)
    }
    case 'arrow':
      if (typeof source !== 'string') throw optionError({ source }, 'the path of an Arrow file')
      return (await import('../readers/arrow/arrow.js')).openRawArrow(source, signal)
    default:
      throw optionError({ format: kind }, '"csv", "ndjson", "parquet" or "arrow"')
  }
}

function isQuery(source: unknown): source is SqlSource {
  return typeof source === 'object' && source !== null && 'sql' in source
}

function formatOf(path: string): TableFormat {
  if (/\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(path)) return 'ndjson'
  if (/\.parquet$/i.test(path)) return 'parquet'
  return /\.(?:arrow|feather|ipc)$/i.test(path) ? 'arrow' : 'csv'
}
