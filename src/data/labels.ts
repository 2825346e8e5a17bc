import { DataError } from '../base/errors.js'
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

/** Returns the label of a row without checking it. If the label is an array of one number, returns this number. */
export function labelAt(labels: Labels, row: number): unknown {
  const label: unknown = labels[row]
  return plainNumber(isList(label) && label.length === 1 ? label[0] : label)
}

/** The error for a label that is not a class of a network with `outputs` outputs. The native backend says the same. */
export function labelError(label: number, row: number, outputs: number): DataError {
  const range =
    outputs === 1 ? 'one output, so labels are 0 and 1' : `${outputs} outputs, so labels go from 0 to ${outputs - 1}`
  return new DataError(`label ${label} at row ${row} is out of range: the network has ${range}`)
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || typedArrayName(value) !== undefined
}

export function isClassNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31
}
