/**
 * Opens and writes files. If writing fails, no partial file is left behind. Every error names the file and the reason.
 * Callers choose the class of the errors: DataError for data, ModelError for models.
 */

import type { FileHandle } from 'node:fs/promises'
import { builtin } from './builtin.js'
import { checkKeys } from './checks.js'
import { type DescentError, MemoryError, optionError } from './errors.js'

export type ErrorClass = new (message: string, options?: ErrorOptions) => DescentError

/** A file that is open for reading. */
export interface OpenFile {
  readonly path: string
  /** Size in bytes when the file was opened. */
  readonly size: number
  /** Reads from `position` until `target` is full or the file ends. Returns the number of bytes read. */
  read(target: Uint8Array, position: number): Promise<number>
  close(): Promise<void>
}

/**
 * The maximum size of one read or write. Node refuses 2 GiB or more, and long transfers would block the thread pool.
 */
const maxTransfer = 2 ** 26

/** The number of bytes that `bufferReads` reads at a time. */
const bufferSize = 2 ** 14

/**
 * Returns a file that reads whole blocks and takes short reads from the newest block. Without it, each of many short
 * reads would wait for the system. Reads of a block or more are passed on.
 */
export function bufferReads(file: OpenFile): OpenFile {
  const block = new Uint8Array(bufferSize)
  let start = 0
  let filled = 0
  return {
    path: file.path,
    size: file.size,
    async read(target, position) {
      if (target.length >= bufferSize) return file.read(target, position)
      if (position < start || position + target.length > start + filled) {
        filled = 0
        filled = await file.read(block, position)
        start = position
      }
      const part = block.subarray(position - start, Math.min(filled, position - start + target.length))
      target.set(part)
      return part.length
    },
    close: () => file.close(),
  }
}

/** @throws OptionError if the path is not a string */
export function checkPath(path: string): void {
  if (typeof path !== 'string') throw optionError({ path }, 'the path of a file')
}

/** Opens a regular file for reading. Throws `Failure` if there is no such file or it cannot be read. */
export async function openFile(path: string, Failure: ErrorClass): Promise<OpenFile> {
  checkPath(path)
  const { open, stat } = builtin('node:fs/promises')
  const attempt = attemptTo(`read ${path}`, readReasons, Failure)
  // Check the type of the file before opening it, because opening a pipe would wait until some process writes into it.
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
        const length = Math.min(target.length - filled, maxTransfer)
        const { bytesRead } = await attempt(handle.read(target, filled, length, position + filled))
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return filled
    },
    close: () => handle.close(),
  }
}

export interface SaveOptions {
  /**
   * Whether the file is replaced in one step, so that it is never partly written. Default true. `false` overwrites the
   * file in place, for files that cannot be replaced, such as a file that is mounted into a container. If the process
   * ends while it writes, the file is damaged then.
   */
  readonly atomic?: boolean
}

/** What to do where a file cannot be replaced in one step, for callers that have the option `atomic`. */
const inPlaceHint = 'or pass { atomic: false } to overwrite the file in place'

/**
 * Writes a file as `options` say. Throws `Failure` if it cannot be written.
 * @throws OptionError if an option is wrong
 */
export async function writeFile(
  path: string,
  chunks: Iterable<Uint8Array>,
  Failure: ErrorClass,
  options: SaveOptions = {},
): Promise<void> {
  checkKeys('save', options, ['atomic'])
  const { atomic = true } = options
  if (typeof atomic !== 'boolean') throw optionError({ atomic }, 'true or false')
  if (atomic) await writeFileAtomic(path, chunks, Failure, inPlaceHint)
  else await overwriteFile(path, chunks, Failure)
}

/**
 * Writes a complete file or nothing. It writes a temporary file in the same folder, and renames it when all of its
 * content is on disk. If writing fails or `chunks` throws, the old file is unchanged and the temporary file is removed.
 * A replaced file keeps its permissions, and a symbolic link stays a link. Throws `Failure` if the file cannot be
 * written. If the file exists and another way to write it may work, the message ends with `otherwise`, which names that
 * way.
 */
export async function writeFileAtomic(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  Failure: ErrorClass,
  otherwise = 'or write to another folder and copy the file',
): Promise<void> {
  checkPath(path)
  const { open, realpath, rename, unlink } = builtin('node:fs/promises')
  const { dirname, join, resolve } = builtin('node:path')
  const target = await realpath(path).catch(() => resolve(path))
  const folder = dirname(target)
  const mode = await replacedMode(path, target, Failure)
  const attempt = attemptTo(
    `write ${path}`,
    replaceReasons(folder, mode === undefined ? undefined : otherwise),
    Failure,
  )
  // Use a random name, because the target's name with a suffix could be longer than the file system allows.
  const temporary = join(folder, `.${crypto.randomUUID()}.tmp`)
  // The temporary file must never be readable by more users than the file that it replaces, even while it is being
  // written.
  const handle = await attempt(open(temporary, newFileFlags(), mode))
  try {
    try {
      for await (const chunk of chunks) await writeAll(handle, chunk, attempt)
      // Restore the permission bits that the umask removed. Ignore a failure, because some file systems have no
      // permissions, and Node's permission model refuses the change.
      if (mode !== undefined) await handle.chmod(mode).catch(() => undefined)
      await attempt(syncFile(handle))
    } finally {
      await attempt(handle.close())
    }
    await attempt(rename(temporary, target))
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await syncFolder(folder).catch((cause) => {
    throw new Failure(`${path} is written, but ${folder} cannot be synced to disk: ${cause.message}`, { cause })
  })
}

/**
 * Creates a folder and its parents one by one. Node's recursive mkdir is not used, because it never returns if mkdir
 * fails with ENOENT, as it does in /proc.
 */
export async function makeFolder(folder: string): Promise<void> {
  const { mkdir, stat } = builtin('node:fs/promises')
  const above = builtin('node:path').dirname(folder)
  await mkdir(folder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST' && (await stat(folder)).isDirectory()) return
    if (error.code !== 'ENOENT' || above === folder) throw error
    await makeFolder(above)
    await mkdir(folder)
  })
}

/**
 * Overwrites a file in place, or creates it, and then compares its content with `chunks`. All chunks are there before the
 * file is opened, so that only the disk can fail while it is written. Throws `Failure` if the file cannot be written.
 */
async function overwriteFile(path: string, chunks: Iterable<Uint8Array>, Failure: ErrorClass): Promise<void> {
  checkPath(path)
  const { constants } = builtin('node:fs')
  const content = [...chunks]
  await replacedMode(path, path, Failure)
  const attempt = attemptTo(`write ${path}`, writeReasons(builtin('node:path').dirname(path)), Failure)
  const handle = await attempt(
    builtin('node:fs/promises').open(path, constants.O_RDWR | constants.O_CREAT | syncedWrites()),
  )
  try {
    let end = 0
    for (const chunk of content) {
      await writeAll(handle, chunk, attempt)
      end += chunk.length
    }
    await attempt(handle.truncate(end))
    await attempt(syncFile(handle))
    if (!(await attempt(hasContent(handle, content)))) {
      throw new Failure(`cannot write ${path}: its content is not what was written`)
    }
  } finally {
    await attempt(handle.close())
  }
}

type Attempt = ReturnType<typeof attemptTo>

async function writeAll(handle: FileHandle, chunk: Uint8Array, attempt: Attempt): Promise<void> {
  for (let from = 0; from < chunk.length; ) {
    const length = Math.min(chunk.length - from, maxTransfer)
    from += (await attempt(handle.write(chunk, from, length))).bytesWritten
  }
}

/** Returns whether a file begins with these chunks. */
async function hasContent(handle: FileHandle, chunks: readonly Uint8Array[]): Promise<boolean> {
  const block = new Uint8Array(maxTransfer / 64)
  let position = 0
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const length = Math.min(chunk.length - from, block.length)
      const { bytesRead } = await handle.read(block, 0, length, position)
      if (bytesRead === 0) return false
      for (let i = 0; i < bytesRead; i++) if (block[i] !== chunk[from + i]) return false
      from += bytesRead
      position += bytesRead
    }
  }
  return true
}

function newFileFlags(): number {
  const { O_CREAT, O_EXCL, O_WRONLY } = builtin('node:fs').constants
  return O_CREAT | O_EXCL | O_WRONLY | syncedWrites()
}

/**
 * In a process under Node's permission model, returns the flag with which each write waits for the disk, because some
 * versions of Node refuse fsync to such a process. In any other process, returns 0.
 */
function syncedWrites(): number {
  return globalThis.process?.permission === undefined ? 0 : (builtin('node:fs').constants.O_SYNC ?? 0)
}

/** Waits until all content of a file is on disk. */
async function syncFile(handle: FileHandle): Promise<void> {
  await handle.sync().catch((error: NodeJS.ErrnoException) => {
    // Where fsync is refused, each write has already waited for the disk.
    if (error.code !== 'ERR_ACCESS_DENIED') throw error
  })
}

/**
 * Returns the result of `make`, which allocates memory for the data of a file. If there is too little memory, throws
 * `Failure`, and its message says how many bytes are needed.
 */
export function reserve<T>(path: string, bytes: number, Failure: ErrorClass, make: () => T): T {
  try {
    return make()
  } catch (cause) {
    if (!(cause instanceof MemoryError || cause instanceof RangeError)) throw cause
    throw new Failure(`${path}: its ${bytes} bytes of data do not fit into this machine's memory`, { cause })
  }
}

/** Returns the permissions of the file to be replaced, if there is one. Throws `Failure` if it must not be replaced. */
async function replacedMode(path: string, target: string, Failure: ErrorClass): Promise<number | undefined> {
  const { open, stat } = builtin('node:fs/promises')
  const info = await stat(target).catch(() => undefined)
  if (!info) return undefined
  // Refuse to replace a device or a pipe, because the rename would put a file in its place.
  if (!info.isFile()) {
    throw new Failure(`cannot write ${path}: it is ${info.isDirectory() ? 'a folder' : 'not a regular file'}`)
  }
  // Open the file to check that it is writable. The rename alone would replace a write-protected file, because a rename
  // needs permission only for the folder.
  const handle = await open(target, 'r+').catch((cause) => {
    throw new Failure(`cannot write ${path}: the file is protected against writing`, { cause })
  })
  await handle.close()
  return info.mode & 0o777
}

/** Writes the folder to disk, so that the new name of a renamed file survives a power failure. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await builtin('node:fs/promises').open(folder, 'r')
    await handle.sync().finally(() => handle.close())
  } catch (error) {
    // Ignore errors with these codes. Windows cannot open folders, some file systems cannot sync them, and some folders
    // are writable but not readable. Node's permission model may refuse both.
    const refusals = ['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF', 'ENOSYS', 'ERR_ACCESS_DENIED']
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

/**
 * The reasons why a file cannot be replaced in one step. `otherwise` says what else can be done, if there is a file that
 * could be overwritten in place.
 */
function replaceReasons(folder: string, otherwise: string | undefined): Reasons {
  const or = otherwise === undefined ? '' : `, ${otherwise}`
  const reasons = writeReasons(folder)
  const { join } = builtin('node:path')
  return {
    ...reasons,
    EACCES: `${reasons.EACCES}${or}`,
    EPERM: `${reasons.EPERM}${or}`,
    EBUSY: `it is mounted and cannot be replaced: mount its folder instead${or}`,
    ERR_ACCESS_DENIED: `this process may not create a file in ${folder}: start it with --allow-fs-write=${join(folder, '*')}${or}`,
  }
}

const writeReasons = (folder: string): Reasons => ({
  ENOENT: `there is no folder ${folder}`,
  ENOTDIR: `${folder} is not a folder`,
  EACCES: `no permission to create a file in ${folder}`,
  EPERM: `no permission to create a file in ${folder}`,
  EROFS: `${folder} is on a read-only file system`,
  ENOSPC: 'the disk is full',
})

/**
 * Returns a function that awaits a file operation. If the operation fails, the function throws a `Failure` that says
 * why.
 */
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
