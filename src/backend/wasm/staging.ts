import { MemoryError } from '../../base/errors.js'
import { type Functions, pageSize, type WasmModule } from './module.js'

/**
 * Memory for one product. It gets copies of matrices that lie in other memory. It is not shared and nobody else sees
 * it, so it can grow.
 */
export interface Staging {
  readonly functions: Functions
  /**
   * Returns an array over the first `length` elements of the memory. It is detached when `reserve` is called again.
   * @throws MemoryError if there is too little memory
   */
  reserve(length: number): Float32Array
}

/** The number of bytes past the end of a matrix that the compiled functions may read. */
const slack = 16

export function createStaging({ plain: { memory, functions } }: WasmModule): Staging {
  return {
    functions,
    reserve(length) {
      const bytes = length * Float32Array.BYTES_PER_ELEMENT
      const missing = Math.ceil((bytes + slack) / pageSize) - memory.buffer.byteLength / pageSize
      try {
        if (missing > 0) memory.grow(missing)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        throw new MemoryError(`this machine cannot allocate ${(bytes / 1e9).toPrecision(3)} GB of memory in one block`)
      }
      return new Float32Array(memory.buffer, 0, length)
    },
  }
}
