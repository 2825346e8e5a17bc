import { isObject } from '../base/checks.js'
import { DataError } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import { type BatchOptions, batchKeys, checkTableOptions } from './columns/table-options.js'
import { findLine, type Line, parseLine, shown } from './ndjson/lines.js'
import { createListReader } from './ndjson/lists.js'
import { type NdjsonOptions, withLists } from './ndjson/ndjson-options.js'
import { createObjectReader } from './ndjson/objects.js'
import { type ByteStream, checkSource } from './text/byte-chunks.js'
import { resolveColumns } from './text/columns.js'
import { lineEnds, lineOf, type Records } from './text/records.js'
import { type RowReader, readRows, streamRows, type TextFormat } from './text/row-batches.js'

export type { NdjsonOptions } from './ndjson/ndjson-options.js'

/**
 * Reads a file of JSON lines, plain or gzip, or a stream of JSON lines. Every line is a list of numbers, or an object
 * whose members hold numbers or lists of numbers. All lines must have the same form as the first line.
 *
 * Limits: a line has at most 16 MiB, and a list at most 1,048,576 numbers. Empty lines are only allowed at the end.
 *
 * @param source The path of the file, or a stream of its bytes.
 * @param options The names of the members that are the inputs, the label and the targets.
 * @returns The dataset. It has one row for each line.
 * @throws OptionError if an option is wrong; DataError if a line is not JSON or has a different form from the first
 * line, if a member is missing, out of range or not a number, or if a label is not a class. The error names the file,
 * the line (counted from 1), and the member or the index in the list (counted from 0).
 * @example
 * ```ts
 * import { readNdjson } from 'descent-nn'
 *
 * const dataset = await readNdjson('digits.ndjson.gz', { inputs: ['pixels'], label: 'digit' })
 * console.log(dataset.rows, dataset.width)
 * ```
 */
export async function readNdjson(source: string | ByteStream, options: NdjsonOptions = {}): Promise<Dataset> {
  return readRows(source, formatOf(source, options, []), options)
}

/**
 * Reads JSON lines as readNdjson does, in batches of `batchSize` rows. If a row cannot be read, the rows before it are
 * yielded first, and then the error is thrown.
 */
export function streamNdjson(
  source: string | ByteStream,
  options: NdjsonOptions & BatchOptions = {},
): AsyncGenerator<Dataset> {
  return streamRows(source, formatOf(source, options, batchKeys), options)
}

function formatOf(source: string | ByteStream, options: NdjsonOptions, more: readonly string[]): TextFormat {
  checkSource(source, options.shard)
  checkTableOptions('NDJSON', withLists(options), more)
  return { recordEnds: () => lineEnds, quote: undefined, open: (records) => open(records, options) }
}

function open(records: Records, options: NdjsonOptions): RowReader {
  const where = lineOf(records)
  const line: Line = { from: 0, to: 0, next: 0 }
  findLine(records.bytes, records.from, line)
  if (line.from === line.to) throw new DataError(`${where}: an empty line, expected a list or an object`)
  const first = parseLine(records, line)
  if (isObject(first)) return createObjectReader(where, first, options)
  if (!Array.isArray(first)) throw new DataError(`${where}: expected a list or an object, found ${shown(first)}`)
  return createListReader(resolveColumns(where, first.length, undefined, withLists(options)))
}
