import { type ByteSource, openBytes } from '../base/byte-source.js'
import { DataError } from '../base/errors.js'
import { reserve, writeFileAtomic } from '../base/files.js'
import { type NpyData, type NpyDtype, npyDtypes } from './npy/dtypes.js'
import { encodeNpy, type NpyContent } from './npy/encode.js'
import { checkEnd, fill } from './npy/fill.js'
import { dataSize, readHeader } from './npy/header.js'

export type { NpyData, NpyDtype } from './npy/dtypes.js'
export type { NpyContent } from './npy/encode.js'
export { type NpyStreamOptions, streamNpy } from './npy/stream.js'

/** A NumPy array, in row-major order whatever the order in the file. */
export interface NpyArray {
  /** The dtype in the file, as NumPy names it. */
  readonly dtype: NpyDtype
  readonly shape: readonly number[]
  /** The typed array for the dtype. Bools are given as bytes, float16 as float32, int64 and uint64 as float64. */
  readonly data: NpyData
}

/**
 * Reads an .npy file of NumPy, plain or gzip: bool, integers of 8 to 64 bits and floats of 16 to 64, either byte order, C or
 * Fortran order, versions 1.0 to 3.0 (NEP 1). NaN and infinities are allowed.
 *
 * Limits: headers of 65,535 bytes, 64 dimensions, 64-bit integers up to 2^53 - 1. Nothing is ever unpickled.
 *
 * @param path The path of the file.
 * @returns The numbers in C order, their shape, and NumPy's name of their type.
 * @throws DataError with the file and the byte where it is not such a file, is cut off, or header and data disagree
 * @example
 * ```ts
 * import { readNpy } from 'descent-nn'
 *
 * const { shape, dtype, data } = await readNpy('x.npy')
 * console.log(shape, dtype, data[0])
 * ```
 */
export async function readNpy(path: string): Promise<NpyArray> {
  const source = await openBytes(path)
  try {
    return await readArray(source)
  } finally {
    await source.close()
  }
}

/** Reads the whole array of a source. */
export async function readArray(source: ByteSource): Promise<NpyArray> {
  const npy = await readHeader(source)
  const { dtype, shape, length } = npy
  const data = reserve(source.path, dataSize(npy), DataError, () => new npyDtypes[dtype].Numbers(length))
  await fill(npy, data)
  await checkEnd(npy)
  return { dtype, shape, data }
}

/**
 * Writes an .npy file, whole or not at all, byte by byte as NumPy writes it. The numbers are copied before this returns its
 * promise.
 * @throws OptionError where dtype, shape and data disagree; DataError where the file cannot be written
 */
export async function writeNpy(path: string, content: NpyContent): Promise<void> {
  await writeFileAtomic(path, encodeNpy('npy', content), DataError)
}
