/**
 * What the processes of one benchmark share: a folder of raw little-endian arrays, which C and Python read as they lie.
 * `result.f32` is what a contender computed, and is judged by the process that started it.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const types = { u8: Uint8Array, u32: Uint32Array, f32: Float32Array }
type Ending = keyof typeof types
type ArrayOf<E extends Ending> = InstanceType<(typeof types)[E]>

export function writeArray(folder: string, name: string, array: Uint8Array | Uint32Array | Float32Array): void {
  writeFileSync(join(folder, name), new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
}

/** The array in a file whose name ends in its type: `order.u32`. */
export function readArray<E extends Ending>(folder: string, name: `${string}.${E}`): ArrayOf<E> {
  const bytes = readFileSync(join(folder, name))
  const Type = types[name.slice(name.lastIndexOf('.') + 1) as E]
  return new Type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)) as ArrayOf<E>
}

const result = 'result.f32'

export function writeResult(folder: string, values: Float32Array): void {
  writeArray(folder, result, values)
}

/** What the last contender computed. @throws Error where it left nothing */
export function readResult(folder: string): Float32Array {
  if (!existsSync(join(folder, result))) throw new Error('it left no result')
  return readArray(folder, result)
}

/** So that nobody is judged by the result of the one before. */
export function removeResult(folder: string): void {
  rmSync(join(folder, result), { force: true })
}
