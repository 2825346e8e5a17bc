import { type Delimiter, looksDivided, otherDelimiter } from '../../base/delimiters.js'
import { DataError } from '../../base/errors.js'
import { numberOf } from '../columns/choose-columns.js'
import { classesOf } from '../columns/classes.js'
import { quote } from '../columns/names.js'
import type { ColumnId, TableOptions } from '../columns/table-options.js'
import { type Columns, maxColumns, resolveColumns } from '../text/columns.js'
import { parseNumber } from '../text/number.js'
import { lineOf, type Records } from '../text/records.js'
import { truthIn } from '../text/values.js'
import { carriageReturn, type Dialect, findCell, lineFeed, loneReturn, newCell, quotation, textIn } from './cells.js'

/** The options of `readCsv` that say how the first line is read. */
interface HeaderOptions extends TableOptions {
  readonly header?: boolean | undefined
  readonly delimiter?: Delimiter | undefined
}

/**
 * Returns the columns of a CSV file, which are determined from its first line. Skips the line if it is a header. If the
 * option `header` is not given, these rules decide:
 * - The line is a header if the options name columns, or if none of its cells is a number. It is also a header if it
 *   has all names of `inputNames`, or at least one of these names in a cell that is not a number.
 * - The line is a row if all its cells are numbers. The label may also be one of the class names.
 * @throws DataError if neither rule applies, because a wrong guess could silently drop a row; if the line looks divided
 * by another delimiter, and the option `delimiter` is not given; every error that `resolveColumns` throws
 */
export function readHeader(records: Records, dialect: Dialect, options: HeaderOptions): Columns {
  const where = lineOf(records)
  const [first, second] = records.bytes.subarray(records.from, records.to)
  if (first === lineFeed || (first === carriageReturn && second === lineFeed)) {
    throw new DataError(`${where}: an empty line, expected the names of the columns or a row`)
  }
  const { texts, unquoted, numbers, end, lineFeeds } = firstLine(records, dialect, where)
  const { header, delimiter } = options
  const other = delimiter === undefined ? otherDelimiter(unquoted, ',') : undefined
  if (other) throw new DataError(`${where}: ${looksDivided(other, ',', 'delimiter')}`, { option: 'delimiter' })
  if (!(header ?? isHeader(where, texts, numbers, options)))
    return resolveColumns(where, texts.length, undefined, options)
  const columns = resolveColumns(where, texts.length, texts, options)
  records.from = end
  records.line += 1 + lineFeeds
  return columns
}

function firstLine({ bytes, from, to }: Records, { delimiter, decimal }: Dialect, where: string) {
  const texts: string[] = []
  const unquoted: string[] = []
  const numbers: boolean[] = []
  let lineFeeds = 0
  const cell = newCell()
  for (let at = from; ; at = cell.end + 1) {
    findCell(bytes, at, to, delimiter, cell, () => `${where}, column ${texts.length}`)
    if (texts.length === maxColumns) throw new DataError(`${where}: more columns than the limit of ${maxColumns}`)
    const place = `${where}, column ${texts.length}`
    const isQuoted = bytes[cell.from - 1] === quotation
    if (!isQuoted && bytes.subarray(cell.from, cell.to).includes(carriageReturn)) throw loneReturn(place)
    const text = textIn(bytes, cell, () => place)
    texts.push(text)
    unquoted.push(isQuoted ? '' : text)
    numbers.push(!Number.isNaN(parseNumber(bytes, cell.from, cell.to, decimal)) || !Number.isNaN(truthIn(text)))
    lineFeeds += cell.lineFeeds
    if (bytes[cell.end] === lineFeed) return { texts, unquoted, numbers, end: cell.end + 1, lineFeeds }
  }
}

function isHeader(where: string, texts: string[], numbers: boolean[], options: TableOptions): boolean {
  const { label, labelNames, targets = [], inputs = [], inputNames } = options
  const named = (id: ColumnId | undefined): boolean => id !== undefined && numberOf(id) === undefined
  if (inputNames?.every((name) => texts.includes(name))) return true
  if (named(label) || targets.some(named) || inputs.some(named)) return true
  const text = numbers.indexOf(false)
  if (text < 0) return false
  const place = label === undefined ? undefined : numberOf(label)
  const isLabel = place !== undefined && classesOf(labelNames)?.names.includes(texts[place])
  if (inputNames?.some((name) => texts.some((text, column) => text === name && !numbers[column]))) return true
  if (numbers.every((isNumber, column) => isNumber || (isLabel && column === place))) return false
  if (!numbers.includes(true)) return true
  throw new DataError(
    `${where}: ${quote(texts[numbers.indexOf(true)])} is a number but ${quote(texts[text])} is not: say with the option header whether this line is one`,
    { option: 'header' },
  )
}
