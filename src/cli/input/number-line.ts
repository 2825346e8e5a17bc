import { inspectValue, messageOf } from '../../base/errors.js'
import { DataError } from '../../index.js'
import { splitCells } from './cells.js'
import { expectedFor, parseDecimal } from './decimal.js'
import type { Line } from './lines.js'
import type { FormOptions } from './row-format.js'

/**
 * Parses a line of numbers into `row`. The numbers are separated by commas or blanks, or by the option `delimiter`, or
 * are a JSON array.
 * @throws DataError if a number is invalid, or if there are too few or too many. The message says what was expected
 */
export function readRow(
  line: Line,
  row: Float64Array,
  { dtype, delimiter, decimal }: Pick<FormOptions, 'dtype' | 'delimiter' | 'decimal'>,
): undefined {
  const fail = (expected: string, found: string): never => {
    throw new DataError(`line ${line.number}: expected ${expected}, found ${found}`)
  }
  const text = line.text.trim()
  if (text === '') fail(numbers(row.length), 'an empty line')
  const cells = text.startsWith('[')
    ? readArray(text, fail)
    : textsOf(line, text, delimiter).map((cell) => readCell(cell, decimal))
  // The cells are checked before they are counted, because an error about an invalid cell is more helpful than an error
  // about the number of cells.
  for (const [index, cell] of cells.entries()) {
    const expected = expectedFor(cell, dtype, decimal)
    if (expected)
      fail(`${expected} at place ${index + 1}`, cell === '' ? 'nothing between two commas' : inspectValue(cell))
    else if (index < row.length) row[index] = Number(cell)
  }
  if (cells.length !== row.length) fail(numbers(row.length), String(cells.length))
}

/** Splits a line into its cells. A line with quotes, or with a delimiter that the user typed, is split as CSV. */
function textsOf(line: Line, text: string, delimiter: FormOptions['delimiter']): string[] {
  if (delimiter !== undefined) return splitCells(line, delimiter)
  return text.includes('"') ? splitCells(line) : text.split(/\s*,\s*|\s+/)
}

function readArray(text: string, fail: (expected: string, found: string) => never): readonly unknown[] {
  try {
    return JSON.parse(text)
  } catch (error) {
    return fail('a JSON array of numbers', `no JSON (${messageOf(error)})`)
  }
}

/** Returns the parsed number, or the text if it cannot be parsed. */
function readCell(text: string, decimal: FormOptions['decimal']): number | string {
  const value = parseDecimal(text, decimal)
  return Number.isNaN(value) ? text : value
}

function numbers(count: number): string {
  return count === 1 ? '1 number' : `${count} numbers`
}
