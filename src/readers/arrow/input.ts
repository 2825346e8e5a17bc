import { openBytes } from '../../base/byte-source.js'
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
  close(): Promise<void>
}

/** The number of bytes that are read from a file at a time. */
const chunkSize = 2 ** 20

export function openContent(input: ArrowInput, source = sourceOf(input)): Content {
  const chunks = chunksOf(input)[Symbol.asyncIterator]()
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
          const { done, value } = await chunks.next()
          if (done) break
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
    async close() {
      await chunks.return?.()
    },
  }
}

/** The name of an input in messages. */
export const sourceOf = (input: ArrowInput): string => (typeof input === 'string' ? input : 'the Arrow data')

function chunksOf(input: ArrowInput): AsyncIterable<Uint8Array> {
  if (typeof input === 'string') return chunksOfFile(input)
  if (isUint8Array(input)) return once(input)
  if (typeof input?.[Symbol.asyncIterator] === 'function') return input
  throw optionError({ input }, 'the path of a file, a Uint8Array or an AsyncIterable of them')
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes
}

async function* chunksOfFile(path: string): AsyncGenerator<Uint8Array, void> {
  const source = await openBytes(path)
  try {
    for (;;) {
      const chunk = new Uint8Array(chunkSize)
      const count = await source.read(chunk)
      if (count > 0) yield chunk.subarray(0, count)
      if (count < chunk.length) return
    }
  } finally {
    await source.close()
  }
}
