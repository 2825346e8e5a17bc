import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DataError, optionError } from '../base/errors.js'
import type { Dataset } from './dataset.js'
import { readIdx } from './idx.js'

/** The file names of MNIST. Datasets in the format of MNIST (Fashion-MNIST, KMNIST) use the same names. */
export const idxFileNames = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const

export interface TrainTestSplit {
  training: Dataset
  test: Dataset
}

/**
 * Reads the four files of MNIST, or of a dataset with the same file names, from a folder. The names are
 * train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte. The second
 * hyphen may be a dot, and the name may end in ".gz".
 *
 * @param folder The path of the folder.
 * @returns The rows to train on and the rows to test with.
 * @throws DataError if a file is missing; all errors of `readIdx`
 * @example
 * ```ts
 * import { readIdxFolder } from 'descent-nn'
 *
 * const { training, test } = await readIdxFolder('fashion-mnist')
 * console.log(training.rows, test.rows)
 * ```
 */
export async function readIdxFolder(folder: string): Promise<TrainTestSplit> {
  const paths = await findIdxFiles(folder)
  const [inputs, labels, testInputs, testLabels] = idxFileNames.map((name) => paths.get(name))
  if (!inputs || !labels || !testInputs || !testLabels) {
    const missing = idxFileNames.filter((name) => !paths.has(name))
    const dotted = missing[0].replace('-idx', '.idx')
    throw new DataError(
      `${folder} lacks ${missing.length} of 4 files: ${missing.join(', ')} (names like ${dotted} and a .gz at the end count too)`,
    )
  }
  return {
    training: await readIdx({ inputs, labels }),
    test: await readIdx({ inputs: testInputs, labels: testLabels }),
  }
}

/**
 * Returns a map from names in `idxFileNames` to the paths of the files that are in the folder. If a file is there both
 * uncompressed and as gzip, the uncompressed file is used.
 */
export async function findIdxFiles(folder: string): Promise<Map<string, string>> {
  if (typeof folder !== 'string') throw optionError({ folder }, 'the path of a folder')
  const entries = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    const reasons: Record<string, string> = { ENOENT: 'there is no such folder', ENOTDIR: 'it is not a folder' }
    throw new DataError(`cannot read ${folder}: ${reasons[cause.code ?? ''] ?? cause.message}`, { cause })
  })
  const paths = new Map<string, string>()
  for (const name of idxFileNames) {
    const dotted = name.replace('-idx', '.idx')
    const found = [name, dotted, `${name}.gz`, `${dotted}.gz`].find((candidate) => entries.includes(candidate))
    if (found) paths.set(name, join(folder, found))
  }
  return paths
}
