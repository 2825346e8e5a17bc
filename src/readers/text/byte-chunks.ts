import { openBytes } from '../../base/byte-source.js'
import { DataError, inspectValue, optionError } from '../../base/errors.js'
import { checkAttached, isUint8Array } from '../../base/typed-arrays.js'
import { type Shard, shardOfStream } from '../columns/shard.js'

/**
 * A stream of text, such as standard input or the body of an HTTP response. Each chunk is a string or an array of UTF-8
 * bytes. The bytes must not be compressed.
 */
export type ByteStream = AsyncIterable<Uint8Array | string>

/** An open file or stream, whose text is read chunk by chunk. */
export interface ByteChunks {
  /** The name of the source in error messages: the path of the file, 'standard input' or 'the stream'. */
  readonly name: string
  /** The size of the text in bytes. Undefined for streams and compressed files. */
  readonly size: number | undefined
  /**
   * Reads the next bytes into `target`, without blocking the event loop. Resolves to the number of bytes read, which is
   * 0 only at the end of the source.
   */
  read(target: Uint8Array): Promise<number>
  /** Moves to a byte of the text, where the next `read` begins. Undefined for streams and compressed files. */
  readonly seek: ((position: number) => void) | undefined
  close(): Promise<void>
}

/**
 * After this many bytes of a stream, `read` lets the event loop run other tasks. Otherwise a stream that always has its
 * next chunk ready would block the event loop.
 */
const yieldEvery = 2 ** 18

/**
 * Checks that the source is a path or an iterable.
 * @throws OptionError if it is something else, or an iterable of which only a shard is to be read
 */
export function checkSource(source: string | ByteStream, shard?: Shard): void {
  const given: unknown = source
  if (typeof given === 'string') return
  if (shard !== undefined) throw shardOfStream()
  if (typeof given === 'object' && given !== null && (Symbol.asyncIterator in given || Symbol.iterator in given)) {
    if (!ArrayBuffer.isView(given)) return
  }
  throw optionError({ source }, 'the path of a file or an async iterable of bytes or strings')
}

/**
 * Opens a stream of text, or a file of plain or gzipped text. After the signal is aborted, reading fails with the
 * signal's reason.
 */
export async function openByteChunks(
  source: string | ByteStream,
  signal: AbortSignal | undefined,
): Promise<ByteChunks> {
  signal?.throwIfAborted()
  if (typeof source !== 'string') return chunksOfStream(source, signal)
  const bytes = await openBytes(source)
  return {
    name: source,
    size: bytes.compressed ? undefined : bytes.stored,
    async read(target) {
      signal?.throwIfAborted()
      return bytes.read(target)
    },
    seek: bytes.seek,
    close: () => bytes.close(),
  }
}

function chunksOfStream(source: ByteStream, signal: AbortSignal | undefined): ByteChunks {
  const name = nameOf(source)
  const iterator = iterate(source)
  let rest: Uint8Array = new Uint8Array()
  // The first half of a surrogate pair, if a string chunk ends between the two halves.
  let half = ''
  let ended = false
  let sinceYield = 0

  async function next(): Promise<void> {
    const { done, value } = await beforeAbort(iterator.next(), signal)
    if (done) {
      ended = true
      rest = Buffer.from(half)
    } else if (typeof value === 'string') {
      const text = half + value
      half = /[\ud800-\udbff]$/.exec(text)?.[0] ?? ''
      rest = Buffer.from(half ? text.slice(0, -1) : text)
    } else if (isUint8Array(value)) rest = value
    else throw new DataError(`${name} gave ${inspectValue(value)}: it must give Uint8Arrays or strings`)
  }

  return {
    name,
    size: undefined,
    async read(target) {
      signal?.throwIfAborted()
      if (sinceYield >= yieldEvery) {
        await new Promise((resolve) => setImmediate(resolve))
        sinceYield = 0
      }
      while (rest.length === 0 && !ended) {
        checkAttached(`a chunk of ${name}`, rest)
        await next()
      }
      const part = rest.subarray(0, target.length)
      target.set(part)
      rest = rest.subarray(part.length)
      sinceYield += part.length
      return part.length
    },
    seek: undefined,
    async close() {
      if (ended) return
      ended = true
      // After an abort, the stream may still be waiting for its next chunk. Until the chunk arrives, the promise of
      // `iterator.return()` does not settle. So destroy the stream and do not await this promise.
      if (signal?.aborted && 'destroy' in source && typeof source.destroy === 'function') source.destroy()
      const closed = Promise.resolve(iterator.return?.()).catch(() => undefined)
      if (!signal?.aborted) await closed
    },
  }
}

function iterate(source: ByteStream): AsyncIterator<unknown> {
  async function* each() {
    yield* source
  }
  // A source such as an array of chunks has no async iterator, so wrap it in an async generator.
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : each()
}

async function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  // If `throwIfAborted` throws below, nothing awaits the promise. This handler then prevents an unhandled rejection.
  promise.catch(() => undefined)
  // The signal may have been aborted by the code that created the promise. The listener below would miss this, so check
  // the signal here.
  signal.throwIfAborted()
  let abort = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort)
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function nameOf(source: object): string {
  if ('path' in source && typeof source.path === 'string') return source.path
  // Do not compare the stream with process.stdin, because accessing process.stdin would open standard input.
  return 'fd' in source && source.fd === 0 ? 'standard input' : 'the stream'
}
