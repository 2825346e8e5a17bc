import { checkKeys } from '../base/checks.js'
import type { DecimalMark, Delimiter } from '../base/delimiters.js'
import { OptionError, optionError } from '../base/errors.js'
import { openRawCsv } from '../readers/csv/raw-csv.js'
import { openRawNdjson } from '../readers/ndjson/raw-ndjson.js'
import { type ByteStream, checkSource } from '../readers/text/byte-chunks.js'
import { schemaKeys } from '../schema/infer-schema.js'
import { type DataTable, type DataTableOptions, withSchema } from './data-table.js'

export type TableFormat = 'csv' | 'ndjson'

export interface OpenTableOptions extends DataTableOptions {
  /**
   * Default: by the ending of the path: 'ndjson' for .ndjson and .jsonl, with or without .gz, else 'csv'.
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
 * Opens a table of CSV with a header or of JSON lines, plain or gzip. With a target, reads all rows once and decides what
 * each column is: `table.schema`. Without one, the table can be given to `predictRows`. `openParquetTable` and `openSqlTable` of
 * descent-nn/duckdb and `openArrowTable` of descent-nn/arrow open other tables.
 *
 * @param source The path of the file, or a stream of its bytes, which can be read only once.
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
export async function openTable(source: string | ByteStream, options: OpenTableOptions = {}): Promise<DataTable> {
  checkKeys('table', options, [...schemaKeys, ...readerKeys])
  checkSource(source)
  const { format, delimiter, decimal, names, signal, ...rest } = options
  if (typeof source !== 'string' && rest.target !== undefined && rest.schema === undefined) {
    throw new OptionError('a stream can be read only once: to train on it, write it to a file or read its rows first')
  }
  const kind = format ?? (typeof source === 'string' ? formatOf(source) : 'csv')
  if (kind !== 'csv' && kind !== 'ndjson') throw optionError({ format: kind }, '"csv" or "ndjson"')
  const raw =
    kind === 'ndjson'
      ? await openRawNdjson(source, signal)
      : await openRawCsv(source, { delimiter, decimal, names, signal })
  return withSchema(raw, rest)
}

/** @throws OptionError if another function opens such a file */
function formatOf(path: string): TableFormat {
  if (/\.parquet$/i.test(path)) throw new OptionError(`${path} is opened by openParquetTable of descent-nn/duckdb`)
  if (/\.(?:arrow|feather|ipc)$/i.test(path))
    throw new OptionError(`${path} is opened by openArrowTable of descent-nn/arrow`)
  return /\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(path) ? 'ndjson' : 'csv'
}
