import type { ByteSource } from '../base/byte-source.js'
import { checkInteger, checkKeys } from '../base/checks.js'
import { DataError, inspectValue, OptionError, optionError } from '../base/errors.js'
import { bufferReads, type OpenFile, openFile } from '../base/files.js'
import { writeFileAtomic } from '../base/write-file.js'
import { encodeNpy, type NpyContent } from './npy/encode.js'
import { UnsupportedTypeError } from './npy/header.js'
import { type NpyArray, readArray } from './npy.js'
import { readDirectory, type ZipEntry } from './zip/directory.js'
import { encodeZip } from './zip/encode.js'
import { openEntry } from './zip/entry.js'

const ending = '.npy'

export interface NpzOptions {
  /**
   * The names of the arrays to read. The other arrays of the file cost almost nothing, and are not checked. Default: all
   * arrays of numbers.
   */
  readonly names?: readonly string[] | undefined
  /**
   * The maximum number of bytes of all arrays that are read, after decompression. Default: 1 GiB plus 16 times the size of the
   * file. So a small file of few distinct bytes cannot fill the memory, and a file that is not compressed is never refused.
   */
  readonly maxBytes?: number | undefined
}

/** What is known of an .npz file before its arrays are read. Sizes are in bytes. */
export interface NpzListing {
  /** The size of the file. */
  readonly size: number
  /** The size of the arrays that are asked for, after decompression. */
  readonly inflated: number
  /** The comment of the zip file. */
  readonly comment: string
}

/**
 * Reads an .npz file, as written by numpy.savez and numpy.savez_compressed. Returns the arrays by name, each in the
 * form that `readNpy` returns. Verifies the checksum and the size of each array.
 *
 * Arrays of text, records, objects, complex numbers or dates are left out, unless the option `names` asks for them. The
 * result has no such array among its keys, and reading it as a property, as in `arrays.text`, throws the error that says
 * why.
 *
 * Limits: at most 65,536 arrays, which must be uncompressed or compressed by deflate, and `maxBytes`.
 * @throws DataError if the file is damaged, is not a zip file, contains something other than .npy files, would take more
 * than `maxBytes`, or lacks an array of `names` or has it in an unsupported type. The message names the .npz file and
 * the byte offset of the problem. OptionError if an option is wrong.
 */
export async function readNpz(path: string, options: NpzOptions = {}): Promise<Record<string, NpyArray>> {
  checkKeys('readNpz', options, ['names', 'maxBytes'])
  const { names, maxBytes } = options
  if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === 'string'))) {
    throw optionError({ names }, 'a list of the names of arrays')
  }
  if (maxBytes !== undefined) checkInteger({ maxBytes }, 0)
  const check = ({ size, inflated }: NpzListing): void => {
    const limit = maxBytes ?? 2 ** 30 + 16 * size
    if (inflated <= limit) return
    throw new DataError(
      `${path}: its ${size} bytes would expand to ${inflated} bytes, more than the ${limit} of maxBytes`,
    )
  }
  return readArrays(path, check, names)
}

/**
 * Reads the arrays of an .npz file, all or those of `names`, as `readNpz` describes. Before it reads or decompresses any
 * of them, it calls `check`, which may throw an error.
 */
export async function readArrays(
  path: string,
  check: (listing: NpzListing) => void,
  names?: readonly string[],
): Promise<Record<string, NpyArray>> {
  // Buffer the reads, because most are short: the headers of the zip file and of the arrays.
  const file = bufferReads(await openFile(path, DataError))
  try {
    const wanted = names && new Set(names.map((name) => `${name}${ending}`))
    const { entries, comment } = await readDirectory(file, ({ name }) => wanted === undefined || wanted.has(name))
    const found = new Set(entries.map(({ name }) => name))
    const missing = names?.find((name) => !found.has(`${name}${ending}`))
    if (missing !== undefined) throw new DataError(`${path}: there is no array ${inspectValue(missing)}`)
    check({ size: file.size, inflated: entries.reduce((sum, { size }) => sum + size, 0), comment })
    const arrays: [string, NpyArray][] = []
    const skipped: [string, DataError][] = []
    for (const entry of entries) {
      if (!entry.name.endsWith(ending)) {
        throw new DataError(`${path}: byte ${entry.start}: ${inspectValue(entry.name)} is not an ${ending} file`)
      }
      const name = entry.name.slice(0, -ending.length)
      const array = await readEntry(file, entry)
      if (!(array instanceof DataError)) arrays.push([name, array])
      else if (wanted) throw array
      else skipped.push([name, array])
    }
    // Do not build the object by assignment, because an array named "__proto__" would set the prototype.
    const result = Object.fromEntries(arrays)
    for (const [name, error] of skipped) {
      Object.defineProperty(result, name, {
        get() {
          throw error
        },
      })
    }
    return result
  } finally {
    await file.close()
  }
}

/** Reads an array. If its type is not supported, checks its bytes by their checksum and resolves to the error. */
async function readEntry(file: OpenFile, entry: ZipEntry): Promise<NpyArray | DataError> {
  const source = await openEntry(file, entry)
  try {
    return await readArray(source)
  } catch (error) {
    if (!(error instanceof UnsupportedTypeError)) throw error
    await readToEnd(source)
    return error
  } finally {
    await source.close()
  }
}

/** Reads the rest of a source, whose checksum is verified at its end. */
async function readToEnd(source: ByteSource): Promise<void> {
  const chunk = new Uint8Array(Math.min(2 ** 18, source.stored + 1))
  while ((await source.read(chunk)) === chunk.length);
}

/**
 * Writes named arrays to an .npz file that numpy.load can read. The file is not compressed and has at most 4 GiB. It is
 * written completely or not at all. The numbers are copied before the function returns its promise, so the caller may
 * change them while the file is written.
 * @throws OptionError if dtype, shape and data of an array disagree; DataError if the file cannot be written
 */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NpyContent>>): Promise<void> {
  await writeFileAtomic(path, await encodeNpz(arrays), DataError)
}

/**
 * Encodes arrays as an .npz file. Returns the bytes of the file in several pieces. The text `comment` is stored in the
 * file, and NumPy ignores it.
 * @throws OptionError if an array or its name is invalid; DataError if there are too many arrays, or if the file or the
 * comment is too large
 */
export async function encodeNpz(arrays: Readonly<Record<string, NpyContent>>, comment = ''): Promise<Uint8Array[]> {
  if (typeof arrays !== 'object' || arrays === null) throw optionError({ arrays }, 'arrays by name')
  const files = Object.entries(arrays).map(([name, content]) => {
    const file = `${name}${ending}`
    if (/\p{Surrogate}/u.test(name) || Buffer.byteLength(file) > 2 ** 16 - 1) {
      throw new OptionError(`the name ${inspectValue(name)} does not fit into a zip file`)
    }
    return [file, encodeNpy(inspectValue(name), content)] as const
  })
  return encodeZip(files, comment)
}
