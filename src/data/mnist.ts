import { join, resolve } from 'node:path'
import { cacheFolder } from '../base/cache-folder.js'
import { checkInteger, checkKeys } from '../base/checks.js'
import { DataError, OptionError, optionError } from '../base/errors.js'
import { yieldToEventLoop } from '../base/event-loop.js'
import { packageFolder } from '../base/package-folder.js'
import type { Dataset } from './dataset.js'
import type { RemoteFile } from './download.js'
import { findIdxFiles, idxFileNames, readIdxFolder, type TrainTestSplit } from './idx-folder.js'
import { idxHeader } from './idx-header.js'

export interface MnistOptions {
  /** The folder that contains the four MNIST files. Default: the folder that `findMnist` finds. */
  folder?: string
  /** The folder for downloaded files. Default: descent/mnist in the user's cache folder. */
  cache?: string
  /** Whether to download the files if they are not on this machine. Default false. */
  download?: boolean
  /** The URLs of the folders to download from. Earlier URLs are tried first. */
  mirrors?: readonly string[]
  /** The time limit for downloading one file from one mirror, in milliseconds. Default 120,000. */
  timeout?: number
  /** Aborts the download. */
  signal?: AbortSignal
}

/** The original files, as published by Yann LeCun, Corinna Cortes and Christopher Burges. */
const files: readonly RemoteFile[] = [
  {
    name: idxFileNames[0],
    size: 47_040_016,
    sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  },
  {
    name: idxFileNames[1],
    size: 60_008,
    sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  },
  {
    name: idxFileNames[2],
    size: 7_840_016,
    sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  },
  {
    name: idxFileNames[3],
    size: 10_008,
    sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
]

/** The number of bytes that are hashed before the event loop may handle other events. It takes some milliseconds. */
const hashedInOneTurn = 2 ** 22

const defaultMirrors = [
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://raw.githubusercontent.com/fgnt/mnist/master/',
]

/**
 * Reads the MNIST digits: 60,000 pictures to train on and 10,000 pictures to test with, each of 28 x 28 bytes, with
 * labels 0 to 9. If the files are not on this machine, `download: true` downloads them once (11 MB). The content of
 * downloaded files is checked each time they are read.
 *
 * @param options Where the files are, or whether to download them.
 * @returns The rows to train on and the rows to test with.
 * @throws OptionError if an option is wrong; DataError if the files are missing or cannot be downloaded, or if a
 * downloaded file does not have the content of MNIST; the signal's reason if the signal is aborted; all errors of
 * `readIdxFolder`
 * @example
 * ```ts
 * import { mnist } from 'descent-nn'
 *
 * const { training, test } = await mnist({ download: true })
 * console.log(training.rows, test.rows)
 * ```
 */
export async function mnist(options: MnistOptions = {}): Promise<TrainTestSplit> {
  checkOptions(options)
  const found = await findMnist(options)
  const cache = downloadFolder(options)
  const named = namedFolder(options)
  // A folder that the user names may have other pictures in the same format, so only downloaded files are checked.
  if (found !== undefined) return named === undefined && found === cache ? readCache(cache) : readIdxFolder(found)
  if (named !== undefined) {
    // Call readIdxFolder although files are missing, because its error message names the missing files.
    return readIdxFolder(named).catch((cause) => {
      if (options.folder !== undefined || !(cause instanceof DataError)) throw cause
      throw new DataError(`${cause.message}; the variable DESCENT_MNIST names this folder`, { cause })
    })
  }
  const byHand = `put ${files.map(({ name }) => `${name}.gz`).join(', ')} into ${cache}, or set DESCENT_MNIST to the folder that has them`
  if (!options.download) {
    const places = [...sharedFolders(), cache].join(', ')
    throw new DataError(
      `MNIST is not on this machine (looked in ${places}): download it with { download: true }, ${byHand}`,
    )
  }
  const there = await findIdxFiles(cache).catch(() => new Map())
  const { mirrors = defaultMirrors, timeout = 120_000, signal } = options
  const wanted = files.filter(({ name }) => !there.has(name))
  const downloads = await import('./download.js')
  await downloads.download(wanted, { mirrors, folder: cache, timeout, signal }).catch((cause) => {
    if (!(cause instanceof DataError)) throw cause
    throw new DataError(`cannot download MNIST, ${cause.message}\nTo install it by hand, ${byHand}`, { cause })
  })
  return readCache(cache)
}

/**
 * Reads the downloaded files, and checks that they still have the content of MNIST. The check uses what was read, so
 * the files are not read twice.
 * @throws DataError if a file has other content
 */
async function readCache(folder: string): Promise<TrainTestSplit> {
  const split = await readIdxFolder(folder)
  const { training, test } = split
  const contents = [pictureFile(training), labelFile(training), pictureFile(test), labelFile(test)]
  for (const [i, { name, sha256 }] of files.entries()) {
    const got = await hashOf(contents[i])
    if (got === sha256) continue
    const path = (await findIdxFiles(folder)).get(name)
    throw new DataError(
      `${path} is damaged or not a file of MNIST: the SHA-256 of its content must be ${sha256}, got ${got}; remove it, and { download: true } gets it again`,
    )
  }
  return split
}

/** Returns the content of the IDX file with the pictures of a dataset, in two parts: the header and the pixels. */
function pictureFile({ rows, inputs }: Dataset): Uint8Array[] {
  const bytes = new Uint8Array(inputs.buffer, inputs.byteOffset, inputs.byteLength)
  return [idxHeader('uint8', [rows, 28, 28]), bytes]
}

/** Returns the content of the IDX file with the labels of a dataset, in two parts: the header and the labels. */
function labelFile({ rows, labels = new Int32Array() }: Dataset): Uint8Array[] {
  return [idxHeader('uint8', [rows]), Uint8Array.from(labels)]
}

/** Returns the SHA-256 in hexadecimal. Other events are handled while it is computed, because that takes a while. */
async function hashOf(parts: readonly Uint8Array[]): Promise<string> {
  const { createHash } = await import('node:crypto')
  const hash = createHash('sha256')
  for (const part of parts) {
    for (let from = 0; from < part.length; from += hashedInOneTurn) {
      hash.update(part.subarray(from, from + hashedInOneTurn))
      await yieldToEventLoop()
    }
  }
  return hash.digest('hex')
}

/**
 * Returns the folder that has the four MNIST files, or undefined if there is none. If `folder` is given, this function
 * looks only there. Else, if the environment variable DESCENT_MNIST is set, it looks only in the folder that the
 * variable names. Otherwise it looks in ../shared/data/mnist, relative to the working directory and to this package,
 * and then in the cache folder. It downloads nothing.
 */
export async function findMnist({
  folder,
  cache,
}: Pick<MnistOptions, 'folder' | 'cache'> = {}): Promise<string | undefined> {
  const named = namedFolder({ folder })
  for (const place of named === undefined ? [...sharedFolders(), downloadFolder({ cache })] : [named]) {
    const there = await findIdxFiles(place).catch(() => new Map())
    if (there.size === files.length) return place
  }
  return undefined
}

type Named = { [Name in 'folder' | 'cache']?: string | undefined }

function namedFolder({ folder }: Named): string | undefined {
  return folder ?? (process.env.DESCENT_MNIST || undefined)
}

function sharedFolders(): string[] {
  const seenFrom = [process.cwd(), packageFolder()].filter((place) => place !== undefined)
  return [...new Set(seenFrom.map((place) => resolve(place, '../shared/data/mnist')))]
}

function downloadFolder({ cache }: Named): string {
  return cache ?? join(cacheFolder(), 'mnist')
}

function checkOptions(options: MnistOptions): void {
  checkKeys('MNIST', options, ['folder', 'cache', 'download', 'mirrors', 'timeout', 'signal'])
  const { folder, cache, download, mirrors, timeout } = options
  if (folder !== undefined && typeof folder !== 'string') throw optionError({ folder }, 'the path of a folder')
  if (cache !== undefined && typeof cache !== 'string') throw optionError({ cache }, 'the path of a folder')
  if (download !== undefined && typeof download !== 'boolean') throw optionError({ download }, 'true or false')
  if (folder !== undefined && download) {
    throw new OptionError('folder and download exclude each other: download fills the cache')
  }
  if (timeout !== undefined) checkInteger({ timeout }, 1, 2 ** 31 - 1)
  if (mirrors === undefined) return
  const isWebAddress = (mirror: unknown) =>
    typeof mirror === 'string' && /^https?:\/\//.test(mirror) && URL.canParse(mirror)
  if (!Array.isArray(mirrors) || mirrors.length === 0 || !mirrors.every(isWebAddress)) {
    throw optionError({ mirrors }, 'a list of http or https addresses')
  }
}
