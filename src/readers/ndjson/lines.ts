import { DataError, inspectValue } from '../../base/errors.js'
import { onOneLine } from '../../base/printable.js'
import { quote } from '../columns/names.js'
import { emptyLine, lineOf, type Records } from '../text/records.js'
import type { Batch } from '../text/row-batches.js'
import { isReplaced } from '../text/utf8.js'

const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * A line in a buffer. It starts at byte `from` and ends before byte `to`, without the line end. The next line starts at
 * `next`.
 */
export interface Line {
  from: number
  to: number
  next: number
}

/**
 * Finds the line that starts at `from`, and stores its position in `line`. In an empty line, `from` and `to` are equal.
 */
export function findLine(bytes: Buffer, from: number, line: Line): void {
  const end = bytes.indexOf(lineFeed, from)
  line.from = from
  line.to = end > from && bytes[end - 1] === carriageReturn ? end - 1 : end
  line.next = end + 1
}

/** Parses a line. @throws DataError with the line number if the line is not UTF-8 or not JSON */
export function parseLine(records: Records, { from, to }: Line): unknown {
  const { bytes } = records
  const text = bytes.toString('utf8', from, to)
  if (isReplaced(text, bytes, { from, to })) throw new DataError(`${lineOf(records)}: ${quote(text)} is not UTF-8`)
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    // The error message of V8 may quote the complete line. If the message is long or has line breaks, show a shortened
    // quote of the line instead.
    const problem =
      reason.length > 100 || reason.includes('\n') ? `not JSON: ${quote(text)}` : `not JSON: ${onOneLine(reason)}`
    throw new DataError(`${lineOf(records)}: ${problem}`, { cause })
  }
}

/** Describes a JSON value for use in an error message. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : inspectValue(value)
}

export function numbers(count: number): string {
  return count === 1 ? '1 number' : `${count} numbers`
}

/**
 * Reads lines into the batch until the batch is full or `records` has no more complete lines in memory. `read` reads
 * one line into the next row.
 * @throws DataError if a line follows an empty line; every error that `read` throws
 */
export function readLines(records: Records, batch: Batch, read: (line: Line) => void): void {
  const line: Line = { from: 0, to: 0, next: 0 }
  while (batch.rows < batch.dataset.rows && records.from < records.to) {
    findLine(records.bytes, records.from, line)
    if (line.from < line.to) {
      if (records.emptyLine) throw emptyLine(records)
      read(line)
      batch.rows++
    } else records.emptyLine ||= records.line
    records.from = line.next
    records.line++
  }
}
