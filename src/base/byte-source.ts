import { DataError } from './errors.js'
import { type OpenFile, openFile } from './files.js'

/** Reads a file from its first byte to its last. The content of a gzip file arrives uncompressed. */
export interface ByteSource {
  readonly path: string
  /** Size of the file on disk, in bytes. */
  readonly stored: number
  /** Whether the file is gzip. Its first two bytes decide, not its name. */
  readonly compressed: boolean
  /** Fills `target` with the next bytes and returns how many it read. Fewer than asked means that the content has ended. */
  read(target: Uint8Array): Promise<number>
  close(): Promise<void>
}

/** How many bytes are read from the file, or uncompressed, at a time. */
const chunkSize = 2 ** 18

/** Opens a file, plain or gzip. Throws DataError if it cannot be read; `read` throws one if the gzip data is damaged. */
export async function openBytes(path: string): Promise<ByteSource> {
  const file = await openFile(path, DataError)
  const magic = new Uint8Array(2)
  await file.read(magic, 0).catch(async (error) => {
    await file.close()
    throw error
  })
  return magic[0] === 0x1f && magic[1] === 0x8b ? inflate(file) : plain(file)
}

function plain(file: OpenFile): ByteSource {
  let position = 0
  return {
    path: file.path,
    stored: file.size,
    compressed: false,
    async read(target) {
      const count = await file.read(target, position)
      position += count
      return count
    },
    close: () => file.close(),
  }
}

async function* readChunks(file: OpenFile): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const chunk = new Uint8Array(chunkSize)
    const count = await file.read(chunk, position)
    if (count === 0) return
    yield chunk.subarray(0, count)
    position += count
  }
}

/** Uncompresses only what is read: the stream waits for its reader, so a zip bomb cannot fill the memory. */
async function inflate(file: OpenFile): Promise<ByteSource> {
  const [{ pipeline, Readable }, { createGunzip }] = await Promise.all([import('node:stream'), import('node:zlib')])
  const { path, size: stored } = file
  const gunzip = createGunzip({ chunkSize })
  // Errors of the pipeline also reach the reader of `content`, below, so this callback ignores them.
  pipeline(Readable.from(readChunks(file), { objectMode: true }), gunzip, () => undefined)
  const content: AsyncIterator<Uint8Array> = gunzip[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  let taken = 0

  async function next(): Promise<boolean> {
    try {
      const { done, value } = await content.next()
      if (!done) rest = value
      return !done
    } catch (cause) {
      if (!(cause instanceof Error && 'errno' in cause)) throw cause
      const problem = 'code' in cause && cause.code === 'Z_BUF_ERROR' ? 'is cut off' : `is damaged (${cause.message})`
      throw new DataError(
        `${path}: the gzip stream ${problem} after ${taken} bytes of content; the file ends at byte ${stored}`,
        { cause },
      )
    }
  }

  return {
    path,
    stored,
    compressed: true,
    async read(target) {
      let filled = 0
      while (filled < target.length) {
        if (rest.length === 0 && !(await next())) {
          // zlib ignores zero bytes after the end of the stream. Here they are an error.
          if (gunzip.bytesWritten === stored) break
          throw new DataError(
            `${path}: the gzip stream ends at byte ${gunzip.bytesWritten}, but the file goes on to byte ${stored}`,
          )
        }
        const part = rest.subarray(0, target.length - filled)
        target.set(part, filled)
        rest = rest.subarray(part.length)
        filled += part.length
        taken += part.length
      }
      return filled
    },
    async close() {
      gunzip.destroy()
      await file.close()
    },
  }
}
