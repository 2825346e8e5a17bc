import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DataError, optionError } from '../base/errors.js'
import type { Dataset } from './dataset.js'
import { readIdx } from './idx.js'

/** The names that MNIST gave to its files, and that data sets in its form (Fashion-MNIST, KMNIST) took over. */
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
 * Reads the four files of MNIST, or of a data set that uses its names (train-images-idx3-ubyte ...; with a dot for the
 * second hyphen or with ".gz" at the end they count too), from a folder.
 * @throws DataError where a file is missing or as readIdx does.
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

/** The paths of those of the four files that the folder has; the plain one where a file is there both plain and gzip. */
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
