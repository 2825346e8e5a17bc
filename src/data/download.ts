import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DataError } from '../base/errors.js'
import { makeFolder } from '../base/files.js'
import { writeFileAtomic } from '../base/write-file.js'

/** A file to download. Mirrors offer it as `name`.gz. */
export interface RemoteFile {
  readonly name: string
  /** Size of the uncompressed content, in bytes. */
  readonly size: number
  /** SHA-256 of the uncompressed content, in hexadecimal. It does not depend on how a mirror compressed the file. */
  readonly sha256: string
}

export interface DownloadOptions {
  /** The URLs of the folders that contain the files. Earlier URLs are tried first. */
  readonly mirrors: readonly string[]
  /** The folder to write the files to. It is created if it is missing. */
  readonly folder: string
  /** The time limit for downloading one file from one mirror, in milliseconds. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/** The maximum number of bytes, including headers, that gzip adds to content that cannot be compressed. */
const gzipOverhead = 2 ** 16

/**
 * Downloads each file into a folder, from the first mirror that sends the right content. If writing a file fails, no
 * partial file is left behind.
 * @throws DataError if a file cannot be downloaded from any mirror (the message says why, mirror by mirror), or if a
 * file cannot be written; the signal's reason if the signal is aborted
 */
export async function download(files: readonly RemoteFile[], options: DownloadOptions): Promise<void> {
  const { folder, signal } = options
  await makeFolder(folder).catch((cause) => {
    throw new DataError(`cannot create the folder ${folder}: ${cause.message}`, { cause })
  })
  let mirrors = options.mirrors
  for (const file of files) {
    const failures: string[] = []
    for (const mirror of mirrors) {
      const address = new URL(`${file.name}.gz`, mirror.endsWith('/') ? mirror : `${mirror}/`).href
      const bytes = await fetchVerified(address, file, options).catch((error) => {
        signal?.throwIfAborted()
        failures.push(`  ${address}: ${reason(error, options.timeout)}`)
      })
      if (!bytes) continue
      await writeFileAtomic(join(folder, isGzip(bytes) ? `${file.name}.gz` : file.name), [bytes], DataError)
      // Try this mirror first for the next file. Otherwise every file would wait again for a mirror that does not
      // respond.
      mirrors = [mirror, ...mirrors.filter((other) => other !== mirror)]
      break
    }
    if (failures.length === mirrors.length) {
      throw new DataError(`no mirror gave ${file.name}.gz:\n${failures.join('\n')}`)
    }
  }
}

async function fetchVerified(address: string, file: RemoteFile, { timeout, signal }: DownloadOptions): Promise<Buffer> {
  const deadline = AbortSignal.timeout(timeout)
  const response = await fetch(address, { signal: signal ? AbortSignal.any([signal, deadline]) : deadline })
  if (!response.ok || !response.body) {
    await response.body?.cancel()
    throw new DataError(`HTTP ${response.status}`)
  }
  const maxSize = file.size + gzipOverhead
  const chunks: Uint8Array[] = []
  let size = 0
  // If an error is thrown inside the loop, the connection is closed.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > maxSize) throw new DataError(`sent more than the ${maxSize} bytes that this file may have`)
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  const sha256 = await contentHash(bytes, file)
  if (sha256 === file.sha256) return bytes
  throw new DataError(`the SHA-256 of the uncompressed content must be ${file.sha256}, got ${sha256}`)
}

/**
 * Returns the SHA-256 of the uncompressed content. Throws DataError as soon as there are more than `file.size` bytes.
 */
async function contentHash(bytes: Buffer, file: RemoteFile): Promise<string> {
  const hash = createHash('sha256')
  if (!isGzip(bytes)) return hash.update(bytes).digest('hex')
  let size = 0
  const gunzip = createGunzip()
  for await (const chunk of Readable.from([bytes]).pipe(gunzip)) {
    size += chunk.length
    if (size > file.size) throw new DataError(`the uncompressed content has more than its ${file.size} bytes`)
    hash.update(chunk)
  }
  // Refuse bytes after the end of the gzip stream. zlib ignores them if they are zeros, but readIdx would later refuse
  // the file.
  if (gunzip.bytesWritten < bytes.length) throw new DataError(`the gzip stream ends before the file does`)
  return hash.digest('hex')
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** Describes an error in a few words. If a connection fails, the reason is in the member `cause` of fetch's error. */
function reason(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `not complete within ${timeout / 1000} s`
  if ('code' in error && String(error.code).startsWith('Z_')) return `damaged gzip (${error.message})`
  const { cause } = error
  if (!(cause instanceof Error) || error instanceof DataError) return error.message
  return cause.message || ('code' in cause && String(cause.code)) || error.message
}
