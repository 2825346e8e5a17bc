/**
 * Opens files and makes folders. Every error names the file and the reason. Callers choose the class of the errors:
 * DataError for data, ModelError for models.
 */

import { builtin } from './builtin.js'
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
export const maxTransfer = 2 ** 26

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

export type Reasons = Record<string, string>

const readReasons: Reasons = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
}

/**
 * Returns a function that awaits a file operation. If the operation fails, the function throws a `Failure` that says
 * why.
 */
export function attemptTo(what: string, reasons: Reasons, Failure: ErrorClass) {
  return async <T>(operation: Promise<T>): Promise<T> => {
    try {
      return await operation
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException
      throw new Failure(`cannot ${what}: ${reasons[code ?? ''] ?? message}`, { cause })
    }
  }
}
