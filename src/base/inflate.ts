import type { DataError } from './errors.js'

/**
 * The maximum number of uncompressed bytes for each byte of deflated data. Two bits of deflated data can stand for 258
 * bytes, so one byte can stand for 4 x 258 bytes (Mark Adler, zlib technical details).
 */
export const maxInflation = 1032

/** The maximum number of bytes that are read or uncompressed at a time. */
const maxChunkSize = 2 ** 18
/** The minimum that zlib allows. */
const minChunkSize = 64

/** The uncompressed content of deflated bytes. */
export interface Inflated {
  /** The number of uncompressed bytes that were read so far. */
  readonly taken: number
  /** The number of compressed bytes that zlib has consumed so far. */
  readonly consumed: number
  /** Writes at least one byte to `target`, unless the content has ended. Returns the number of bytes written. */
  read(target: Uint8Array): Promise<number>
  close(): void
}

/**
 * Uncompresses the bytes that `read` supplies, until `read` returns 0. The zlib stream pauses while nobody reads its
 * output, so a zip bomb cannot fill the memory.
 * @param damaged Creates the error to throw if zlib cannot uncompress the bytes. `taken` is the number of uncompressed
 * bytes that were read before the error.
 * @param size The expected number of uncompressed bytes. If it is small, less memory is allocated.
 */
export async function inflate(
  format: 'gzip' | 'deflate-raw',
  read: (target: Uint8Array) => Promise<number>,
  damaged: (cause: Error, taken: number) => DataError,
  size = maxChunkSize,
): Promise<Inflated> {
  const chunkSize = Math.max(minChunkSize, Math.min(maxChunkSize, size))
  const [{ pipeline, Readable }, zlib] = await Promise.all([import('node:stream'), import('node:zlib')])
  const stream = format === 'gzip' ? zlib.createGunzip({ chunkSize }) : zlib.createInflateRaw({ chunkSize })
  // The callback ignores errors, because next() throws them when it reads the content.
  pipeline(Readable.from(chunks(read, chunkSize), { objectMode: true }), stream, () => undefined)
  const content: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  let taken = 0

  async function next(): Promise<boolean> {
    try {
      const { done, value } = await content.next()
      if (!done) rest = value
      return !done
    } catch (cause) {
      if (!(cause instanceof Error && 'errno' in cause)) throw cause
      throw damaged(cause, taken)
    }
  }

  return {
    get taken() {
      return taken
    },
    get consumed() {
      return stream.bytesWritten
    },
    async read(target) {
      if (target.length === 0) return 0
      while (rest.length === 0) if (!(await next())) return 0
      const part = rest.subarray(0, target.length)
      target.set(part)
      rest = rest.subarray(part.length)
      taken += part.length
      return part.length
    },
    close: () => stream.destroy(),
  }
}

async function* chunks(read: (target: Uint8Array) => Promise<number>, chunkSize: number): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = new Uint8Array(chunkSize)
    const count = await read(chunk)
    if (count === 0) return
    yield chunk.subarray(0, count)
  }
}
