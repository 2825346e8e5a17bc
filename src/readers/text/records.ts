import { DataError } from '../../base/errors.js'
import { rangeOf } from '../../base/work-shares.js'
import type { Shard } from '../columns/shard.js'
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
  /** The number of the line that starts at `from`. Line 1 is the first line after the byte `origin` of the text. */
  line: number
  /** The offset in the text from which lines are counted. It is not 0 if the lines before it were not read. */
  readonly origin: number
  /** The line number of the first empty line, or 0 if there is none so far. A row after an empty line is an error. */
  emptyLine: number
  /**
   * The number of unread bytes of the text, including those in `bytes`. Undefined if the size of the text is not known.
   */
  readonly left: number | undefined
  /** Loads the next records of the text into `bytes`. Returns false at the end of the text. */
  more(): Promise<boolean>
  /**
   * Leaves out the records of all other shards. The bytes from the first unread record to the end of the text, which
   * has `size` bytes, are divided into equal parts. A record belongs to the shard in whose part its first byte is.
   */
  keep(shard: Shard, size: number): Promise<void>
  close(): Promise<void>
}

/**
 * Returns the index after the last record that ends in the range from `from` to `to`, or -1 if no record ends there.
 * The function may remember whether a quote is open at `to`. So it must be called for each part of a text, from the
 * first part to the last.
 */
export type RecordEnds = (bytes: Buffer, from: number, to: number) => number

/** How a text is divided into records. */
export interface RecordFormat {
  /**
   * Creates the function that finds the ends of records. Each text needs a new function, because the function may
   * remember between calls that a quote is open.
   */
  readonly recordEnds: () => RecordEnds
  /** The byte before and after a cell that may contain line feeds. Undefined if every line is a record. */
  readonly quote: number | undefined
}

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
  format: RecordFormat,
  signal: AbortSignal | undefined,
): Promise<Records> {
  const chunks = await openByteChunks(source, signal)
  let endOfLast = format.recordEnds()
  // The number of bytes in the buffer, and how many of them `endOfLast` has seen.
  let filled = 0
  let seen = 0
  // The offset in the text of the first byte that is not in the buffer yet.
  let position = 0
  let ended = false
  // No record that starts at this offset or after it is read.
  let end = Number.POSITIVE_INFINITY
  let reachedEnd = false

  const offsetOf = (index: number): number => position - filled + index

  async function read(): Promise<void> {
    const count = await chunks.read(records.bytes.subarray(filled, filled + chunkSize))
    position += count
    filled += count
    ended = count === 0
  }

  /**
   * Makes room in the buffer for the next `chunkSize` bytes, and for a line feed that may be added at the end of the
   * text. Bytes before `from` are dropped.
   */
  function makeRoom(): void {
    const { bytes, from } = records
    const rest = filled - from
    if (rest > maxLineBytes) throw new DataError(`${lineOf(records)}: longer than the limit of ${maxLineBytes} bytes`)
    const isSmall = rest + chunkSize + 1 > bytes.length
    if (isSmall) records.bytes = Buffer.allocUnsafe(2 * bytes.length)
    if (isSmall || from > 0) bytes.copy(records.bytes, 0, from, filled)
    records.from = 0
    records.to = Math.max(0, records.to - from)
    seen -= from
    filled = rest
  }

  /**
   * Sets `to` to the end of the last record in the buffer, or to the end of the first one that ends at the offset `end`
   * or after it. In the second case, `reachedEnd` becomes true, and the bytes after that record are not looked at.
   */
  function findEnds(): void {
    const { bytes } = records
    const stop = end - offsetOf(0)
    const before = Math.min(filled, stop - 1)
    let last = -1
    if (seen < before) {
      last = endOfLast(bytes, seen, before)
      seen = before
    }
    while (seen < filled && !reachedEnd) {
      const feed = bytes.subarray(0, filled).indexOf(lineFeed, seen)
      const next = feed < 0 ? filled : feed + 1
      const found = endOfLast(bytes, seen, next)
      seen = next
      if (found < 0) continue
      last = found
      reachedEnd = true
    }
    if (last >= 0) records.to = last
  }

  /** Continues at another byte of the file. */
  function jump(offset: number): void {
    chunks.seek?.(offset)
    position = offset
    filled = 0
    forget(0)
    ended = false
  }

  /** Forgets which records were found, so that they are looked for again from the index `from` on. */
  function forget(from: number): void {
    endOfLast = format.recordEnds()
    records.from = from
    records.to = from
    seen = from
  }

  /**
   * Continues with the first record that starts at `offset` or after it. If the bytes before `offset` have the byte
   * `unexpected`, returns false without finding the record.
   */
  async function skip(offset: number, unexpected?: number): Promise<boolean> {
    end = offset
    reachedEnd = false
    for (;;) {
      const before = Math.max(seen, Math.min(filled, offset - offsetOf(0)))
      if (unexpected !== undefined && records.bytes.subarray(seen, before).includes(unexpected)) return false
      findEnds()
      records.from = reachedEnd ? records.to : filled
      if (reachedEnd || ended) break
      makeRoom()
      await read()
    }
    records.to = records.from
    return true
  }

  /**
   * Continues with the first record that starts at `offset` or after it, and reads as little as possible to find it.
   *
   * To know whether a line feed ends a record, one must know whether a quote is open. If a text has no quotes in more
   * bytes than a record can have, none is open after them. So it suffices to read that many bytes before `offset`. If
   * there are quotes among them, all bytes from `first` on are read, where the first record starts.
   */
  async function skipTo(offset: number, first: number): Promise<void> {
    const start = offset - (format.quote === undefined ? 1 : maxLineBytes + chunkSize)
    if (chunks.seek && start > position) {
      jump(start)
      if (await skip(offset, format.quote)) return
      jump(first)
    } else forget(records.from)
    await skip(offset)
  }

  const records = {
    name: chunks.name,
    bytes: Buffer.allocUnsafe(2 * chunkSize),
    from: 0,
    to: 0,
    line: 1,
    origin: 0,
    emptyLine: 0,
    get left() {
      return chunks.size === undefined ? undefined : Math.min(chunks.size, end) - offsetOf(records.from)
    },
    async more() {
      if (reachedEnd) {
        // A row after an empty line is an error, even if the row belongs to another shard. So look for one.
        if (!records.emptyLine) return false
        end = Number.POSITIVE_INFINITY
        reachedEnd = false
      }
      makeRoom()
      if (position === 0) {
        while (!ended && filled < 3) await read()
        records.from = startOfText(chunks, records.bytes.subarray(0, filled))
        seen = records.from
      }
      records.to = records.from
      findEnds()
      while (records.to <= records.from && !ended && !reachedEnd) {
        makeRoom()
        await read()
        findEnds()
      }
      if (records.to <= records.from && filled > records.from && !reachedEnd) {
        records.bytes[filled++] = lineFeed
        position++
        seen = filled
        records.to = filled
      }
      return records.to > records.from
    },
    async keep(shard: Shard, size: number) {
      const first = offsetOf(records.from)
      if (size <= first) throw new DataError(`${chunks.name}: the text has no rows`)
      const { from, to } = rangeOf(size - first, shard)
      // In a text of fewer bytes than shards, several shards start where the first record does.
      if (from === 0) forget(records.from)
      else {
        await skipTo(first + from, first)
        records.origin = offsetOf(records.from)
        records.line = 1
      }
      end = shard.index === shard.count - 1 ? Number.POSITIVE_INFINITY : first + to
      reachedEnd = offsetOf(records.from) >= end
    },
    close: () => chunks.close(),
  }
  return records
}

/** Returns where the next unread line is, with which error messages begin. */
export function lineOf({ name, line, origin }: Pick<Records, 'name' | 'line' | 'origin'>): string {
  return `${name}, line ${line}${origin > 0 ? ` after byte ${origin}` : ''}`
}

export function emptyLine({ name, emptyLine: line, origin }: Records): DataError {
  return new DataError(`${lineOf({ name, line, origin })}: an empty line with rows after it`)
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
