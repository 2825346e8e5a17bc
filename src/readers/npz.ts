import { DataError, inspectValue, OptionError, optionError } from '../base/errors.js'
import { openFile, writeFileAtomic } from '../base/files.js'
import { encodeNpy, type NpyContent } from './npy/encode.js'
import { type NpyArray, readArray } from './npy.js'
import { readDirectory } from './zip/directory.js'
import { encodeZip } from './zip/encode.js'
import { openEntry } from './zip/entry.js'

const ending = '.npy'

/**
 * Reads an .npz file, as written by numpy.savez and numpy.savez_compressed. Returns the arrays by name, each in the
 * form that `readNpy` returns. Verifies the checksum and the size of each array.
 *
 * Limits: at most 65,536 arrays, which must be uncompressed or compressed by deflate.
 * @throws DataError if the file is damaged, is not a zip file, or contains something other than .npy files. The message
 * names the .npz file and the byte offset of the problem.
 */
export async function readNpz(path: string): Promise<Record<string, NpyArray>> {
  return (await readCommentedNpz(path)).arrays
}

/** Like `readNpz`, but also returns the comment of the zip file. */
export async function readCommentedNpz(path: string): Promise<{ arrays: Record<string, NpyArray>; comment: string }> {
  const file = await openFile(path, DataError)
  try {
    const arrays: [string, NpyArray][] = []
    const { entries, comment } = await readDirectory(file)
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
    return { arrays: Object.fromEntries(arrays), comment }
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
