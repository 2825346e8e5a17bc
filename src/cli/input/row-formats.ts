import { checkDecimal, type Delimiter, looksDivided, otherDelimiter } from '../../base/delimiters.js'
import { DataError } from '../../index.js'
import { splitCells } from './cells.js'
import { parseDecimal } from './decimal.js'
import type { Line } from './lines.js'
import { readRow } from './number-line.js'
import { formOfObjects } from './object-lines.js'
import type { FormOptions, LineForm } from './row-format.js'
import { formOfTable } from './table-lines.js'

/**
 * Returns the LineForm for a text. Its first line shows whether the text has JSON objects, a table with a header, or
 * lines of numbers.
 * @param usual The character between two cells of a table, unless the user typed another one.
 * @throws DataError if it is not clear which fields or columns are the inputs, or which character divides the cells;
 * OptionError if the cells are divided by the decimal mark
 */
export function formOf(first: Line, options: FormOptions, usual: Delimiter): LineForm {
  const { delimiter, decimal, inputs } = options
  const text = first.text.trim()
  const isJson = /^[{[]/.test(text)
  if (isJson && (delimiter !== undefined || decimal !== '.')) {
    throw new DataError(`line ${first.number}: --delimiter and --decimal are only for CSV, not for JSON`)
  }
  if (text.startsWith('{')) return formOfObjects(first, options)
  const separator = delimiter ?? usual
  checkDecimal(decimal, separator)
  const isTable = !isJson && isHeader(first, separator, options)
  if (!isJson && delimiter === undefined) checkCells(first, isTable, separator)
  if (isTable) return formOfTable(first, options, separator)
  if (inputs) throw new DataError(`line ${first.number}: --inputs is for objects and for lines below a header`)
  return formOfNumbers(options)
}

/** Returns the LineForm for lines of numbers, whose columns have no names. */
export function formOfNumbers(options: FormOptions): LineForm {
  const { format = 'text', delimiter = ',', decimal } = options
  return { name: 'numbers', format, separator: delimiter, decimal, read: (line, row) => readRow(line, row, options) }
}

/**
 * Checks that the first line of a text does not look divided by another character than `separator`. Numbers may also be
 * separated by blanks, among them tabs.
 * @throws DataError if it does
 */
function checkCells({ number, text }: Line, isTable: boolean, separator: Delimiter): void {
  const unquoted = text.replaceAll(/"[^"]*"/g, '')
  const [line, expected] = isTable ? [unquoted, separator] : [unquoted.replaceAll('\t', ' '), ',' as const]
  const other = otherDelimiter(line.trim().split(expected), expected)
  if (other) throw new DataError(`line ${number}: ${looksDivided(other, expected, '--delimiter')}`)
}

/**
 * Whether a line is a header. Without --inputs, it is a header in each of these cases:
 * - No cell is a number.
 * - The cells contain the names of all inputs of the network.
 * - A cell is the name of an input of the network, and is not a number.
 *
 * With --inputs, a line is a header if a cell is not a number, or if a cell is the name of an input.
 */
function isHeader(line: Line, separator: Delimiter, { inputs, inputNames, decimal }: FormOptions): boolean {
  const cells = splitCells(line, separator)
  // A cell may hold several numbers that are separated by blanks, so only its first word is parsed.
  const numbers = cells.filter((cell) => !Number.isNaN(parseDecimal(cell.split(/\s/, 1)[0], decimal)))
  if (!inputs && inputNames) {
    const isNamed = (name: string) => cells.includes(name) && !numbers.includes(name)
    if (inputNames.every((name) => cells.includes(name)) || inputNames.some(isNamed)) return true
  }
  if (!inputs) return numbers.length === 0
  return numbers.length < cells.length || inputs.some((name) => cells.includes(name))
}
