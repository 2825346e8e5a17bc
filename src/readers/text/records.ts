import { DataError } from '../../base/errors.js'
import { type ByteChunks, type ByteStream, openByteChunks } from './byte-chunks.js'

/** The maximum length of a line, in bytes. The buffer for reading grows to at most twice this size. */
export const maxLineBytes = 2 ** 24

/**
 * The number of bytes that are read at a time. Parsing this many bytes takes a few milliseconds, and then the event
 * loop can run other tasks.
 */
const chunkSize = 2 ** 18

const lineFeed = 0x0a

/**
 * A text that is read record by record. A record is a line, or several lines if a quoted cell contains line feeds.
 * `bytes` holds only a part of the text. The parser of the records advances `from` and `line`. When `from` has reached
 * `to`, call `more` to load the next part.
 */
export interface Records {
  readonly name: string
  readonly bytes: Buffer
  /** The index in `bytes` at which the first unread record starts. */
  from: number
  /**
   * The index in `bytes` after the last complete record. Every record ends with a line feed. If the text does not end
   * with a line feed, one is added.
   */
  readonly to: number
  /** The number of the line that starts at `from`. The first line of the text has number 1. */
  line: number
  /** The line number of the first empty line, or 0 if there is none so far. A row after an empty line is an error. */
  emptyLine: number
  /**
   * The number of unread bytes of the text, including those in `bytes`. Undefined if the size of the text is not known.
   */
  readonly left: number | undefined
  /** Loads the next records of the text into `bytes`. Returns false at the end of the text. */
  more(): Promise<boolean>
  close(): Promise<void>
}

/**
 * Returns the index after the last record that ends in the range from `from` to `to`, or -1 if no record ends there.
 * The function may remember whether a quote is open at `to`. So it must be called for each part of a text, from the
 * first part to the last.
 */
export type RecordEnds = (bytes: Buffer, from: number, to: number) => number

/** The `RecordEnds` for texts in which every line is a record. */
export const lineEnds: RecordEnds = (bytes, from, to) => {
  const last = bytes.subarray(from, to).lastIndexOf(lineFeed)
  return last < 0 ? -1 : from + last + 1
}

/**
 * Opens a file or a stream, whose text is then read record by record.
 * @throws DataError if the file cannot be opened
 */
export async function openRecords(
  source: string | ByteStream,
  endOfLast: RecordEnds,
  signal: AbortSignal | undefined,
): Promise<Records> {
  const chunks = await openByteChunks(source, signal)
  let filled = 0
  let position = 0
  let ended = false

  async function read(): Promise<void> {
    const count = await chunks.read(records.bytes.subarray(filled, filled + chunkSize))
    position += count
    filled += count
    ended = count === 0
  }

  /**
   * Makes room in the buffer for the next `chunkSize` bytes, and for a line feed that may be added at the end of the
   * text.
   */
  function makeRoom(): void {
    const { bytes, from } = records
    const rest = filled - from
    if (rest > maxLineBytes) {
      throw new DataError(`${chunks.name}, line ${records.line}: longer than the limit of ${maxLineBytes} bytes`)
    }
    const isSmall = rest + chunkSize + 1 > bytes.length
    if (isSmall) records.bytes = Buffer.allocUnsafe(2 * bytes.length)
    if (isSmall || from > 0) bytes.copy(records.bytes, 0, from, filled)
    records.from = 0
    filled = rest
  }

  const records = {
    name: chunks.name,
    bytes: Buffer.allocUnsafe(2 * chunkSize),
    from: 0,
    to: 0,
    line: 1,
    emptyLine: 0,
    get left() {
      return chunks.size === undefined ? undefined : chunks.size - position + filled - records.from
    },
    async more() {
      makeRoom()
      records.to = 0
      if (position === 0) {
        while (!ended && filled < 3) await read()
        records.from = startOfText(chunks, records.bytes.subarray(0, filled))
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
    close: () => chunks.close(),
  }
  return records
}

export function emptyLine({ name, emptyLine }: Records): DataError {
  return new DataError(`${name}, line ${emptyLine}: an empty line with rows after it`)
}

/**
 * Returns the index at which the text starts. A byte order mark is skipped.
 * @throws DataError if the text is compressed or in UTF-16
 */
function startOfText({ name }: ByteChunks, [first, second, third]: Uint8Array): number {
  if (first === 0x1f && second === 0x8b) {
    throw new DataError(`${name}: begins like gzip, expected text: pipe it through createGunzip() of node:zlib`)
  }
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new DataError(`${name}: begins like UTF-16 text, expected UTF-8`)
  }
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0
}
