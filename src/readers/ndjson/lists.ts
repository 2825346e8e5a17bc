import { DataError } from '../../base/errors.js'
import { isClassNumber } from '../../data/labels.js'
import { numberOfName, wrongLabel } from '../columns/classes.js'
import { columnName } from '../columns/names.js'
import { firstInfinite } from '../columns/range.js'
import { type Columns, firstTarget, labelPlace, unusedPlace } from '../text/columns.js'
import { lineOf, type Records } from '../text/records.js'
import { type Batch, type RowReader, widenBatch } from '../text/row-batches.js'
import { isByte, notByte, tooLarge } from '../text/values.js'
import { type Line, numbers, parseLine, readLines, shown } from './lines.js'

const space = 0x20
const comma = 0x2c
const minus = 0x2d
const point = 0x2e
const zero = 0x30
const openBracket = 0x5b
const closeBracket = 0x5d
const powersOfTen = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)

/**
 * Creates the object that parses lines that are JSON lists and stores them as rows. A line with only simple numbers
 * (see `readSimple`) is parsed byte by byte, and any other line with JSON.parse.
 */
export function createListReader(columns: Columns): RowReader {
  const { count, places, classes, shape } = columns
  const { width, targetWidth = 0, dtype, widens } = shape
  const values = new Float64Array(count)
  const beyond = firstInfinite(dtype, widens.targets)
  // Class names are strings, so a line with a class name must be parsed with JSON.parse.
  const mayBeSimple = classes === undefined

  /** Stores the value of a column. If the value is invalid, returns a string that says what is wrong with it. */
  function keep(given: unknown, column: number): string | undefined {
    const place = places[column]
    if (place === unusedPlace) return undefined
    if (place === labelPlace) {
      const label = classes ? numberOfName(classes, given) : given
      if (!isClassNumber(label)) return wrongLabel(given, shown(given), classes)
      values[column] = label
      return undefined
    }
    const value = typeof given === 'boolean' ? Number(given) : given
    if (typeof value !== 'number') return `${shown(value)} is not a number`
    if (Math.abs(value) >= beyond) return tooLarge(String(value), beyond)
    if (dtype === 'uint8' && place >= 0 && !isByte(value)) return notByte(String(value))
    values[column] = value
    return undefined
  }

  function readAny(records: Records, line: Line): void {
    const list = parseLine(records, line)
    const where = lineOf(records)
    if (!Array.isArray(list))
      throw new DataError(`${where}: expected a list as on the first line, found ${shown(list)}`)
    if (list.length !== count) throw new DataError(`${where}: expected ${numbers(count)}, found ${list.length}`)
    keepAll(list, where)
  }

  function keepAll(list: ArrayLike<unknown>, where: string): void {
    for (let column = 0; column < count; column++) {
      const wrong = keep(list[column], column)
      if (wrong === undefined) continue
      const option = places[column] === labelPlace ? { option: 'labelNames' } : {}
      throw new DataError(`${where}, ${columnName(undefined, column)}: ${wrong}`, option)
    }
  }

  function store(records: Records, batch: Batch): void {
    const { dataset, rows } = batch
    const { labels } = dataset
    let { inputs, targets } = dataset
    for (let column = 0; column < count; column++) {
      const place = places[column]
      const value = values[column]
      if (place >= 0) {
        if (widens.inputs && Math.fround(value) !== value) inputs = widenBatch(records, shape, batch, 'inputs')
        inputs[rows * width + place] = value
      } else if (place === labelPlace) {
        if (labels) labels[rows] = value
      } else if (place !== unusedPlace && targets) {
        if (widens.targets && Math.fround(value) !== value) targets = widenBatch(records, shape, batch, 'targets')
        targets[rows * targetWidth + firstTarget - place] = value
      }
    }
  }

  return {
    shape,
    fill: (records, batch) =>
      readLines(records, batch, (line) => {
        if (!mayBeSimple || !readSimple(records.bytes, line, values)) readAny(records, line)
        // Simple numbers have at most 15 digits, so they are never too large for float32. But they may be invalid as
        // labels or as bytes.
        else if (dtype === 'uint8' || shape.labels) keepAll(values, lineOf(records))
        store(records, batch)
      }),
  }
}

/**
 * Parses a list such as `[1, -2.5, 0]` into `values`. The numbers may have up to 15 digits, but no exponents. Spaces
 * are only allowed before numbers. Returns false for any other line, and for a list with the wrong number of values.
 *
 * The function does not check for the end of the line until it has parsed the last number. So the byte after the line
 * must be one that cannot be part of the list, for example a line feed.
 */
function readSimple(bytes: Buffer, { from, to }: Line, values: Float64Array): boolean {
  const last = values.length - 1
  let at = from
  if (bytes[at++] !== openBracket) return false
  for (let column = 0; column <= last; column++) {
    while (bytes[at] === space) at++
    const negative = bytes[at] === minus
    if (negative) at++
    const first = at
    let mantissa = 0
    let digit = bytes[at] ^ zero
    while (digit < 10) {
      mantissa = 10 * mantissa + digit
      digit = bytes[++at] ^ zero
    }
    let digits = at - first
    // JSON does not allow `01`, `.5` or `5.` as numbers.
    if (digits === 0 || (digits > 1 && bytes[first] === zero)) return false
    let fraction = 0
    if (bytes[at] === point) {
      digit = bytes[++at] ^ zero
      while (digit < 10) {
        mantissa = 10 * mantissa + digit
        digit = bytes[++at] ^ zero
        fraction++
      }
      if (fraction === 0) return false
      digits += fraction
    }
    if (digits > 15 || bytes[at++] !== (column < last ? comma : closeBracket)) return false
    const value = fraction === 0 ? mantissa : mantissa / powersOfTen[fraction]
    values[column] = negative ? -value : value
  }
  return at === to
}
