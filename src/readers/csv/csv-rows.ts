import { delimiters, hasDecimalComma } from '../../base/delimiters.js'
import { DataError } from '../../base/errors.js'
import { isClassNumber } from '../../data/labels.js'
import { wrongLabel } from '../columns/classes.js'
import { columnName, quote } from '../columns/names.js'
import { firstInfinite } from '../columns/range.js'
import { type Columns, firstTarget, labelPlace, unusedPlace } from '../text/columns.js'
import { parseNumber } from '../text/number.js'
import { emptyLine, lineOf, type Records } from '../text/records.js'
import { type RowReader, widenBatch } from '../text/row-batches.js'
import { isByte, notByte, tooLarge, truthIn } from '../text/values.js'
import { type Cell, carriageReturn, comma, type Dialect, findCell, lineFeed, newCell, textIn, textOf } from './cells.js'

const minus = 0x2d
const powersOfTen = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)

/**
 * Creates the object that parses the lines of a CSV text and stores them as rows. It parses the bytes directly, without
 * creating a string for each cell.
 */
export function createRowReader(columns: Columns, { delimiter, decimal }: Dialect): RowReader {
  const { count, places, names, classes, shape } = columns
  const { width, targetWidth = 0, dtype, widens } = shape
  const isBytes = dtype === 'uint8'
  const beyond = firstInfinite(dtype, widens.targets)
  const last = count - 1
  const cell = newCell()

  /**
   * Returns the number in `cell`. The function `fill` below parses the simplest numbers itself, which is faster.
   * @throws DataError if the cell is empty, out of range or not a number
   */
  function numberIn(records: Records, column: number): number {
    const { bytes } = records
    const value = cell.escaped ? Number.NaN : parseNumber(bytes, cell.from, cell.to, decimal)
    if (Math.abs(value) < beyond) return value
    const text = textOf(bytes, cell)
    const truth = truthIn(text)
    if (!Number.isNaN(truth)) return truth
    if (decimal !== comma && delimiter !== comma && hasDecimalComma(text)) {
      const hint = 'if "," is the decimal mark, say so with the option decimal'
      throw new DataError(`${place(records, column)}: ${quote(text)} is not a number: ${hint}`, { option: 'decimal' })
    }
    throw new DataError(`${place(records, column)}: ${wrongNumber(text, value)}`)
  }

  function wrongNumber(text: string, value: number): string {
    if (text === '') return 'the cell is empty'
    if (!Number.isNaN(value)) return tooLarge(quote(text), beyond)
    if (decimal === comma && text.includes('.') && /\d/.test(text)) {
      return `${quote(text)} is not a number with a decimal comma, which has no points`
    }
    const other = delimiters.find((one) => count === 1 && text.includes(one))
    return `${quote(text)} is not a number${other ? `: is the delimiter ${quote(other)}?` : ''}`
  }

  function labelIn(records: Records, column: number): number {
    const number = cell.escaped ? Number.NaN : parseNumber(records.bytes, cell.from, cell.to, decimal)
    const label = classes ? classes.numberOf(textIn(records.bytes, cell, () => place(records, column))) : number
    if (isClassNumber(label)) return label
    const text = textOf(records.bytes, cell)
    throw new DataError(`${place(records, column)}: ${wrongLabel(text, quote(text), classes)}`, {
      option: 'labelNames',
    })
  }

  function place(records: Records, column: number): string {
    return `${lineOf(records)}, ${columnName(names, column)}`
  }

  /** The error for a line that has more or fewer cells than the first line. */
  function wrongCount(records: Records): DataError {
    const { bytes, from, to } = records
    const other: Cell = newCell()
    let cells = 0
    let at = from
    do {
      findCell(bytes, at, to, delimiter, other, () => place(records, cells))
      cells++
      at = other.end + 1
    } while (bytes[other.end] !== lineFeed)
    return new DataError(`${lineOf(records)}: expected ${count} cells, found ${cells}`)
  }

  return {
    shape,
    fill(records, batch) {
      const { bytes, to } = records
      const { labels, rows } = batch.dataset
      let { inputs, targets } = batch.dataset
      let at = records.from
      while (batch.rows < rows && at < to) {
        records.from = at
        const feed = bytes[at] === carriageReturn ? at + 1 : at
        if (bytes[feed] === lineFeed) {
          records.emptyLine ||= records.line
          at = feed + 1
          records.line++
          continue
        }
        if (records.emptyLine) throw emptyLine(records)
        const row = batch.rows
        const base = row * width
        let lineFeeds = 0
        for (let column = 0; column < count; column++) {
          const target = places[column]
          let value = 0
          let next = at
          if (target >= 0) {
            // Whole numbers and simple decimals of up to 15 digits are parsed here, which is fast. All other cells are
            // parsed further below.
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
            if (bytes[next] === decimal) {
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
            // Parse the cell before counting the cells, because an error about this cell is more helpful than an error
            // about the number of cells.
            if (target >= 0 || target <= firstTarget) value = numberIn(records, column)
            else if (target === labelPlace) value = labelIn(records, column)
            if (bytes[next] !== (column < last ? delimiter : lineFeed)) throw wrongCount(records)
          }
          if (target >= 0) {
            if (isBytes && !isByte(value)) {
              findCell(bytes, at, to, delimiter, cell, () => '')
              throw new DataError(`${place(records, column)}: ${notByte(quote(textOf(bytes, cell)))}`)
            }
            if (widens.inputs && Math.fround(value) !== value) inputs = widenBatch(records, shape, batch, 'inputs')
            inputs[base + target] = value
          } else if (target === labelPlace) {
            if (labels) labels[row] = value
          } else if (target !== unusedPlace && targets) {
            if (widens.targets && Math.fround(value) !== value) targets = widenBatch(records, shape, batch, 'targets')
            targets[row * targetWidth + firstTarget - target] = value
          }
          at = next + 1
        }
        batch.rows++
        records.line += 1 + lineFeeds
      }
      records.from = at
    },
  }
}
