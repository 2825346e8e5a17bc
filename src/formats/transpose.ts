import type { FloatArray } from '../base/memory.js'
import { isFloat32Array } from '../base/typed-arrays.js'

/** Returns the transpose of a matrix of rows x columns. Both matrices are row-major. */
export function transpose(numbers: FloatArray, rows: number, columns: number): FloatArray {
  const transposed = isFloat32Array(numbers) ? new Float32Array(numbers.length) : new Float64Array(numbers.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) transposed[column * rows + row] = numbers[row * columns + column]
  }
  return transposed
}
