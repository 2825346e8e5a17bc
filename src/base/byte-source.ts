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
  close(): Promise<void>
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
