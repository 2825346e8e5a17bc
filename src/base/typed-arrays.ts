/**
 * Finds out what a typed array holds. Arrays from another realm, such as a vm context or an iframe, have classes of
 * their own, so `instanceof` would not recognize them.
 */

import { DataError } from './errors.js'

/** The getter of the name of a typed array's class. For a value that is not a typed array, it returns undefined. */
const nameGetter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get

/** Returns the name of a typed array's class, such as 'Uint8Array' for a Buffer. Undefined for any other value. */
export function typedArrayName(value: unknown): string | undefined {
  return nameGetter?.call(value)
}

/** Whether these numbers are bytes, which are scaled by 1/255. */
export function isBytes(numbers: unknown): numbers is Uint8Array | Uint8ClampedArray {
  const name = typedArrayName(numbers)
  return name === 'Uint8Array' || name === 'Uint8ClampedArray'
}

export function isUint8Array(value: unknown): value is Uint8Array {
  return typedArrayName(value) === 'Uint8Array'
}

export function isFloat32Array(value: unknown): value is Float32Array {
  return typedArrayName(value) === 'Float32Array'
}

export function isFloat64Array(value: unknown): value is Float64Array {
  return typedArrayName(value) === 'Float64Array'
}

/** Whether these are whole numbers of 64 bits, of type bigint. */
export function isBigInts(value: unknown): value is BigInt64Array | BigUint64Array {
  return typedArrayName(value)?.startsWith('Big') ?? false
}

/** Whether this is an array of numbers. Only the type of the array is checked, not each element. */
export function isNumbers(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || (typedArrayName(value) !== undefined && !isBigInts(value))
}

/**
 * Throws DataError if `numbers` is a typed array whose memory is gone. Such an array has no numbers, so that without
 * this check the error would only say that numbers are missing. For any other value, this function does nothing. The
 * message ends with `advice`.
 */
export function checkAttached(name: string, numbers: unknown, advice = 'pass a copy made before that'): void {
  if (typedArrayName(numbers) === undefined || (numbers as Uint8Array).length > 0) return
  try {
    // `length` is 0 for an empty array and for an array whose memory is gone. `at` throws only for the latter.
    Uint8Array.prototype.at.call(numbers as Uint8Array, 0)
  } catch (cause) {
    const reason = `its ArrayBuffer was transferred to another thread or shrunk, so ${advice}`
    throw new DataError(`the memory of ${name} is gone: ${reason}`, { cause })
  }
}

/** Returns whether the rows are bytes. @throws DataError if some rows are bytes and others are not */
export function areByteRows(name: string, rows: readonly unknown[]): boolean {
  const bytes = isBytes(rows[0])
  const other = rows.findIndex((row) => isBytes(row) !== bytes)
  if (other < 0) return bytes
  const [here, before] = bytes ? ['numbers', 'bytes'] : ['bytes', 'numbers']
  throw new DataError(
    `${name} row ${other} has ${here}, the rows before it have ${before}: bytes are scaled by 1/255, so make all rows bytes or none`,
  )
}
