import { DataError } from '../../base/errors.js'
import { type Classes, isClassNumber } from './classes.js'
import { nullError, type Span } from './fill.js'
import { quote } from './names.js'
import type { Column } from './table.js'

/**
 * Copies the class numbers of rows into `labels`, starting at index `at`. The column holds the class numbers, which are
 * whole numbers from 0. If `classes` is given, the column holds class names instead.
 * @throws DataError if a label is NULL or not a class. The message names the row and the column.
 */
export function fillLabels(
  source: string,
  name: string,
  column: Column,
  classes: Classes | undefined,
  { from, count, row }: Span,
  labels: Int32Array,
  at: number,
): void {
  const valueAt = valuesOf(column)
  for (let i = 0; i < count; i++) {
    const value = valueAt(from + i)
    if (value === null) throw nullError(source, row + i, name)
    const label = classes ? classes.numberOf(String(value)) : value
    if (!isClassNumber(label)) {
      const rule = classes ? 'it is not one of labelNames' : 'a class number is a whole number of at least 0'
      const place = `row ${row + i}, column ${quote(name)}`
      const message = `${source}: label ${JSON.stringify(value) ?? value} at ${place}: ${rule}`
      throw new DataError(message, classes ? { option: 'labelNames' } : {})
    }
    labels[at + i] = label
  }
}

function valuesOf(column: Column): (row: number) => number | string | null {
  if (column.kind === 'texts') return column.get
  if (column.kind !== 'numbers') return () => null
  const { items, isNull } = column
  return isNull ? (row) => (isNull(row) ? null : items[row]) : (row) => items[row]
}
