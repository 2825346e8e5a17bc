import { DataError } from './errors.js'
import { type OpenFile, openFile } from './files.js'
import { inflate } from './inflate.js'

/** Reads a file from its first byte to its last. The content of a gzip file arrives uncompressed. */
export interface ByteSource {
  readonly path: string
  /** Size of the file on disk, in bytes. */
  readonly stored: number
  /** Whether the file is gzip. This is decided by its first two bytes, not by its name. */
  readonly compressed: boolean
  /**
   * Fills `target` with the next bytes and returns the number of bytes read. If `target` is not full, the content has
   * ended.
   */
  read(target: Uint8Array): Promise<number>
  /** Moves to a byte of the file, where the next `read` begins. Undefined if the content is only read in order. */
  readonly seek: ((position: number) => void) | undefined
  close(): Promise<void>
}

/** The number of bytes that are read at a time to get past them. */
const skipSize = 2 ** 18

/** Moves a source from byte `from` of its content, where it is, to byte `to` after it. Only gzip must read to get there. */
export async function skipBytes(source: ByteSource, from: number, to: number): Promise<void> {
  if (source.seek) return source.seek(to)
  const chunk = new Uint8Array(Math.min(skipSize, to - from))
  for (let left = to - from; left > 0; left -= chunk.length) {
    const part = chunk.subarray(0, left)
    if ((await source.read(part)) < part.length) return
  }
}

/** Returns the number of bytes of a file's content. The content of a gzip file is read to its end to find out. */
export async function contentSize(path: string, signal?: AbortSignal): Promise<number> {
  const source = await openBytes(path)
  try {
    if (!source.compressed) return source.stored
    const chunk = new Uint8Array(skipSize)
    for (let size = 0; ; ) {
      signal?.throwIfAborted()
      const count = await source.read(chunk)
      size += count
      if (count < chunk.length) return size
    }
  } finally {
    await source.close()
  }
}

/**
 * Opens a file, plain or gzip. Throws DataError if the file cannot be read. Later, the method `read` throws DataError
 * if the gzip data is damaged.
 */
export async function openBytes(path: string): Promise<ByteSource> {
  const file = await openFile(path, DataError)
  const magic = new Uint8Array(2)
  await file.read(magic, 0).catch(async (error) => {
    await file.close()
    throw error
  })
  return magic[0] === 0x1f && magic[1] === 0x8b ? gunzip(file) : plain(file)
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
    seek(target) {
      position = target
    },
    close: () => file.close(),
  }
}

async function gunzip(file: OpenFile): Promise<ByteSource> {
  const { path, size: stored } = file
  const source = plain(file)
  const content = await inflate(
    'gzip',
    (target) => source.read(target),
    (cause, taken) => {
      const problem = 'code' in cause && cause.code === 'Z_BUF_ERROR' ? 'is cut off' : `is damaged (${cause.message})`
      const place = `after ${taken} bytes of content; the file ends at byte ${stored}`
      return new DataError(`${path}: the gzip stream ${problem} ${place}`, { cause })
    },
  )
  return {
    path,
    stored,
    compressed: true,
    seek: undefined,
    async read(target) {
      let filled = 0
      while (filled < target.length) {
        const count = await content.read(target.subarray(filled))
        filled += count
        if (count > 0) continue
        // zlib ignores zero bytes after the end of the stream, but this function reports them as an error.
        if (content.consumed === stored) break
        throw new DataError(
          `${path}: the gzip stream ends at byte ${content.consumed}, but the file goes on to byte ${stored}`,
        )
      }
      return filled
    },
    async close() {
      content.close()
      await file.close()
    },
  }
}
