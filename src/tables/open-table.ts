import { checkKeys } from '../base/checks.js'
import type { DecimalMark, Delimiter } from '../base/delimiters.js'
import { OptionError } from '../base/errors.js'
import type { RawTable } from '../readers/columns/raw-table.js'
import { openRawCsv } from '../readers/csv/raw-csv.js'
import { openRawNdjson } from '../readers/ndjson/raw-ndjson.js'
import { type ByteStream, checkSource } from '../readers/text/byte-chunks.js'
import { schemaKeys } from '../schema/infer-schema.js'
import { type DataTable, type DataTableOptions, withSchema } from './data-table.js'

export interface OpenTableOptions extends DataTableOptions {
  /** Default: by the ending of the path, where `.gz` may follow. Without a known ending, 'csv'. */
  readonly format?: 'csv' | 'ndjson' | undefined
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
 * Opens a table of CSV with a header, or of JSON lines, plain or gzip. With a target, reads all rows once and decides what
 * each column is: `table.schema`. Without one, the table can be given to `predictRows`.
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
  return withSchema(await openRaw(source, { format, delimiter, decimal, names, signal }), rest)
}

/** Opens the rows of a file or a stream. */
async function openRaw(
  source: string | ByteStream,
  { format, signal, ...dialect }: Pick<OpenTableOptions, 'format' | 'delimiter' | 'decimal' | 'names' | 'signal'>,
): Promise<RawTable> {
  const isNdjson = typeof source === 'string' && /\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(source)
  if ((format ?? (isNdjson ? 'ndjson' : 'csv')) === 'ndjson') return openRawNdjson(source, signal)
  return openRawCsv(source, { ...dialect, signal })
}
