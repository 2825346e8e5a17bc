/**
 * Writes and reads the arrays that the processes of a benchmark exchange through a folder. The files are raw
 * little-endian arrays, so that programs in C and Python can use them too. A contender writes the numbers that it
 * computed to `result.f32`. The process that started the contender checks these numbers.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const types = { u8: Uint8Array, u32: Uint32Array, f32: Float32Array }
type Ending = keyof typeof types
type ArrayOf<E extends Ending> = InstanceType<(typeof types)[E]>

export function writeArray(folder: string, name: string, array: Uint8Array | Uint32Array | Float32Array): void {
  writeFileSync(join(folder, name), new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
}

/** Reads an array from a file. The extension of the file name is the type of the numbers, as in `order.u32`. */
export function readArray<E extends Ending>(folder: string, name: `${string}.${E}`): ArrayOf<E> {
  const bytes = readFileSync(join(folder, name))
  const Type = types[name.slice(name.lastIndexOf('.') + 1) as E]
  return new Type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)) as ArrayOf<E>
}

const result = 'result.f32'

export function writeResult(folder: string, values: Float32Array): void {
  writeArray(folder, result, values)
}

/** Reads the result of the contender that has just run. @throws Error if that contender wrote no result */
export function readResult(folder: string): Float32Array {
  if (!existsSync(join(folder, result))) throw new Error('it wrote no result.f32')
  return readArray(folder, result)
}

/**
 * Removes the result of the previous contender. Otherwise, that result would be checked again if the next contender
 * writes no result.
 */
export function removeResult(folder: string): void {
  rmSync(join(folder, result), { force: true })
}
