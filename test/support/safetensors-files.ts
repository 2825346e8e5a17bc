import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ModelError } from '#src/base/errors'
import type { Tensor, Tensors } from '#src/formats/safetensors'
import { temporaryFolder } from './files.js'

export const folder = temporaryFolder()
export let files = 0

export function newPath(): string {
  return join(folder, `${files++}.safetensors`)
}

/** A file with the length of the header, the header, and this many bytes of data. */
export function file(header: string | Buffer, dataSize = 0): string {
  const path = newPath()
  const text = Buffer.from(header)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  writeFileSync(path, Buffer.concat([length, text, Buffer.alloc(dataSize, 1)]))
  return path
}

/** The content of the file that test/fixtures/safetensors/make.py writes with the Python library. */
export const fixture = join(import.meta.dirname, '../fixtures/safetensors/python.safetensors')
export const content: Tensors = {
  tensors: {
    'layers.0.weight': {
      dtype: 'F32',
      shape: [2, 3],
      data: Float32Array.of(0.5, -1.25, 3, Number.NaN, Infinity, -Infinity),
    },
    'layers.0.bias': { dtype: 'F32', shape: [2], data: Float32Array.of(-0, 1e-45) },
    10: { dtype: 'F32', shape: [1], data: Float32Array.of(10) },
    9: { dtype: 'F32', shape: [1], data: Float32Array.of(9) },
    '\uff5e': { dtype: 'F32', shape: [], data: Float32Array.of(1) },
    '\u{1f600}': { dtype: 'F32', shape: [1, 1], data: Float32Array.of(2) },
    empty: { dtype: 'F32', shape: [0, 4], data: Float32Array.of() },
    'quote" back\\slash\n\u0001\u007f\u2028': { dtype: 'F64', shape: [2], data: Float64Array.of(0.1, 5e-324) },
    i64: { dtype: 'I64', shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n) },
    u64: { dtype: 'U64', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
    i32: { dtype: 'I32', shape: [1], data: Int32Array.of(-(2 ** 31)) },
    u32: { dtype: 'U32', shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
    i16: { dtype: 'I16', shape: [1], data: Int16Array.of(-2) },
    u16: { dtype: 'U16', shape: [1], data: Uint16Array.of(65535) },
    i8: { dtype: 'I8', shape: [3], data: Int8Array.of(-128, 0, 127) },
    u8: { dtype: 'U8', shape: [1], data: Uint8Array.of(255) },
    bool: { dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) },
  },
  metadata: { format: 'pt, é "quoted"' },
}
/** Tries `tries` times and counts the outcomes. Any error but a ModelError fails the test. */
export async function damage(tries: number, attempt: () => Promise<void>): Promise<{ refused: number; read: number }> {
  let refused = 0
  for (let i = 0; i < tries; i++) {
    try {
      await attempt()
    } catch (error) {
      if (!(error instanceof ModelError)) throw new Error(`damage ${i} gave ${error}`, { cause: error })
      refused++
    }
  }
  return { refused, read: tries - refused }
}

export const f32 = (...numbers: number[]): Tensor => ({
  dtype: 'F32',
  shape: [numbers.length],
  data: Float32Array.from(numbers),
})
