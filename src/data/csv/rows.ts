import { DataError } from '../../errors.js'
import { type Columns, columnName, firstTarget, labelPlace, noPlace, quote } from '../tabular/columns.js'
import { parseNumber } from '../tabular/number.js'
import type { Records } from '../tabular/records.js'
import type { RowReader } from '../tabular/row-batches.js'
import { type Cell, carriageReturn, findCell, lineFeed, newCell, textOf } from './cells.js'

const minus = 0x2d
const point = 0x2e
const powersOfTen = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)
/** From here on a number is infinite as a float32: half a step above the largest one. */
const beyondFloat32 = 2 ** 128 - 2 ** 103

/** Reads lines of cells into rows, byte by byte and without a text for each cell. */
export function createRowReader(columns: Columns, delimiter: number): RowReader {
  const { count, places, names, classes, shape } = columns
  const { width, targetWidth = 0 } = shape
  const isBytes = shape.type === 'uint8'
  const beyond = shape.type === 'float64' ? Infinity : beyondFloat32
  const last = count - 1
  const cell = newCell()
  let emptyLine = 0

  /** The number in a cell that is not just a few digits, or an error that says what is wrong with it. */
  function numberIn(records: Records, column: number): number {
    const { bytes } = records
    const value = cell.escaped ? Number.NaN : parseNumber(bytes, cell.from, cell.to)
    if (Math.abs(value) < beyond) return value
    throw new DataError(`${place(records, column)}: ${wrongNumber(textOf(bytes, cell), value)}`)
  }

  function wrongNumber(text: string, value: number): string {
    if (text === '') return 'the cell is empty'
    if (!Number.isNaN(value))
      return `${quote(text)} is beyond what ${shape.type === 'float64' ? 'float64' : 'float32'} holds`
    const other = [',', ';', '\t', '|'].find((one) => count === 1 && text.includes(one))
    return `${quote(text)} is no number${other ? `: is the delimiter ${quote(other)}?` : ''}`
  }

  function labelIn(records: Records, column: number): number {
    const text = textOf(records.bytes, cell)
    if (classes) {
      const label = classes.get(text)
      if (label !== undefined) return label
      const known = [...classes.keys()].slice(0, 8).map(quote).join(', ')
      throw new DataError(
        `${place(records, column)}: the label ${quote(text)} is none of labelNames: ${known}${classes.size > 8 ? ', ...' : ''}`,
      )
    }
    const label = cell.escaped ? Number.NaN : parseNumber(records.bytes, cell.from, cell.to)
    if (Number.isInteger(label) && label >= 0 && label < 2 ** 31) return label
    const hint = Number.isNaN(label) && text !== '' ? '; labelNames says which texts are classes' : ''
    throw new DataError(
      `${place(records, column)}: the label ${quote(text)} is no class number, a whole number from 0${hint}`,
    )
  }

  function place({ name, line }: Records, column: number): string {
    return `${name}, line ${line}, ${columnName(names, column)}`
  }

  /** The error for a line that has not as many cells as the others. */
  function wrongCount(records: Records): DataError {
    const { bytes, name, line, from, to } = records
    const other: Cell = newCell()
    let cells = 0
    let at = from
    do {
      findCell(bytes, at, to, delimiter, other, () => place(records, cells))
      cells++
      at = other.end + 1
    } while (bytes[other.end] !== lineFeed)
    return new DataError(`${name}, line ${line}: expected ${count} cells, found ${cells}`)
  }

  return {
    shape,
    fill(records, batch) {
      const { bytes, to } = records
      const { inputs, labels, targets, size } = batch.dataset
      let at = records.from
      while (batch.rows < size && at < to) {
        records.from = at
        const feed = bytes[at] === carriageReturn ? at + 1 : at
        if (bytes[feed] === lineFeed) {
          emptyLine ||= records.line
          at = feed + 1
          records.line++
          continue
        }
        if (emptyLine) throw new DataError(`${records.name}, line ${emptyLine}: an empty line, and rows after it`)
        const row = batch.rows
        const base = row * width
        let lineFeeds = 0
        for (let column = 0; column < count; column++) {
          const target = places[column]
          let value = 0
          let next = at
          if (target >= 0) {
            // Whole numbers and simple decimals of up to 15 digits, which need no more than this; the rest goes below.
            const negative = bytes[next] === minus
            if (negative) next++
            let mantissa = 0
            const first = next
            let digit = bytes[next] ^ 0x30
            while (digit < 10) {
              mantissa = 10 * mantissa + digit
              digit = bytes[++next] ^ 0x30
            }
            let digits = next - first
            let fraction = 0
            if (bytes[next] === point) {
              digit = bytes[++next] ^ 0x30
              while (digit < 10) {
                mantissa = 10 * mantissa + digit
                digit = bytes[++next] ^ 0x30
                fraction++
              }
              digits += fraction
            }
            if (digits === 0 || digits > 15) next = -1
            else {
              value = fraction === 0 ? mantissa : mantissa / powersOfTen[fraction]
              if (negative) value = -value
              if (bytes[next] === carriageReturn && bytes[next + 1] === lineFeed) next++
              if (bytes[next] !== (column < last ? delimiter : lineFeed)) next = -1
            }
          } else next = -1
          if (next < 0) {
            findCell(bytes, at, to, delimiter, cell, () => place(records, column))
            next = cell.end
            lineFeeds += cell.lineFeeds
            // A cell that is no number tells more than how many cells there are.
            if (target >= 0 || target <= firstTarget) value = numberIn(records, column)
            else if (target === labelPlace) value = labelIn(records, column)
            if (bytes[next] !== (column < last ? delimiter : lineFeed)) throw wrongCount(records)
          }
          if (target >= 0) {
            if (isBytes && (value & 0xff) !== value) {
              findCell(bytes, at, to, delimiter, cell, () => '')
              const text = quote(textOf(bytes, cell))
              throw new DataError(`${place(records, column)}: ${text} is no whole number from 0 to 255`)
            }
            inputs[base + target] = value
          } else if (target === labelPlace) {
            if (labels) labels[row] = value
          } else if (target !== noPlace && targets) targets[row * targetWidth + firstTarget - target] = value
          at = next + 1
        }
        batch.rows++
        records.line += 1 + lineFeeds
      }
      records.from = at
    },
  }
}
