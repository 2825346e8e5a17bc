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
  addBallast(buffer, buffer.byteLength)
  return new Type(buffer)
}

/**
 * Makes V8 count `bytes` bytes for `owner` when it decides whether to collect garbage. The owner is an object whose
 * memory V8 does not count, such as a shared buffer.
 */
export function addBallast(owner: object, bytes: number): void {
  if (bytes >= minBallast) ballast.set(owner, createBallast(bytes))
}

/**
 * Creates plain buffers that have `bytes` bytes together. They are resizable, because V8 gives resizable buffers fresh
 * pages. Fresh pages take no memory until they are used. Any other buffer comes from malloc, which may reuse old pages
 * and must then clear them.
 */
function createBallast(bytes: number): readonly ArrayBuffer[] {
  const buffers: ArrayBuffer[] = []
  for (let rest = bytes; rest > 0; rest -= maxBallast) {
    const length = Math.min(rest, maxBallast)
    buffers.push(newBuffer(ArrayBuffer, length, { maxByteLength: length }))
  }
  return buffers
}

/**
 * V8 does not count shared memory when it decides whether to collect garbage. So a loop that creates and drops
 * networks, or the batches of a stream, would use more and more memory. To prevent this, each shared buffer has plain
 * buffers of the same total size, which V8 does count. They are never read or written, so they take address space but
 * no physical memory.
 */
const ballast = new WeakMap<object, readonly ArrayBuffer[]>()
/**
 * The smallest size, in bytes, of a shared buffer that gets plain buffers in `ballast`. A smaller plain buffer would
 * waste most of a memory page.
 */
const minBallast = 64 * 1024
/** The largest size of a plain buffer in `ballast`, in bytes. Node 20 refuses resizable buffers of more than 4 GiB. */
const maxBallast = 2 ** 30
