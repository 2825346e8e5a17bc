import { typedArrayName } from '../base/typed-arrays.js'

/**
 * The class number of each row. The numbers may be bigints, as 64-bit integers are in JavaScript. They may also come as
 * an array of rows with one number each.
 */
export type Labels = ArrayLike<number> | ArrayLike<bigint> | readonly (ArrayLike<number> | ArrayLike<bigint>)[]

/** Returns a bigint as a number. Any other value, and a bigint that a number cannot hold exactly, stays as it is. */
export function plainNumber(value: unknown): unknown {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** Returns the label of a row, which the caller must check. A row of one number is taken as this number. */
export function labelAt(labels: Labels, row: number): unknown {
  const label: unknown = labels[row]
  return plainNumber(isList(label) && label.length === 1 ? label[0] : label)
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || typedArrayName(value) !== undefined
}
