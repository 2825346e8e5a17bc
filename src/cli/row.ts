import { DataError } from '../index.js'
import type { Line } from './lines.js'

/**
 * Reads one row of numbers, separated by commas or blanks or as a JSON array, into `row`.
 * @throws DataError naming the line, what was expected and what was found
 */
export function readRow({ number, text }: Line, row: Float64Array): void {
  const fail = (expected: string, found: string): never => {
    throw new DataError(`line ${number}: expected ${expected}, found ${found}`)
  }
  const trimmed = text.trim()
  if (trimmed === '') fail(numbers(row.length), 'an empty line')
  const cells = trimmed.startsWith('[') ? readArray(trimmed, fail) : trimmed.split(/\s*,\s*|\s+/).map(readCell)
  // A cell that is no number tells more than how many cells there are.
  for (const [index, cell] of cells.entries()) {
    if (typeof cell !== 'number' || !Number.isFinite(cell)) fail(`a number at place ${index + 1}`, quote(cell))
    else if (index < row.length) row[index] = cell
  }
  if (cells.length !== row.length) fail(numbers(row.length), String(cells.length))
}

function readArray(text: string, fail: (expected: string, found: string) => never): readonly unknown[] {
  try {
    return JSON.parse(text)
  } catch (error) {
    return fail('a JSON array of numbers', `no JSON (${error instanceof Error ? error.message : String(error)})`)
  }
}

/** The number that the text is, or the text. */
function readCell(text: string): number | string {
  const value = text === '' ? Number.NaN : Number(text)
  return Number.isNaN(value) ? text : value
}

function numbers(count: number): string {
  return count === 1 ? '1 number' : `${count} numbers`
}

/** A cell as it stands in a message: short, on one line. */
function quote(cell: unknown): string {
  if (cell === '') return 'nothing between two commas'
  const text = typeof cell === 'number' ? String(cell) : JSON.stringify(cell)
  return text.length > 40 ? `${text.slice(0, 37)}...` : text
}
