/**
 * Memory that the library owns. It is shared memory where the platform has it: native code may hold it across an await,
 * because a SharedArrayBuffer can be neither detached nor shrunk, and worker threads see it without a copy.
 */

export type NumberArray = Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array
/** Rows of numbers as they come from a user or a file. */
export type FloatArray = Float32Array | Float64Array

interface ArrayType<A extends NumberArray> {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): A
}

/** A zeroed typed array of `length` elements in memory of the library's own. */
export function allocate<A extends NumberArray>(Type: ArrayType<A>, length: number): A {
  const bytes = length * Type.BYTES_PER_ELEMENT
  return new Type(typeof SharedArrayBuffer === 'function' ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes))
}
