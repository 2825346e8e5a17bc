import { checkDecimal, decimalMarks, delimiters } from '../base/delimiters.js'
import { optionError } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import { type BatchOptions, batchKeys, checkTableOptions, type TableOptions } from './columns/table-options.js'
import { quotation, recordEnds } from './csv/cells.js'
import { createRowReader } from './csv/csv-rows.js'
import { readHeader } from './csv/header.js'
import { type ByteStream, checkSource } from './text/byte-chunks.js'
import { readRows, streamRows, type TextFormat } from './text/row-batches.js'

export interface CsvOptions extends TableOptions {
  /**
   * Whether the first line names the columns. Default: detected from the first line. If it cannot be detected, an error
   * asks for this option.
   */
  readonly header?: boolean | undefined
  /**
   * The character between two cells. Default ','. If this option is not given and the first line looks divided by
   * another of these characters, an error asks for this option.
   */
  readonly delimiter?: ',' | ';' | '\t' | '|' | undefined
  /**
   * The decimal mark of numbers. Default '.'. With ',', the delimiter must be another character, and a number with a
   * point, such as `1.234` or `1.234,5`, is an error. Marks between thousands are not supported.
   */
  readonly decimal?: '.' | ',' | undefined
}

/**
 * Reads a table of numbers from a CSV file, plain or gzip, or from a stream of CSV text (RFC 4180). Lines end with LF
 * or CRLF. Blanks around a cell are ignored. A decimal number has exactly the value that `Number()` gives.
 *
 * Limits: a line has at most 16 MiB and 1,048,576 columns. Every row must have as many cells as the first line. Empty
 * lines are only allowed at the end.
 *
 * @param source The path of the file, or a stream of its bytes.
 * @param options The columns of the inputs, the label and the targets, and the dialect (header, delimiter and decimal
 * mark).
 * @returns The dataset. It has one row for each line except the header.
 * @throws OptionError if an option is wrong; DataError if a cell is empty, out of range or not a number, if a label is
 * not a class, or if a line has too many or too few cells. The error names the file, the line (counted from 1) and the
 * column (its name, and its index counted from 0).
 * @example
 * ```ts
 * import { readCsv } from 'descent-nn'
 *
 * const iris = await readCsv('iris.csv', { label: 'species', labelNames: ['setosa', 'versicolor', 'virginica'] })
 * console.log(iris.rows, iris.width)
 * ```
 */
export async function readCsv(source: string | ByteStream, options: CsvOptions = {}): Promise<Dataset> {
  return readRows(source, formatOf(source, options, []), options)
}

/**
 * Reads a CSV file or stream as `readCsv` does, batch by batch. If a row cannot be read, the rows before it are yielded
 * first, and then the error is thrown.
 *
 * @param source The path of the file, or a stream of its bytes.
 * @param options The options of `readCsv`, and the number of rows in a batch.
 * @returns A generator of datasets.
 * @throws OptionError and DataError as `readCsv` does
 * @example
 * ```ts
 * import { streamCsv } from 'descent-nn'
 *
 * for await (const batch of streamCsv('large.csv', { label: 'class', batchSize: 1000 })) console.log(batch.rows)
 * ```
 */
export function streamCsv(
  source: string | ByteStream,
  options: CsvOptions & BatchOptions = {},
): AsyncGenerator<Dataset> {
  return streamRows(source, formatOf(source, options, batchKeys), options)
}

function formatOf(source: string | ByteStream, options: CsvOptions, more: readonly string[]): TextFormat {
  checkSource(source, options.shard)
  checkTableOptions('CSV', options, ['header', 'delimiter', 'decimal', ...more])
  const { header, delimiter = ',', decimal = '.' } = options
  if (header !== undefined && typeof header !== 'boolean') throw optionError({ header }, 'true or false')
  if (!delimiters.includes(delimiter)) throw optionError({ delimiter }, `",", ";", "\\t" or "|"`)
  if (!decimalMarks.includes(decimal)) throw optionError({ decimal }, '"." or ","')
  checkDecimal(decimal, delimiter)
  const dialect = { delimiter: delimiter.charCodeAt(0), decimal: decimal.charCodeAt(0) }
  return {
    recordEnds: () => recordEnds(dialect.delimiter),
    quote: quotation,
    open: (records) => createRowReader(readHeader(records, dialect, options), dialect),
  }
}
