import { DataError } from './errors.js'
import { type OpenFile, openFile } from './files.js'

/** The content of a file from its first byte to its last, uncompressed on the way where the file is gzip. */
export interface ByteSource {
  readonly path: string
  /** Bytes of the file on the disk. */
  readonly stored: number
  /** Whether the file is gzip, which its first two bytes tell, not its name. */
  readonly compressed: boolean
  /** Fills `target` with the bytes that come next; returns how many came, fewer only where the content ends. */
  read(target: Uint8Array): Promise<number>
  close(): Promise<void>
}

/** Bytes read from the file and uncompressed at a time. */
const pieceSize = 2 ** 18

/** Opens a file, plain or gzip. Throws DataError where it cannot be read; so does `read` where gzip is damaged. */
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

async function* pieces(file: OpenFile): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const piece = new Uint8Array(pieceSize)
    const count = await file.read(piece, position)
    if (count === 0) return
    yield piece.subarray(0, count)
    position += count
  }
}

/** Only what is asked for is uncompressed: a stream waits when nobody reads, so a bomb never unfolds. */
async function inflate(file: OpenFile): Promise<ByteSource> {
  const [{ pipeline, Readable }, { createGunzip }] = await Promise.all([import('node:stream'), import('node:zlib')])
  const { path, size: stored } = file
  const gunzip = createGunzip({ chunkSize: pieceSize })
  // Its errors arrive where the content is read, below.
  pipeline(Readable.from(pieces(file), { objectMode: true }), gunzip, () => undefined)
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
          // zlib passes over zeros after the end.
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
