import { DataError } from '../../base/errors.js'
import { isClassNumber } from '../../data/labels.js'
import { type Classes, isFull, tooMany } from './classes.js'
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
      const place = `row ${row + i}, column ${quote(name)}`
      const shown = typeof value === 'string' ? quote(value) : String(value)
      const message = `${source}: label ${shown} at ${place}: ${ruleFor(value, classes)}`
      throw new DataError(message, classes ? { option: 'labelNames' } : {})
    }
    labels[at + i] = label
  }
}

/** Says what is wrong with a label that is neither a class number nor a class name. */
function ruleFor(value: number | string, classes: Classes | undefined): string {
  if (value === '') return 'it is empty, and every row must have a class'
  if (!classes) return 'a class number is a whole number of at least 0'
  return isFull(classes) ? `it is one too many, ${tooMany}` : 'it is not one of labelNames'
}

function valuesOf(column: Column): (row: number) => number | string | null {
  if (column.kind === 'texts') return column.get
  if (column.kind !== 'numbers') return () => null
  const { items, isNull } = column
  return isNull ? (row) => (isNull(row) ? null : items[row]) : (row) => items[row]
}
