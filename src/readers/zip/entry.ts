import type { ByteSource } from '../../base/byte-source.js'
import { DataError, inspectValue } from '../../base/errors.js'
import type { OpenFile } from '../../base/files.js'
import type { ZipEntry } from './directory.js'

/** Bytes read, uncompressed and summed up at a time. */
const pieceSize = 2 ** 18

/** The content of a file within a zip file. Its checksum is compared when the last byte has been read. */
export async function openEntry(file: OpenFile, entry: ZipEntry): Promise<ByteSource> {
  const { crc32 } = await import('node:zlib')
  const path = `${file.path}, ${inspectValue(entry.name)}`
  const content = entry.deflated ? await inflate(file, entry, path) : stored(file, entry)
  let position = 0
  let checksum = 0
  return {
    path,
    stored: entry.size,
    compressed: false,
    async read(target) {
      let filled = 0
      while (filled < target.length) {
        const part = target.subarray(filled, filled + pieceSize)
        const count = await content.read(part)
        if (count === 0) break
        checksum = crc32(part.subarray(0, count), checksum)
        filled += count
        position += count
      }
      if (filled < target.length && position < entry.size) {
        throw new DataError(`${path}: the content ends after ${position} bytes instead of ${entry.size}`)
      }
      if (filled < target.length && checksum !== entry.checksum) {
        const sums = `${hex(checksum)}, the directory says ${hex(entry.checksum)}`
        throw new DataError(
          `${path}: damaged: the CRC-32 of its ${entry.size} bytes from byte ${entry.start} on is ${sums}`,
        )
      }
      return filled
    },
    close: async () => content.close(),
  }
}

interface Content {
  /** Reads some bytes, none only at the end. */
  read(target: Uint8Array): Promise<number>
  close(): void
}

function stored(file: OpenFile, { start, stored }: ZipEntry): Content {
  let position = 0
  return {
    async read(target) {
      const count = await file.read(target.subarray(0, stored - position), start + position)
      position += count
      return count
    },
    close: () => undefined,
  }
}

async function* pieces(file: OpenFile, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const content = stored(file, entry)
  for (;;) {
    const piece = new Uint8Array(pieceSize)
    const count = await content.read(piece)
    if (count === 0) return
    yield piece.subarray(0, count)
  }
}

/** Only what is asked for is uncompressed, and never more than the directory promises. */
async function inflate(file: OpenFile, entry: ZipEntry, path: string): Promise<Content> {
  const [{ pipeline, Readable }, { createInflateRaw }] = await Promise.all([import('node:stream'), import('node:zlib')])
  const stream = createInflateRaw({ chunkSize: pieceSize })
  // Its errors arrive where the content is read, below.
  pipeline(Readable.from(pieces(file, entry), { objectMode: true }), stream, () => undefined)
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
      const place = `after ${taken} bytes of content; it is stored from byte ${entry.start} on`
      throw new DataError(`${path}: the deflated bytes are damaged (${cause.message}) ${place}`, { cause })
    }
  }

  return {
    async read(target) {
      if (target.length === 0) return 0
      while (rest.length === 0) if (!(await next())) break
      const part = rest.subarray(0, target.length)
      taken += part.length
      if (taken > entry.size) {
        throw new DataError(
          `${path}: the content goes on after its ${entry.size} bytes; it is stored from byte ${entry.start} on`,
        )
      }
      if (part.length === 0 && stream.bytesWritten !== entry.stored) {
        const facts = `after ${stream.bytesWritten} of ${entry.stored} bytes`
        throw new DataError(`${path}: the deflated bytes end ${facts}; they are stored from byte ${entry.start} on`)
      }
      target.set(part)
      rest = rest.subarray(part.length)
      return part.length
    },
    close: () => stream.destroy(),
  }
}

function hex(checksum: number): string {
  return `0x${checksum.toString(16).padStart(8, '0')}`
}
