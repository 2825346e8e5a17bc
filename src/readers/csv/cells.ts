import { DataError } from '../../base/errors.js'
import { quote } from '../columns/names.js'
import type { RecordEnds } from '../text/records.js'
import { isReplaced } from '../text/utf8.js'

export const lineFeed = 0x0a
export const carriageReturn = 0x0d
export const quotation = 0x22
export const comma = 0x2c
const space = 0x20
const tab = 0x09

/** The delimiter between cells and the decimal mark, each as a byte. */
export interface Dialect {
  readonly delimiter: number
  /** The decimal mark of numbers. */
  readonly decimal: number
}

/**
 * A cell in a buffer of CSV text. Its content starts at byte `from` and ends before byte `to`, without the surrounding
 * quotes and blanks.
 */
export interface Cell {
  from: number
  to: number
  /** The position of the delimiter or line feed after the cell. */
  end: number
  /** Whether the text contains escaped quotes, written as `""`. */
  escaped: boolean
  /** The number of line feeds within the cell. */
  lineFeeds: number
}

export function newCell(): Cell {
  return { from: 0, to: 0, end: 0, escaped: false, lineFeeds: 0 }
}

/**
 * Finds the cell that starts at `at`, and stores its position in `cell`. The bytes from `at` to `to` must contain a
 * line feed.
 * @throws DataError if a quoted cell is not closed or has text after its closing quote. The message starts with
 * `where()`.
 */
export function findCell(
  bytes: Buffer,
  at: number,
  to: number,
  delimiter: number,
  cell: Cell,
  where: () => string,
): void {
  cell.escaped = false
  cell.lineFeeds = 0
  while (isBlank(bytes[at], delimiter)) at++
  if (bytes[at] === quotation) {
    cell.from = ++at
    for (;;) {
      at = bytes.indexOf(quotation, at)
      if (at < 0 || at >= to) throw new DataError(`${where()}: the quoted cell that starts here is never closed`)
      if (bytes[at + 1] !== quotation) break
      cell.escaped = true
      at += 2
    }
    cell.to = at++
    for (let i = cell.from; i < cell.to; i++) if (bytes[i] === lineFeed) cell.lineFeeds++
    while (isBlank(bytes[at], delimiter)) at++
    if (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed) at++
    if (bytes[at] === carriageReturn) throw loneReturn(where())
    if (bytes[at] !== delimiter && bytes[at] !== lineFeed) {
      const rest = bytes.toString('utf8', at, at + 1)
      throw new DataError(
        `${where()}: expected ${quote(String.fromCharCode(delimiter))} or the end of the line after the closing quote, found ${quote(rest)}`,
      )
    }
    cell.end = at
    return
  }
  cell.from = at
  while (bytes[at] !== delimiter && bytes[at] !== lineFeed) at++
  cell.end = at
  if (bytes[at] === lineFeed && at > cell.from && bytes[at - 1] === carriageReturn) at--
  while (at > cell.from && isBlank(bytes[at - 1], delimiter)) at--
  cell.to = at
}

/**
 * Returns the text of a cell that holds a name or a label.
 * @throws DataError if the text is not UTF-8. The message starts with `where()`.
 */
export function textIn(bytes: Buffer, cell: Cell, where: () => string): string {
  const text = textOf(bytes, cell)
  if (isReplaced(text, bytes, cell)) throw new DataError(`${where()}: ${quote(text)} is not UTF-8`)
  return text
}

/** Returns the text of a cell for use in a message. Bytes that are not UTF-8 are replaced. */
export function textOf(bytes: Buffer, { from, to, escaped }: Cell): string {
  const text = bytes.toString('utf8', from, to)
  return escaped ? text.replaceAll('""', '"') : text
}

/** The error for a line that ends with CR and no LF, as on Macintoshes before 2001. */
export function loneReturn(where: string): DataError {
  return new DataError(`${where}: the line ends with a lone CR, expected LF or CR LF`)
}

function isBlank(byte: number, delimiter: number): boolean {
  return (byte === space || byte === tab) && byte !== delimiter
}

const atStart = 0
const inCell = 1
const inQuotes = 2
const afterQuote = 3

/**
 * Creates the function that finds the ends of CSV records. A record ends with a line feed outside quotes. A cell that
 * starts with a quote is quoted. In all other cells, quotes are part of the text.
 */
export function recordEnds(delimiter: number): RecordEnds {
  let state = atStart

  function withoutQuotes(bytes: Buffer, from: number, to: number): number {
    const last = bytes.subarray(from, to).lastIndexOf(lineFeed)
    let at = to - 1
    while (at >= from && isBlank(bytes[at], delimiter)) at--
    if (at >= from) state = bytes[at] === delimiter || bytes[at] === lineFeed ? atStart : inCell
    else if (state === afterQuote && to > from) state = inCell
    return last < 0 ? -1 : from + last + 1
  }

  return (bytes, from, to) => {
    if (state !== inQuotes && !bytes.subarray(from, to).includes(quotation)) return withoutQuotes(bytes, from, to)
    let end = -1
    for (let at = from; at < to; at++) {
      const byte = bytes[at]
      if (state === inQuotes) {
        if (byte === quotation) state = afterQuote
      } else if (byte === quotation) {
        if (state !== inCell) state = inQuotes
      } else if (byte === lineFeed) {
        state = atStart
        end = at + 1
      } else if (byte === delimiter) state = atStart
      else if (state !== atStart || !isBlank(byte, delimiter)) state = inCell
    }
    return end
  }
}
