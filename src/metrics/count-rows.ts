import { checkInteger } from '../base/checks.js'
import { DataError } from '../base/errors.js'
import { checkAttached } from '../base/typed-arrays.js'

/**
 * Returns the number of rows in `values`. Each row has `width` numbers.
 * @throws OptionError if `width` is not a whole number of at least 1; DataError if there are no rows, if the last row
 * is incomplete, or if the number of rows is not `expected`
 */
export function countRows(name: string, values: ArrayLike<number>, width: number, expected?: number): number {
  checkInteger({ width }, 1)
  checkAttached(name, values)
  const rows = values.length / width
  if (rows === 0) throw new DataError(`${name} has no rows`)
  if (!Number.isInteger(rows)) {
    throw new DataError(`${name} has ${values.length} numbers, which is not a multiple of the ${width} that a row has`)
  }
  if (expected !== undefined && rows !== expected) {
    throw new DataError(`${name} has ${rows} rows of ${width} numbers instead of ${expected}`)
  }
  return rows
}
