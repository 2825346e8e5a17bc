import { openBytes } from '../../base/byte-source.js'
import { DataError, optionError } from '../../base/errors.js'

/** A path, plain or gzip; the bytes themselves; or the bytes as they come. */
export type ArrowInput = string | Uint8Array | AsyncIterable<Uint8Array>

/** The content of an input, in order, and how much of it has been taken. */
export interface Content {
  /** What messages begin with. */
  readonly source: string
  /** The offset of the byte that comes next. */
  readonly position: number
  /** The bytes that come next, in memory of their own: fewer than `count` only where the content ends. */
  take(count: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** Bytes read from a file at a time. */
const pieceSize = 2 ** 20

export function openContent(input: ArrowInput, source = sourceOf(input)): Content {
  const pieces = piecesOf(input)[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  let position = 0

  return {
    source,
    get position() {
      return position
    },
    async take(count) {
      // What a damaged length promises is not allocated before it has come.
      const parts: Uint8Array[] = []
      let missing = count
      while (missing > 0) {
        if (rest.length === 0) {
          const { done, value } = await pieces.next()
          if (done) break
          if (!(value instanceof Uint8Array))
            throw new DataError('the Arrow data must come as pieces of bytes (Uint8Array)')
          rest = value
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
      await pieces.return?.()
    },
  }
}

/** What messages call an input. */
export const sourceOf = (input: ArrowInput): string => (typeof input === 'string' ? input : 'the Arrow data')

function piecesOf(input: ArrowInput): AsyncIterable<Uint8Array> {
  if (typeof input === 'string') return piecesOfFile(input)
  if (input instanceof Uint8Array) return once(input)
  if (typeof input?.[Symbol.asyncIterator] === 'function') return input
  throw optionError({ input }, 'the path of a file, a Uint8Array or an AsyncIterable of them')
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes
}

async function* piecesOfFile(path: string): AsyncGenerator<Uint8Array, void> {
  const source = await openBytes(path)
  try {
    for (;;) {
      const piece = new Uint8Array(pieceSize)
      const count = await source.read(piece)
      if (count > 0) yield piece.subarray(0, count)
      if (count < piece.length) return
    }
  } finally {
    await source.close()
  }
}
