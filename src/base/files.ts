/**
 * Files, opened with their size known and written whole or not at all. Every error names the file and the reason, in the
 * class of errors of the room that asks.
 */

import { builtin } from './builtin.js'
import { type DescentError, MemoryError, optionError } from './errors.js'

/** The errors that a room throws: DataError for data, ModelError for models. */
export type ErrorClass = new (message: string, options?: ErrorOptions) => DescentError

/** A file that is open for reading. */
export interface OpenFile {
  readonly path: string
  /** Bytes, when it was opened. */
  readonly size: number
  /** Reads from `position` on until `target` is full; returns how many bytes came, fewer only where the file ends. */
  read(target: Uint8Array, position: number): Promise<number>
  close(): Promise<void>
}

/** Node refuses reads and writes of 2 GiB and more, and a smaller one lets the thread pool serve others in between. */
const largestTransfer = 2 ** 26

/** @throws OptionError */
export function checkPath(path: string): void {
  if (typeof path !== 'string') throw optionError({ path }, 'the path of a file')
}

/** Opens a regular file for reading, with its size known. Throws the room's error where there is none to be read. */
export async function openFile(path: string, Failure: ErrorClass): Promise<OpenFile> {
  checkPath(path)
  const { open, stat } = builtin('node:fs/promises')
  const attempt = attemptTo(`read ${path}`, readReasons, Failure)
  // Asked before it is opened: opening a pipe would wait until somebody writes into it.
  const info = await attempt(stat(path))
  if (!info.isFile()) {
    throw new Failure(`cannot read ${path}: it is ${info.isDirectory() ? 'a folder' : 'not a regular file'}`)
  }
  const handle = await attempt(open(path, 'r'))
  return {
    path,
    size: info.size,
    async read(target, position) {
      let filled = 0
      while (filled < target.length) {
        const length = Math.min(target.length - filled, largestTransfer)
        const { bytesRead } = await attempt(handle.read(target, filled, length, position + filled))
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return filled
    },
    close: () => handle.close(),
  }
}

/**
 * Writes a file whole or not at all: into a temporary file beside it, which takes its place once all is on the disk. A
 * failure, the chunks' own included, leaves what was there before and no temporary file. A file that is replaced keeps
 * its permissions, and a link to it stays a link. Throws the room's error with the reason.
 */
export async function writeFileAtomic(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  Failure: ErrorClass,
): Promise<void> {
  checkPath(path)
  const { open, realpath, rename, unlink } = builtin('node:fs/promises')
  const { dirname, join, resolve } = builtin('node:path')
  const target = await realpath(path).catch(() => resolve(path))
  const folder = dirname(target)
  const attempt = attemptTo(`write ${path}`, writeReasons(folder), Failure)
  const mode = await replacedMode(path, target, Failure)
  // Its name does not lengthen the target's, which may be as long as the file system allows.
  const temporary = join(folder, `.${crypto.randomUUID()}.tmp`)
  // With no more permissions than the file that it replaces, from the first byte on.
  const handle = await attempt(open(temporary, 'wx', mode))
  try {
    try {
      for await (const chunk of chunks) {
        for (let from = 0; from < chunk.length; ) {
          const length = Math.min(chunk.length - from, largestTransfer)
          from += (await attempt(handle.write(chunk, from, length))).bytesWritten
        }
      }
      // What the umask took away; a file system without permissions may refuse.
      if (mode !== undefined) await handle.chmod(mode).catch(() => undefined)
      await attempt(handle.sync())
    } finally {
      await attempt(handle.close())
    }
    await attempt(rename(temporary, target))
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await syncFolder(folder).catch((cause) => {
    throw new Failure(`${path} is written, but ${folder} cannot be brought to the disk: ${cause.message}`, { cause })
  })
}

/** Memory for what a file holds: where the machine cannot give it, the room's error says how much was asked for. */
export function reserve<T>(path: string, bytes: number, Failure: ErrorClass, make: () => T): T {
  try {
    return make()
  } catch (cause) {
    if (!(cause instanceof MemoryError || cause instanceof RangeError)) throw cause
    throw new Failure(`${path}: its ${bytes} bytes of data do not fit into this machine's memory`, { cause })
  }
}

/** The permissions of the file that will be replaced, if there is one; throws where it may not be. */
async function replacedMode(path: string, target: string, Failure: ErrorClass): Promise<number | undefined> {
  const { open, stat } = builtin('node:fs/promises')
  const info = await stat(target).catch(() => undefined)
  if (!info) return undefined
  // Renaming would put a file in the place of a device as well.
  if (!info.isFile()) {
    throw new Failure(`cannot write ${path}: it is ${info.isDirectory() ? 'a folder' : 'not a regular file'}`)
  }
  // Renaming asks only the folder for permission; a file that is protected shall stay as it is.
  const handle = await open(target, 'r+').catch((cause) => {
    throw new Failure(`cannot write ${path}: the file is protected against writing`, { cause })
  })
  await handle.close()
  return info.mode & 0o777
}

/** Brings the new name to the disk, so that it is there after a loss of power. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await builtin('node:fs/promises').open(folder, 'r')
    await handle.sync().finally(() => handle.close())
  } catch (error) {
    // Windows does not open folders, some file systems do not sync them, and some folders may be written but not read.
    const refusals = ['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF', 'ENOSYS']
    if (!refusals.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

type Reasons = Record<string, string>

const readReasons: Reasons = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
}

const writeReasons = (folder: string): Reasons => ({
  ENOENT: `there is no folder ${folder}`,
  ENOTDIR: `${folder} is not a folder`,
  EACCES: `no permission to create a file in ${folder}`,
  EPERM: `no permission to create a file in ${folder}`,
  EROFS: `${folder} is on a read-only file system`,
  ENOSPC: 'the disk is full',
})

/** A function that waits for a file operation and turns its failure into the room's error. */
function attemptTo(what: string, reasons: Reasons, Failure: ErrorClass) {
  return async <T>(operation: Promise<T>): Promise<T> => {
    try {
      return await operation
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException
      throw new Failure(`cannot ${what}: ${reasons[code ?? ''] ?? message}`, { cause })
    }
  }
}
