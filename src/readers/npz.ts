import { DataError, inspectValue, OptionError, optionError } from '../base/errors.js'
import { openFile, writeFileAtomic } from '../base/files.js'
import { encodeNpy, type NpyContent } from './npy/encode.js'
import { type NpyArray, readArray } from './npy.js'
import { readDirectory } from './zip/directory.js'
import { encodeZip } from './zip/encode.js'
import { openEntry } from './zip/entry.js'

const ending = '.npy'

/**
 * Reads the arrays of an .npz file (numpy.savez, numpy.savez_compressed) by their names; arrays are as readNpy gives them.
 * Checksums, sizes and both headers of each file are compared.
 *
 * Limits: 65,536 arrays, stored or deflated.
 * @throws DataError with the file, the array and the byte where it is no zip file, is cut off or damaged, or holds anything
 * but .npy files
 */
export async function readNpz(path: string): Promise<Record<string, NpyArray>> {
  return (await readCommentedNpz(path)).arrays
}

/** The arrays, and the comment of the zip file. @throws as readNpz does */
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
    // Not built by assignment: an array named "__proto__" would set the prototype.
    return { arrays: Object.fromEntries(arrays), comment }
  } finally {
    await file.close()
  }
}

/**
 * Writes arrays by name as an .npz file that numpy.load reads, stored, whole or not at all; at most 4 GiB. The numbers are
 * copied before this returns its promise.
 * @throws OptionError where dtype, shape and data of an array disagree; DataError where the file cannot be written
 */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NpyContent>>): Promise<void> {
  await writeFileAtomic(path, await encodeNpz(arrays), DataError)
}

/** The bytes of an .npz file, with an optional comment that NumPy ignores. @throws as writeNpz does */
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
