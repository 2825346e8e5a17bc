/**
 * Writes files. If writing fails, no partial file is left behind. Every error names the file and the reason. Callers
 * choose the class of the errors: DataError for data, ModelError for models.
 */

import type { FileHandle } from 'node:fs/promises'
import { builtin } from './builtin.js'
import { checkKeys } from './checks.js'
import { optionError } from './errors.js'
import { attemptTo, checkPath, type ErrorClass, maxTransfer, type Reasons } from './files.js'

export interface SaveOptions {
  /**
   * Whether the file is replaced in one step, so that it is never partly written. Default true. `false` overwrites the
   * file in place, for files that cannot be replaced, such as a file that is mounted into a container. If the process
   * ends while it writes, the file is damaged then.
   */
  readonly atomic?: boolean
}

/** What to do where a file cannot be replaced in one step, for callers that have the option `atomic`. */
export const inPlaceHint = 'or pass { atomic: false } to overwrite the file in place'
/** What to do where a file cannot be replaced in one step, for all other callers. */
export const copyHint = 'or write to another folder and copy the file'

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
  otherwise = copyHint,
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
 * Overwrites a file in place, or creates it, and then compares its content with `chunks`. All chunks are there before
 * the file is opened, so that only the disk can fail while it is written. Throws `Failure` if the file cannot be
 * written.
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

/**
 * The reasons why a file cannot be replaced in one step. `otherwise` says what else can be done, if there is a file
 * that could be overwritten in place.
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
