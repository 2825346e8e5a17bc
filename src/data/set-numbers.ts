import { DataError, inspectValue } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'

/**
 * Copies rows of `width` numbers into `target`, starting at row `row`. If `numbers` is a plain array, this function
 * does not use `target.set`, because `set` converts values that are not numbers. For example, it would store null as 0
 * and '0x10' as 16.
 * @throws DataError if a value is not a number. The message gives the row and the column of the first such value
 */
export function setNumbers(
  name: string,
  target: Uint8Array | FloatArray,
  numbers: ArrayLike<number>,
  width: number,
  row = 0,
): void {
  const start = row * width
  if (ArrayBuffer.isView(numbers)) {
    target.set(numbers, start)
    return
  }
  for (let i = 0; i < numbers.length; i++) {
    const value: unknown = numbers[i]
    if (typeof value !== 'number') {
      const place = `row ${row + Math.floor(i / width)}, column ${i % width}`
      throw new DataError(`${name} has ${inspectValue(value)} at ${place}: it must be a number`)
    }
    target[start + i] = value
  }
}
