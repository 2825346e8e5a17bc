import { optionError } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import { type BatchOptions, batchKeys, checkTableOptions, type TableOptions } from './columns/table-options.js'
import { recordEnds } from './csv/cells.js'
import { createRowReader } from './csv/csv-rows.js'
import { readHeader } from './csv/header.js'
import { type ByteStream, checkSource } from './text/byte-chunks.js'
import { readRows, streamRows, type TextFormat } from './text/row-batches.js'

export interface CsvOptions extends TableOptions {
  /** Whether the first line names the columns. Default: detected; if that is not possible, an error asks for this option. */
  readonly header?: boolean | undefined
  /** The character between two cells. Default ','. */
  readonly delimiter?: ',' | ';' | '\t' | '|' | undefined
}

/**
 * Reads a table of numbers from a CSV file, plain or gzip, or from a stream of its text (RFC 4180; lines end with LF or CRLF,
 * blanks around a cell are not part of it, numbers are those that Number() gives for decimals, bit by bit).
 *
 * Limits: lines of 16 MiB, 1,048,576 columns. Every row has as many cells as the first line; empty lines may only end the text.
 * @throws OptionError for an option; DataError with the file, the line (from 1) and the column (its name, and its number
 * from 0) where a cell is empty, no number or out of range, a label is no class, or a line has too many cells or too few
 */
export async function readCsv(source: string | ByteStream, options: CsvOptions = {}): Promise<Dataset> {
  return readRows(source, formatOf(source, options, []), options)
}

/**
 * Reads a CSV file or stream as readCsv does, in batches of `batchSize` rows. The rows before one that cannot be read come
 * before its error.
 */
export function streamCsv(
  source: string | ByteStream,
  options: CsvOptions & BatchOptions = {},
): AsyncGenerator<Dataset> {
  return streamRows(source, formatOf(source, options, batchKeys), options)
}

function formatOf(source: string | ByteStream, options: CsvOptions, more: readonly string[]): TextFormat {
  checkSource(source)
  checkTableOptions('CSV', options, ['header', 'delimiter', ...more])
  const { header, delimiter = ',' } = options
  if (header !== undefined && typeof header !== 'boolean') throw optionError({ header }, 'true or false')
  if (![',', ';', '\t', '|'].includes(delimiter)) throw optionError({ delimiter }, `",", ";", "\\t" or "|"`)
  const byte = delimiter.charCodeAt(0)
  return {
    recordEnds: () => recordEnds(byte),
    open: (records) => createRowReader(readHeader(records, { header, delimiter: byte }, options), byte),
  }
}
