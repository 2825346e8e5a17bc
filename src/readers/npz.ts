import { checkInteger, checkKeys } from '../base/checks.js'
import { DataError, inspectValue, OptionError, optionError } from '../base/errors.js'
import { bufferReads, openFile, writeFileAtomic } from '../base/files.js'
import { encodeNpy, type NpyContent } from './npy/encode.js'
import { type NpyArray, readArray } from './npy.js'
import { readDirectory } from './zip/directory.js'
import { encodeZip } from './zip/encode.js'
import { openEntry } from './zip/entry.js'

const ending = '.npy'

export interface NpzOptions {
  /**
   * The maximum number of bytes of all arrays after decompression. Default: 1 GiB plus 16 times the size of the file.
   * So a small file of few distinct bytes cannot fill the memory, and a file that is not compressed is never refused.
   */
  readonly maxBytes?: number | undefined
}

/** What is known of an .npz file before its arrays are read. Sizes are in bytes. */
export interface NpzListing {
  /** The size of the file. */
  readonly size: number
  /** The size of all arrays after decompression. */
  readonly inflated: number
  /** The comment of the zip file. */
  readonly comment: string
}

/**
 * Reads an .npz file, as written by numpy.savez and numpy.savez_compressed. Returns the arrays by name, each in the
 * form that `readNpy` returns. Verifies the checksum and the size of each array.
 *
 * Limits: at most 65,536 arrays, which must be uncompressed or compressed by deflate, and `maxBytes`.
 * @throws DataError if the file is damaged, is not a zip file, contains something other than .npy files, or would take
 * more than `maxBytes`. The message names the .npz file and the byte offset of the problem. OptionError if an option is
 * wrong.
 */
export async function readNpz(path: string, options: NpzOptions = {}): Promise<Record<string, NpyArray>> {
  checkKeys('readNpz', options, ['maxBytes'])
  const { maxBytes } = options
  if (maxBytes !== undefined) checkInteger({ maxBytes }, 0)
  return readArrays(path, ({ size, inflated }) => {
    const limit = maxBytes ?? 2 ** 30 + 16 * size
    if (inflated <= limit) return
    throw new DataError(
      `${path}: its ${size} bytes would expand to ${inflated} bytes, more than the ${limit} of maxBytes`,
    )
  })
}

/**
 * Reads the arrays of an .npz file. Before it reads or decompresses any of them, it calls `check`, which may throw an
 * error.
 */
export async function readArrays(
  path: string,
  check: (listing: NpzListing) => void,
): Promise<Record<string, NpyArray>> {
  // Buffer the reads, because most are short: the headers of the zip file and of the arrays.
  const file = bufferReads(await openFile(path, DataError))
  try {
    const arrays: [string, NpyArray][] = []
    const { entries, comment } = await readDirectory(file)
    check({ size: file.size, inflated: entries.reduce((sum, { size }) => sum + size, 0), comment })
    for (const entry of entries) {
      if (!entry.name.endsWith(ending)) {
        throw new DataError(`${path}: byte ${entry.start}: ${inspectValue(entry.name)} is not an ${ending} file`)
      }
      const source = await openEntry(file, entry)
      try {
        arrays.push([entry.name.slice(0, -ending.length), await readArray(source)])
      } finally {
        await source.close()
      }
    }
    // Do not build the object by assignment, because an array named "__proto__" would set the prototype.
    return Object.fromEntries(arrays)
  } finally {
    await file.close()
  }
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
