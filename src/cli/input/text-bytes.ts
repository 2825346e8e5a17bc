import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DataError } from '../../index.js'

/**
 * Returns the bytes of a text without its byte order mark. Bytes in gzip format are decompressed. Returns undefined for
 * an IDX file, which begins with a zero byte. @throws DataError if the text is UTF-16
 */
export async function openText(source: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array> | undefined> {
  const iterator = source[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  while (mayTellMore(head)) {
    const { done, value } = await iterator.next()
    if (done) break
    head = Buffer.concat([head, value])
  }
  const [first, second, third] = head
  if (first === 0) {
    await iterator.return?.()
    return undefined
  }
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    await iterator.return?.()
    throw new DataError('line 1: expected UTF-8, found the byte order mark of UTF-16')
  }
  const hasMark = first === 0xef && second === 0xbb && third === 0xbf
  const bytes = withHead(hasMark ? head.subarray(3) : head, iterator)
  return first === 0x1f && second === 0x8b ? openText(gunzip(bytes)) : bytes
}

/**
 * Whether more bytes are needed to detect the format. If not, the program must not wait for more bytes, because a user
 * may type one row and wait for its prediction.
 */
function mayTellMore(head: Uint8Array): boolean {
  return head.length === 0 || (head.length < 3 && [0x1f, 0xef, 0xfe, 0xff].includes(head[0]))
}

async function* withHead(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield head
    yield* { [Symbol.asyncIterator]: () => rest }
  } finally {
    // Closes the source even if the consumer stops before it has read all bytes.
    await rest.return?.()
  }
}

function gunzip(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const content = createGunzip()
  // The callback can be empty, because the consumer of `content` gets the errors.
  pipeline(Readable.from(bytes, { objectMode: true }), content, () => undefined)
  return content
}
