/** Memory that the library owns: native code holds it by reference across an await, so nobody may detach or shrink it. */
import { MemoryError } from './errors.js'

export type NumberArray = Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array
/** Rows of numbers as they come from a user or a file. */
export type FloatArray = Float32Array | Float64Array

interface ArrayType<A extends NumberArray> {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): A
}

/** Zeroed memory that users never see while native code works on it: a plain ArrayBuffer. @throws MemoryError */
export function allocate<A extends NumberArray>(Type: ArrayType<A>, length: number): A {
  return new Type(newBuffer(ArrayBuffer, length * Type.BYTES_PER_ELEMENT))
}

interface Reservation {
  readonly maxByteLength: number
}

function newBuffer<B extends ArrayBufferLike>(
  Type: new (bytes: number, reservation?: Reservation) => B,
  bytes: number,
  reservation?: Reservation,
): B {
  try {
    return new Type(bytes, reservation)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new MemoryError(`this machine does not give ${(bytes / 1e9).toPrecision(3)} GB of memory in one piece`)
  }
}

/**
 * Zeroed memory that users hold live views of: shared memory where the platform has it, which can be neither detached nor
 * shrunk, and which worker threads see without a copy. @throws MemoryError
 */
export function allocateShared<A extends NumberArray>(Type: ArrayType<A>, length: number): A {
  if (typeof SharedArrayBuffer !== 'function') return allocate(Type, length)
  const buffer = newBuffer(SharedArrayBuffer, length * Type.BYTES_PER_ELEMENT)
  const { byteLength } = buffer
  // Resizable, it has pages of its own. Any other comes from malloc, which after a while has old ones, and zeroes them by hand.
  if (byteLength >= ballastFrom) ballast.set(buffer, newBuffer(ArrayBuffer, byteLength, { maxByteLength: byteLength }))
  return new Type(buffer)
}

/**
 * V8 does not count shared memory when it decides whether to collect garbage: a loop that makes and drops networks, or the
 * batches of a stream, would grow without end. So each block has a plain one of its size as company, which V8 counts and which,
 * never being touched, takes up addresses but no memory.
 */
const ballast = new WeakMap<ArrayBufferLike, ArrayBuffer>()
/** Smaller blocks are not worth pages of their own. */
const ballastFrom = 64 * 1024
