/**
 * Allocates memory that the library owns. Native code may use it while JavaScript awaits the result, so the memory must
 * never be detached or shrunk.
 */
import { MemoryError } from './errors.js'

export type NumberArray = Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array
/** Numbers in single or double precision, such as the outputs of a network. */
export type FloatArray = Float32Array | Float64Array
/**
 * Bytes in memory that is not shared. This is Uint8Array<ArrayBuffer>, but TypeScript before 5.7 does not know that
 * type.
 */
export type OwnBytes = ReturnType<typeof Uint8Array.of>

interface ArrayType<A extends NumberArray> {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): A
}

/**
 * Allocates a zeroed array in a plain ArrayBuffer. Use `allocateShared` instead if users of the library can reach the
 * array while native code works on it.
 * @throws MemoryError if there is too little memory
 */
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
    throw new MemoryError(`this machine cannot allocate ${(bytes / 1e9).toPrecision(3)} GB of memory in one block`)
  }
}

/**
 * Allocates zeroed memory for arrays that users can access at any time. It is shared memory if the platform has it,
 * because shared memory can be neither detached nor shrunk, and worker threads can use it without a copy.
 * @throws MemoryError if there is too little memory
 */
export function allocateShared<A extends NumberArray>(Type: ArrayType<A>, length: number): A {
  if (typeof SharedArrayBuffer !== 'function') return allocate(Type, length)
  const buffer = newBuffer(SharedArrayBuffer, length * Type.BYTES_PER_ELEMENT)
  const { byteLength } = buffer
  // The plain buffer in `ballast` (explained below) is resizable, because V8 gives resizable buffers fresh pages. Fresh
  // pages take no memory until they are used. A buffer that is not resizable comes from malloc, which may reuse old
  // pages and must then clear them.
  if (byteLength >= minBallast) ballast.set(buffer, newBuffer(ArrayBuffer, byteLength, { maxByteLength: byteLength }))
  return new Type(buffer)
}

/**
 * V8 does not count shared memory when it decides whether to collect garbage. So a loop that creates and drops networks
 * or batches would use more and more memory. To prevent this, each shared buffer has a plain buffer of the same size,
 * which V8 does count. The plain buffer is never read or written, so it takes address space but no physical memory.
 */
const ballast = new WeakMap<ArrayBufferLike, ArrayBuffer>()
/**
 * The smallest size, in bytes, of a shared buffer that gets a plain buffer in `ballast`. A smaller plain buffer would
 * waste most of a memory page.
 */
const minBallast = 64 * 1024
