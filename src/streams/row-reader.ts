import { isRefusedPromise } from '../base/checks.js'
import { DataError, inspectValue } from '../base/errors.js'
import { checkAttached, isBytes, isFloat32Array, isFloat64Array, isNumbers } from '../base/typed-arrays.js'
import type { InputRow, StreamOptions } from './stream-options.js'

/**
 * Returns the checked inputs of row `number` of a stream. The result is valid until the next call.
 * @throws DataError if the row has no valid inputs
 */
export type RowReader = (row: unknown, number: number) => InputRow

/**
 * Creates the function that reads the inputs of a row. `inputs` is the option of the stream. `namesNow` returns the names
 * of the network's inputs. It is called for each row, because a network may get its names while it learns.
 */
export function createRowReader<Row>(
  inputs: StreamOptions<Row>['inputs'],
  width: number,
  namesNow: () => readonly string[] | undefined,
): RowReader {
  const values = new Float64Array(width)
  if (inputs === undefined) {
    return (row, number) => {
      if (isNumbers(row)) return checked(row, number, width)
      const names = namesNow()
      if (names && typeof row === 'object' && row !== null) return readByNames(row, names, number, values)
      const hint = typeof row === 'object' && row !== null ? ": name its columns with the option 'inputs'" : ''
      throw new DataError(`row ${number} must be a typed array or an array of numbers, not ${inspectValue(row)}${hint}`)
    }
  }
  if (typeof inputs === 'function') return (row, number) => readByFunction(inputs, row as Row, number, width)
  return (row, number) => {
    if (typeof row !== 'object' || row === null) {
      throw new DataError(`row ${number} must be an object with the columns of 'inputs', not ${inspectValue(row)}`)
    }
    return readByNames(row, namesNow() ?? inputs, number, values)
  }
}

function readByNames(row: object, names: readonly string[], number: number, values: Float64Array): Float64Array {
  const columns = row as Readonly<Record<string, unknown>>
  for (let i = 0; i < values.length; i++) {
    const value = columns[names[i]]
    if (typeof value !== 'number' || !Number.isFinite(value)) throw columnError(columns, names[i], number)
    values[i] = value
  }
  return values
}

function readByFunction<Row>(inputs: (row: Row) => InputRow, row: Row, number: number, width: number): InputRow {
  let numbers: unknown
  try {
    numbers = inputs(row)
  } catch (error) {
    const reason = error instanceof Error ? error.message : inspectValue(error)
    throw new DataError(`row ${number} has no inputs: the function 'inputs' threw "${reason}"`, { cause: error })
  }
  if (isNumbers(numbers)) return checked(numbers, number, width)
  isRefusedPromise(numbers)
  throw new DataError(
    `row ${number}: the function 'inputs' must return a typed array or an array of numbers, not ${inspectValue(numbers)}`,
  )
}

function columnError(row: Readonly<Record<string, unknown>>, name: string, number: number): DataError {
  const column = JSON.stringify(name)
  if (!(name in row)) return new DataError(`row ${number} has no column ${column}`)
  return new DataError(`row ${number} has ${inspectValue(row[name])} in column ${column}: it must be a finite number`)
}

function checked(numbers: InputRow, number: number, width: number): InputRow {
  checkAttached(`row ${number}`, numbers)
  if (numbers.length !== width) throw new DataError(`row ${number} has ${numbers.length} numbers instead of ${width}`)
  if (ArrayBuffer.isView(numbers) && areFinite(numbers)) return numbers
  for (let i = 0; i < width; i++) {
    // This check also rejects values such as strings, which a typed array would silently convert to numbers.
    if (!Number.isFinite(numbers[i])) {
      throw new DataError(`row ${number} has ${inspectValue(numbers[i])} at column ${i}: every number must be finite`)
    }
  }
  return numbers
}

/**
 * Whether all numbers are finite. A finite number times 0 is 0, and any other number times 0 is NaN. The code computes
 * four independent sums of these products, which takes half as long as a check per number.
 */
function areFinite(numbers: ArrayBufferView): boolean {
  if (!(isFloat32Array(numbers) || isFloat64Array(numbers))) return true
  const end = numbers.length & ~3
  // Do not use destructuring here, because it makes the loop three times slower.
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let i = 0; i < end; i += 4) {
    a += numbers[i] * 0
    b += numbers[i + 1] * 0
    c += numbers[i + 2] * 0
    d += numbers[i + 3] * 0
  }
  for (let i = end; i < numbers.length; i++) a += numbers[i] * 0
  return a + b + c + d === 0
}

/**
 * Returns the type of array that stores the inputs of a batch. `predict` uses the same type, so a stream and `predict`
 * compute with exactly the same inputs.
 */
export function storageOf(numbers: InputRow): typeof Uint8Array | typeof Float32Array | typeof Float64Array {
  if (isBytes(numbers)) return Uint8Array
  return isFloat32Array(numbers) ? Float32Array : Float64Array
}
