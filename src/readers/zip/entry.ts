import { builtin } from '../../base/builtin.js'
import type { ByteSource } from '../../base/byte-source.js'
import { DataError, inspectValue } from '../../base/errors.js'
import type { OpenFile } from '../../base/files.js'
import { inflate } from '../../base/inflate.js'
import type { ZipEntry } from './directory.js'

/** The number of bytes that are read and added to the checksum at a time. */
const chunkSize = 2 ** 18

/**
 * Files of at most this many bytes are decompressed in one call. A stream for each of thousands of small files would
 * take twenty times as long.
 */
const smallSize = 2 ** 16

/** Opens the content of a file within a zip file. The checksum is verified after the last byte has been read. */
export async function openEntry(file: OpenFile, entry: ZipEntry): Promise<ByteSource> {
  const { crc32 } = builtin('node:zlib')
  const path = `${file.path}, ${inspectValue(entry.name)}`
  const whole = entry.deflated ? await inflateSmall(file, entry) : undefined
  const content = whole ? held(whole) : entry.deflated ? await inflateEntry(file, entry, path) : stored(file, entry)
  let position = 0
  let checksum = 0
  return {
    path,
    stored: entry.size,
    compressed: false,
    seek: undefined,
    async read(target) {
      let filled = 0
      while (filled < target.length) {
        const part = target.subarray(filled, filled + chunkSize)
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
  /** Reads bytes into `target`. Resolves to the number of bytes read, which is 0 only at the end of the content. */
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

function held(bytes: Uint8Array): Content {
  let position = 0
  return {
    async read(target) {
      const part = bytes.subarray(position, position + target.length)
      target.set(part)
      position += part.length
      return part.length
    },
    close: () => undefined,
  }
}

/**
 * Decompresses a small file. Resolves to undefined if the file is not small or is damaged. A damaged file is then
 * decompressed by `inflateEntry`, which finds the place of the damage.
 */
async function inflateSmall(file: OpenFile, { stored, size, start }: ZipEntry): Promise<Uint8Array | undefined> {
  if (Math.max(stored, size) > smallSize) return undefined
  const bytes = new Uint8Array(stored)
  if ((await file.read(bytes, start)) < stored) return undefined
  const { inflateRawSync } = builtin('node:zlib')
  const chunkSize = Math.max(64, size)
  try {
    // With `info`, the result is an object with the content and the zlib engine. Node's types do not describe it.
    const result: unknown = inflateRawSync(bytes, { chunkSize, maxOutputLength: chunkSize, info: true })
    const { buffer, engine } = result as { buffer: Uint8Array; engine: { bytesWritten: number } }
    return buffer.length === size && engine.bytesWritten === stored ? buffer : undefined
  } catch {
    return undefined
  }
}

/**
 * Opens the decompressed content of a deflated file. Reading fails if the content has more bytes than the directory of
 * the zip file declares.
 */
async function inflateEntry(file: OpenFile, entry: ZipEntry, path: string): Promise<Content> {
  const source = stored(file, entry)
  const content = await inflate(
    'deflate-raw',
    (target) => source.read(target),
    (cause, taken) => {
      const place = `after ${taken} bytes of content; it is stored from byte ${entry.start} on`
      return new DataError(`${path}: the deflated bytes are damaged (${cause.message}) ${place}`, { cause })
    },
    entry.size,
  )
  return {
    async read(target) {
      if (target.length === 0) return 0
      const count = await content.read(target)
      if (content.taken > entry.size) {
        throw new DataError(
          `${path}: the content goes on after its ${entry.size} bytes; it is stored from byte ${entry.start} on`,
        )
      }
      if (count === 0 && content.consumed !== entry.stored) {
        const facts = `after ${content.consumed} of ${entry.stored} bytes`
        throw new DataError(`${path}: the deflated bytes end ${facts}; they are stored from byte ${entry.start} on`)
      }
      return count
    },
    close: () => content.close(),
  }
}

function hex(checksum: number): string {
  return `0x${checksum.toString(16).padStart(8, '0')}`
}
