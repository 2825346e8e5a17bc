import { DataError } from '../../index.js'
import { type Separator, splitCells } from './cells.js'
import { parseDecimal } from './decimal.js'
import type { Line } from './lines.js'
import { readRow } from './number-line.js'
import { formOfObjects } from './object-lines.js'
import type { FormOptions, LineForm } from './row-format.js'
import { formOfTable } from './table-lines.js'

/**
 * Returns the LineForm for a text. Its first line shows whether the text has JSON objects, a table with a header, or
 * lines of numbers.
 * @throws DataError if it is not clear which fields or columns are the inputs
 */
export function formOf(first: Line, options: FormOptions, separator: Separator): LineForm {
  const text = first.text.trim()
  if (text.startsWith('{')) return formOfObjects(first, options)
  if (!text.startsWith('[') && isHeader(first, separator, options.inputs)) return formOfTable(first, options, separator)
  if (options.inputs) throw new DataError(`line ${first.number}: --inputs is for objects and for lines below a header`)
  return formOfNumbers(options)
}

/** Returns the LineForm for lines of numbers, whose columns have no names. */
export function formOfNumbers({ format = 'text', dtype }: FormOptions): LineForm {
  return { name: 'numbers', format, separator: ',', read: (line, row) => readRow(line, row, dtype) }
}

/**
 * Whether a line is a header. Without --inputs, no cell of a header is a number. With --inputs, a header has at least
 * one cell that is not a number, or that names an input.
 */
function isHeader(line: Line, separator: Separator, inputs: readonly string[] | undefined): boolean {
  const cells = splitCells(line, separator)
  // A cell may hold several numbers that are separated by blanks, so only its first word is parsed.
  const numbers = cells.filter((cell) => !Number.isNaN(parseDecimal(cell.split(/\s/, 1)[0])))
  if (!inputs) return numbers.length === 0
  return numbers.length < cells.length || inputs.some((name) => cells.includes(name))
}
