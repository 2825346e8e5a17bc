import { DataError, inspectValue } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'

/**
 * Copies rows of `width` numbers into `target`, where row `row` begins. A typed array's own `set` would make numbers of what
 * is none: 0 of null, 16 of '0x10'. @throws DataError naming the row and the column
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
