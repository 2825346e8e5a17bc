import { DataError } from '../../base/errors.js'
import { type Content, openContent } from './input.js'
import type { ArrowModule } from './load.js'
import { type MessageKind, verifyFooter, verifyMessage } from './verify.js'

/** The maximum size of the metadata of a message, in bytes. It is enough for a schema of a million columns. */
const maxMetadataBytes = 2 ** 26

/**
 * The maximum size, in bytes, of a file that has its schema only in the footer. The complete file is held in memory.
 */
const maxFileBytes = 2 ** 31

const fileMagic = 'ARROW1'

/**
 * Yields the messages of Arrow IPC data one by one. A message consists of a prefix, metadata and a body. A stream
 * consists only of messages. A file consists of magic bytes, messages and a footer. So streams and files can be read
 * from start to end (Apache Arrow, "Columnar format", 1.4: serialization and IPC). If `hasSchema` is true, the caller
 * has already yielded the schema, so the data must not contain one. `keep` is called with the number of rows of each
 * record batch in turn. A record batch is left out, and its body is not read, if `keep` returns false.
 * @throws DataError if the data are damaged or cut off, even if only the end marker or the footer is missing
 */
export async function* messagesOf(
  content: Content,
  arrow: ArrowModule,
  keep: (rows: number) => boolean,
  hasSchema = false,
): AsyncGenerator<Uint8Array, void> {
  const { source } = content
  const { Message } = arrow
  let start = await content.take(8)
  if (start.length === 0) throw new DataError(`${source} is empty, expected Arrow IPC data, which begins with a schema`)
  const isFile = text(start.subarray(0, 6)) === fileMagic
  const magic = start
  if (isFile) start = await content.take(8)
  for (let first = true; ; first = false, start = await content.take(8)) {
    const offset = content.position - start.length
    if (start.length < 8) {
      throw new DataError(
        `${source} ends at byte ${content.position} without the end marker of Arrow IPC data: it is cut off, or its writer did not close it`,
      )
    }
    const prefix = new DataView(start.buffer, start.byteOffset, 8)
    if (prefix.getUint32(0, true) !== 0xffffffff) {
      const expected = first ? 'Arrow IPC data begins with ARROW1 or ff ff ff ff' : 'a message begins with ff ff ff ff'
      throw new DataError(`${source}: ${expected}, found ${hex(start.subarray(0, 4))} at byte ${offset}`)
    }
    const size = prefix.getInt32(4, true)
    if (size === 0) {
      yield start
      break
    }
    if (size < 0 || size > maxMetadataBytes) {
      throw new DataError(
        `${source}: the message at byte ${offset} declares ${size} bytes of metadata, the limit is ${maxMetadataBytes}`,
      )
    }
    const metadata = await takeAll(content, size, `the metadata of the message at byte ${offset}`)
    const { kind, rows, bodyLength } = describe(metadata, Message, source, offset)
    const isFirst = first && !hasSchema
    const what = `the body of the message at byte ${offset}`
    if (kind === 'batch' && !isFirst && !keep(rows)) {
      checkLength(content, bodyLength, await content.skip(bodyLength), what)
      continue
    }
    const message = concatenate([start, metadata, await takeAll(content, bodyLength, what)])
    if (kind === 'schema' && !isFirst)
      throw new DataError(`${source}: the message at byte ${offset} is a second schema: it is damaged`)
    if (isFirst && isFile && kind !== 'schema') {
      yield* messagesByFooter(concatenate([magic, message, await content.take(maxFileBytes)]), source, arrow, keep)
      return
    }
    yield message
  }
  await (isFile ? checkFooter(content) : checkEnd(content))
}

/**
 * Yields the messages of a file that has its schema only in the footer. The Arrow library for JavaScript writes such
 * files. The complete file is held in memory, because the footer at its end is needed first.
 */
async function* messagesByFooter(
  file: Uint8Array,
  source: string,
  arrow: ArrowModule,
  keep: (rows: number) => boolean,
): AsyncGenerator<Uint8Array, void> {
  if (!hasFooter(file)) {
    throw new DataError(
      `${source} ends at byte ${file.length} without the footer of an Arrow file: it is cut off or damaged`,
    )
  }
  try {
    verifyFooter(file.subarray(file.length - 10 - footerSize(file), file.length - 10))
  } catch (cause) {
    throw new DataError(`${source}: the footer before byte ${file.length} is damaged`, { cause })
  }
  const { schema } = arrow.RecordBatchReader.from(file).open()
  const metadata = arrow.Message.encode(arrow.Message.from(schema))
  const padded = Math.ceil(metadata.length / 8) * 8
  const message = new Uint8Array(8 + padded)
  new DataView(message.buffer).setUint32(0, 0xffffffff)
  new DataView(message.buffer).setInt32(4, padded, true)
  message.set(metadata, 8)
  yield message
  yield* messagesOf(openContent(file, source), arrow, keep, true)
}

function describe(
  metadata: Uint8Array,
  Message: ArrowModule['Message'],
  source: string,
  offset: number,
): { kind: MessageKind; rows: number; bodyLength: number } {
  try {
    const { kind, rows } = verifyMessage(metadata)
    const bodyLength = Number(Message.decode(metadata).bodyLength)
    if (Number.isSafeInteger(bodyLength) && bodyLength >= 0) return { kind, rows, bodyLength }
    throw new RangeError(`a body of ${bodyLength} bytes`)
  } catch (cause) {
    throw new DataError(`${source}: the metadata of the message at byte ${offset} are damaged`, { cause })
  }
}

async function takeAll(content: Content, count: number, what: string): Promise<Uint8Array> {
  const bytes = await content.take(count)
  checkLength(content, count, bytes.length, what)
  return bytes
}

function checkLength({ source, position }: Content, count: number, found: number, what: string): void {
  if (found === count) return
  throw new DataError(
    `${source}: ${what} has ${count} bytes, but the content ends at byte ${position} after ${found} of them`,
  )
}

async function checkEnd(content: Content): Promise<void> {
  const { position, source } = content
  if ((await content.take(1)).length > 0)
    throw new DataError(`${source} goes on after byte ${position}, where its Arrow IPC stream ends`)
}

async function checkFooter(content: Content): Promise<void> {
  const { position, source } = content
  const footer = await content.take(maxMetadataBytes)
  if (hasFooter(footer) && footerSize(footer) === footer.length - 10) return
  throw new DataError(
    `${source} has no footer of an Arrow file from byte ${position} to its end at byte ${content.position}: it is cut off or damaged`,
  )
}

/**
 * Returns whether the bytes end with a footer. A footer is followed by its length in four bytes and by the magic bytes.
 */
function hasFooter(end: Uint8Array): boolean {
  return (
    end.length > 10 && text(end.subarray(-6)) === fileMagic && footerSize(end) > 0 && footerSize(end) <= end.length - 10
  )
}

const footerSize = (end: Uint8Array) => new DataView(end.buffer, end.byteOffset).getInt32(end.length - 10, true)

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const text = (bytes: Uint8Array) => String.fromCharCode(...bytes)

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
