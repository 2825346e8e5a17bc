import { setImmediate } from 'node:timers/promises'
import { DataError } from '../../base/errors.js'
import type { InputArray } from '../../data/dataset.js'
import { copyNumbers } from './copy-numbers.js'
import { quote } from './names.js'
import type { Column, Lists, NumberItems } from './table.js'

/** The columns whose numbers are stored next to each other in a row: either all inputs or all targets. */
export interface Group {
  readonly names: readonly string[]
  /** The number of values that each column has in a row. */
  readonly widths: readonly number[]
  /** The number of values in a row, which is the sum of the widths. */
  readonly width: number
}

/**
 * A range of `count` rows of a chunk. A chunk is a group of consecutive rows of the source. The first row of the range
 * has the index `from` in the chunk and the index `row` in the source.
 */
export interface Span {
  readonly from: number
  readonly count: number
  readonly row: number
}

/** An array that is being filled with the inputs or the targets of rows. */
export interface Filling {
  readonly numbers: InputArray
  /** Replaces `numbers` by a float64 copy. Undefined if its type is fixed, so that numbers are rounded to it. */
  readonly widen: (() => void) | undefined
  /** The absolute value of every number must be below this limit, even if the array becomes float64. */
  readonly beyond: number
}

/** The number of values that are copied before the event loop can run other tasks. Copying them takes about 2 ms. */
const yieldEvery = 2 ** 18

/**
 * Returns the names and the widths of the given columns. The width of a column is the number of values in the row with
 * the index `from` in the chunk and the index `row` in the source.
 */
export function groupOf(
  source: string,
  names: readonly string[],
  columns: readonly Column[],
  { from, row }: Pick<Span, 'from' | 'row'>,
): Group {
  const widths = columns.map((column, i) => {
    const width = column.kind === 'numbers' ? 1 : lengthAt(column, from)
    if (width === undefined) throw nullError(source, row, names[i])
    if (width === 0) throw new DataError(`${source}: row ${row}, column ${quote(names[i])} is empty`)
    return width
  })
  return { names, widths, width: widths.reduce((sum, width) => sum + width, 0) }
}

/**
 * Copies the rows of `span` from the columns into the array of `out`, starting at row `at` of the array.
 * @throws DataError if a value is NULL or not finite, if `out` cannot hold a value, or if the lists of a column differ
 * in length. The message names the row and the column.
 */
export async function fillRows(
  source: string,
  group: Group,
  columns: readonly Column[],
  span: Span,
  out: Filling,
  at: number,
): Promise<void> {
  let copied = 0
  let offset = 0
  for (let c = 0; c < columns.length; c++) {
    const size = group.widths[c]
    // In a list column, one row may hold thousands of numbers. So even a single column is copied in steps, and the
    // event loop can run other tasks between the steps.
    const step = Math.max(1, Math.floor(yieldEvery / size))
    for (let done = 0; done < span.count; done += step) {
      const part = { from: span.from + done, count: Math.min(step, span.count - done), row: span.row + done }
      fillColumn(source, group, c, columns[c], part, out, (at + done) * group.width + offset)
      copied += part.count * size
      if (copied >= yieldEvery) {
        copied = 0
        await setImmediate()
      }
    }
    offset += size
  }
}

function fillColumn(
  source: string,
  group: Group,
  c: number,
  column: Column,
  { from, count, row }: Span,
  out: Filling,
  position: number,
): void {
  const name = group.names[c]
  const size = group.widths[c]
  if (column.kind === 'numbers') {
    const { items, isNull } = column
    if (isNull) for (let i = 0; i < count; i++) if (isNull(from + i)) throw nullError(source, row + i, name)
    const bad = copyAll(items, from, count, out, position, group.width)
    if (bad >= 0) throw numberError(source, items[from + bad], row + bad, quote(name), out.numbers)
    return
  }
  if (column.kind === 'lists') {
    for (let i = 0; i < count; i++) checkLength(source, name, lengthAt(column, from + i), size, row + i)
    fillLists(source, name, column, { from, count, row }, out, position, size, group.width)
  } else if (column.kind === 'bytes') {
    for (let i = 0; i < count; i++) {
      const bytes = column.get(from + i)
      checkLength(source, name, bytes?.length, size, row + i)
      if (bytes) out.numbers.set(bytes, position + i * group.width)
    }
  }
}

/**
 * Copies numbers as `copyNumbers` does. If `out` allows it, the array becomes float64 at the first number that float32
 * does not hold exactly.
 */
function copyAll(
  items: NumberItems,
  from: number,
  count: number,
  out: Filling,
  position: number,
  stride: number,
): number {
  const { widen, beyond } = out
  const bad = copyNumbers(items, from, count, out.numbers, position, stride, beyond, widen !== undefined)
  if (bad < 0 || !widen || !(Math.abs(items[from + bad]) < beyond)) return bad
  widen()
  const at = position + bad * stride
  const rest = copyNumbers(items, from + bad, count - bad, out.numbers, at, stride, beyond, false)
  return rest < 0 ? rest : bad + rest
}

function checkLength(source: string, name: string, length: number | undefined, size: number, row: number): void {
  if (length === size) return
  if (length === undefined) throw nullError(source, row, name)
  throw new DataError(
    `${source}: row ${row}, column ${quote(name)} has ${length} numbers, the rows before it have ${size}`,
  )
}

function fillLists(
  source: string,
  name: string,
  { items, offset, isItemNull }: Lists,
  { from, count, row }: Span,
  out: Filling,
  position: number,
  size: number,
  width: number,
): void {
  const first = offset(from)
  let dense = size === width
  for (let i = 0; i < count; i++) {
    const start = offset(from + i)
    if (start !== first + i * size) dense = false
    if (!isItemNull) continue
    for (let k = 0; k < size; k++) {
      if (isItemNull(start + k)) throw nullError(source, row + i, name, `, element ${k}`)
    }
  }
  // If the rows are contiguous in both `items` and `out`, copy all their numbers with a single call.
  const runs = dense ? 1 : count
  const length = dense ? count * size : size
  for (let i = 0; i < runs; i++) {
    const start = offset(from + i)
    const bad = copyAll(items, start, length, out, position + i * width, 1)
    if (bad < 0) continue
    const place = `${quote(name)}, element ${bad % size}`
    throw numberError(source, items[start + bad], row + i + Math.floor(bad / size), place, out.numbers)
  }
}

/** The number of values that a row has in a column of lists or bytes. Undefined if the row is NULL. */
function lengthAt(column: Column, row: number): number | undefined {
  if (column.kind === 'lists') return column.isNull?.(row) ? undefined : column.length(row)
  return column.kind === 'bytes' ? column.get(row)?.length : undefined
}

export function nullError(source: string, row: number, name: string, place = ''): DataError {
  return new DataError(`${source}: NULL at row ${row}, column ${quote(name)}${place}: every row must have a value`)
}

function numberError(source: string, value: number, row: number, place: string, out: InputArray): DataError {
  const rule =
    out instanceof Uint8Array
      ? "dtype 'uint8' takes whole numbers from 0 to 255"
      : Number.isFinite(value)
        ? "it is too large for dtype 'float32'"
        : 'every number must be finite'
  return new DataError(`${source}: ${value} at row ${row}, column ${place}: ${rule}`)
}
