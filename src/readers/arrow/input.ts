import { type ByteSource, openBytes } from '../../base/byte-source.js'
import { DataError, optionError } from '../../base/errors.js'
import { checkAttached, isUint8Array } from '../../base/typed-arrays.js'

/** The path of a file (plain or gzip), an array with all bytes, or an iterable that yields the bytes in chunks. */
export type ArrowInput = string | Uint8Array | AsyncIterable<Uint8Array>

/** The bytes of an input, which are read in order. */
export interface Content {
  /** The name of the input, with which error messages begin. */
  readonly source: string
  /** The offset of the next unread byte. */
  readonly position: number
  /** Returns a copy of the next `count` bytes. Returns fewer bytes only at the end of the content. */
  take(count: number): Promise<Uint8Array>
  /**
   * Goes past the next `count` bytes. Returns how many there were, which are fewer only at the end of the content. In a
   * plain file, they are not read.
   */
  skip(count: number): Promise<number>
  close(): Promise<void>
}

/** The number of bytes that are read from a file at a time. */
const chunkSize = 2 ** 20
/** The number of bytes that are read first after others were skipped, because the bytes after them may be skipped too. */
const chunkSizeAfterSkip = 2 ** 14

export function openContent(input: ArrowInput, source = sourceOf(input)): Content {
  const chunks = chunksOf(input)
  let rest: Uint8Array = new Uint8Array()
  let position = 0

  return {
    source,
    get position() {
      return position
    },
    async take(count) {
      // `count` may be huge if the data are damaged, so memory is only allocated for bytes that have already arrived.
      const parts: Uint8Array[] = []
      let missing = count
      while (missing > 0) {
        if (rest.length === 0) {
          checkAttached(`a chunk of ${source}`, rest)
          const value = await chunks.next()
          if (value === undefined) break
          if (!isUint8Array(value)) throw new DataError('the Arrow data must come as chunks of bytes (Uint8Array)')
          rest = value
          // Start the loop again: if this chunk has no bytes, the check above finds out whether its memory is gone.
          continue
        }
        const part = rest.subarray(0, missing)
        parts.push(part)
        rest = rest.subarray(part.length)
        missing -= part.length
      }
      const bytes = new Uint8Array(count - missing)
      let at = 0
      for (const part of parts) {
        bytes.set(part, at)
        at += part.length
      }
      position += bytes.length
      return bytes
    },
    async skip(count) {
      const held = Math.min(count, rest.length)
      rest = rest.subarray(held)
      position += held
      const passed = held < count ? await chunks.skip(count - held) : 0
      position += passed
      let skipped = held + passed
      while (skipped < count) {
        const { length } = await this.take(Math.min(count - skipped, chunkSize))
        if (length === 0) break
        skipped += length
      }
      return skipped
    },
    close: () => chunks.close(),
  }
}

/** Whether an input can be read again from its beginning. */
export const isRepeatable = (input: ArrowInput): input is string | Uint8Array =>
  typeof input === 'string' || isUint8Array(input)

/** The name of an input in messages. */
export const sourceOf = (input: ArrowInput): string => (typeof input === 'string' ? input : 'the Arrow data')

/** The bytes of an input as they arrive. */
interface Chunks {
  /** Resolves to the next bytes, or to undefined at the end. */
  next(): Promise<unknown>
  /** Goes past at most `count` bytes without reading them. Resolves to their number, 0 if bytes must be read. */
  skip(count: number): Promise<number>
  close(): Promise<void>
}

function chunksOf(input: ArrowInput): Chunks {
  if (typeof input === 'string') return chunksOfFile(input)
  if (isUint8Array(input)) return chunksOfIterable(once(input))
  if (typeof input?.[Symbol.asyncIterator] === 'function') return chunksOfIterable(input)
  throw optionError({ input }, 'the path of a file, a Uint8Array or an AsyncIterable of them')
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes
}

function chunksOfIterable(input: AsyncIterable<Uint8Array>): Chunks {
  const iterator = input[Symbol.asyncIterator]()
  return {
    async next() {
      const { done, value } = await iterator.next()
      return done ? undefined : value
    },
    skip: () => Promise.resolve(0),
    async close() {
      await iterator.return?.()
    },
  }
}

function chunksOfFile(path: string): Chunks {
  let opening: Promise<ByteSource> | undefined
  let position = 0
  let size = chunkSize
  const open = () => {
    opening ??= openBytes(path)
    return opening
  }
  return {
    async next() {
      const source = await open()
      const chunk = new Uint8Array(size)
      const count = await source.read(chunk)
      position += count
      size = Math.min(2 * size, chunkSize)
      return count > 0 ? chunk.subarray(0, count) : undefined
    },
    async skip(count) {
      const { seek, stored } = await open()
      if (!seek) return 0
      const passed = Math.min(count, stored - position)
      position += passed
      size = chunkSizeAfterSkip
      seek(position)
      return passed
    },
    async close() {
      // If the file could not be opened, this was reported before.
      await opening?.then(
        (source) => source.close(),
        () => undefined,
      )
    },
  }
}
