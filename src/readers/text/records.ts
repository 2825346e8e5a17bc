import { DataError } from '../../base/errors.js'
import { type ByteStream, openPieces, type Pieces } from './byte-chunks.js'

/** The longest line, in bytes: what a reader holds of a text at most, and a third of it again. */
export const longestLine = 2 ** 24

/** Bytes asked for at a time: they are parsed in some milliseconds, between which the event loop goes on. */
const pieceSize = 2 ** 18

const lineFeed = 0x0a

/** A window on a text that moves on record by record. Whoever reads moves `from` on to `to` and counts the lines. */
export interface Records {
  readonly name: string
  readonly bytes: Buffer
  /** Where the first record that is not yet read begins. */
  from: number
  /** Where the last whole record ends; the byte before is a line feed, which is added where the text ends without. */
  readonly to: number
  /** The number of the line at `from`, from 1. */
  line: number
  /** The first empty line that was passed over, 0 where there was none: rows must not follow. */
  emptyLine: number
  /** Bytes of the text that are still to be read, those in the window included, where the size of the text is known. */
  readonly left: number | undefined
  /** Moves on to further whole records; false where there are none. */
  more(): Promise<boolean>
  close(): Promise<void>
}

/** Finds where the last record ends among new bytes of a text, or -1; it sees all bytes, one after the other. */
export type RecordEnds = (bytes: Buffer, from: number, to: number) => number

/** Records that are lines. */
export const lineEnds: RecordEnds = (bytes, from, to) => {
  const last = bytes.subarray(from, to).lastIndexOf(lineFeed)
  return last < 0 ? -1 : from + last + 1
}

/** Opens a text in UTF-8. @throws DataError where it cannot be read, or is none. */
export async function openRecords(
  source: string | ByteStream,
  endOfLast: RecordEnds,
  signal: AbortSignal | undefined,
): Promise<Records> {
  const pieces = await openPieces(source, signal)
  let filled = 0
  let position = 0
  let ended = false

  async function read(): Promise<void> {
    const count = await pieces.read(records.bytes.subarray(filled, filled + pieceSize))
    position += count
    filled += count
    ended = count === 0
  }

  /** Room for one more piece and a line feed. */
  function makeRoom(): void {
    const { bytes, from } = records
    const rest = filled - from
    if (rest > longestLine) {
      throw new DataError(`${pieces.name}, line ${records.line}: longer than the limit of ${longestLine} bytes`)
    }
    const isSmall = rest + pieceSize + 1 > bytes.length
    if (isSmall) records.bytes = Buffer.allocUnsafe(2 * bytes.length)
    if (isSmall || from > 0) bytes.copy(records.bytes, 0, from, filled)
    records.from = 0
    filled = rest
  }

  const records = {
    name: pieces.name,
    bytes: Buffer.allocUnsafe(2 * pieceSize),
    from: 0,
    to: 0,
    line: 1,
    emptyLine: 0,
    get left() {
      return pieces.size === undefined ? undefined : pieces.size - position + filled - records.from
    },
    async more() {
      makeRoom()
      records.to = 0
      if (position === 0) {
        while (!ended && filled < 3) await read()
        records.from = startOfText(pieces, records.bytes.subarray(0, filled))
        records.to = endOfLast(records.bytes, records.from, filled)
      }
      while (records.to <= records.from && !ended) {
        makeRoom()
        const before = filled
        await read()
        records.to = endOfLast(records.bytes, before, filled)
      }
      if (records.to <= records.from && filled > records.from) {
        records.bytes[filled++] = lineFeed
        records.to = filled
      }
      return records.to > records.from
    },
    close: () => pieces.close(),
  }
  return records
}

export function emptyLine({ name, emptyLine }: Records): DataError {
  return new DataError(`${name}, line ${emptyLine}: an empty line, and rows after it`)
}

/** Passes over a byte order mark. @throws DataError where the text is compressed, or in UTF-16 */
function startOfText({ name }: Pieces, [first, second, third]: Uint8Array): number {
  if (first === 0x1f && second === 0x8b) {
    throw new DataError(`${name}: begins as gzip does: send it through createGunzip() of node:zlib`)
  }
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new DataError(`${name}: begins as a text in UTF-16 does, expected UTF-8`)
  }
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0
}
