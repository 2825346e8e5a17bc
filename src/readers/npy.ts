import { type ByteSource, openBytes } from '../base/byte-source.js'
import { DataError } from '../base/errors.js'
import { reserve } from '../base/files.js'
import { writeFileAtomic } from '../base/write-file.js'
import { type NpyData, type NpyDtype, npyDtypes } from './npy/dtypes.js'
import { encodeNpy, type NpyContent } from './npy/encode.js'
import { checkEnd, fill } from './npy/fill.js'
import { dataSize, readHeader } from './npy/header.js'

export type { NpyData, NpyDtype } from './npy/dtypes.js'
export type { NpyContent } from './npy/encode.js'
export { type NpyStreamOptions, streamNpy } from './npy/stream.js'

/** A NumPy array. Its numbers are in row-major order, even if the file uses column-major (Fortran) order. */
export interface NpyArray {
  /** NumPy's name for the dtype of the numbers in the file. */
  readonly dtype: NpyDtype
  readonly shape: readonly number[]
  /** The numbers in a typed array. Bools become bytes, float16 becomes float32, and int64 and uint64 become float64. */
  readonly data: NpyData
}

/**
 * Reads an .npy file of NumPy, plain or gzip. The file may hold bools, integers of 8 to 64 bits or floats of 16 to 64
 * bits, in either byte order and in C or Fortran order. The format versions 1.0 to 3.0 (NEP 1) are supported. NaN and
 * infinities are allowed.
 *
 * Limits: a header has at most 65,535 bytes, an array at most 64 dimensions, and 64-bit integers are at most 2^53 - 1.
 * Arrays of Python objects are refused, so reading a file never runs code from it.
 *
 * @param path The path of the file.
 * @returns The numbers in C order, their shape, and NumPy's name for their dtype.
 * @throws DataError if the file is not a supported .npy file or is cut off, or if its header does not match its data.
 * The message names the file and the byte offset.
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

/** Reads a complete .npy array from a source of bytes. */
export async function readArray(source: ByteSource): Promise<NpyArray> {
  const npy = await readHeader(source)
  const { dtype, shape, length } = npy
  const data = reserve(source.path, dataSize(npy), DataError, () => new npyDtypes[dtype].Numbers(length))
  await fill(npy, data)
  await checkEnd(npy)
  return { dtype, shape, data }
}

/**
 * Writes an .npy file with exactly the bytes that NumPy writes. The file is written completely or not at all. The
 * numbers are copied before the function returns its promise, so the caller may change them while the file is written.
 * @throws OptionError if dtype, shape and data disagree; DataError if the file cannot be written
 */
export async function writeNpy(path: string, content: NpyContent): Promise<void> {
  await writeFileAtomic(path, encodeNpy('npy', content), DataError)
}
