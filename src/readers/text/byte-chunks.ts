import { openBytes } from '../../base/byte-source.js'
import { DataError, inspectValue, optionError } from '../../base/errors.js'

/** Text in UTF-8, piece by piece: standard input, the body of a request or a response, an unzipped object of a store. */
export type ByteStream = AsyncIterable<Uint8Array | string>

/** Where text comes from. */
export interface Pieces {
  /** How it is called in messages: the path of the file, 'standard input' or 'the stream'. */
  readonly name: string
  /** Bytes of the whole, where that is known before it is read. */
  readonly size: number | undefined
  /** Reads what there is into the target: at least one byte unless that was all. The event loop goes on meanwhile. */
  read(target: Uint8Array): Promise<number>
  close(): Promise<void>
}

/** Bytes handed on before the event loop has a turn, where the source gives none. */
const breathEvery = 2 ** 18

/** @throws OptionError unless it is the path of a file or gives pieces one after the other */
export function checkSource(source: string | ByteStream): void {
  const given: unknown = source
  if (typeof given === 'string') return
  if (typeof given === 'object' && given !== null && (Symbol.asyncIterator in given || Symbol.iterator in given)) {
    if (!ArrayBuffer.isView(given)) return
  }
  throw optionError({ source }, 'the path of a file or an async iterable of bytes or texts')
}

/** Opens a file, plain or gzip, or a stream. Reading fails with the signal's reason once it is aborted. */
export async function openPieces(source: string | ByteStream, signal: AbortSignal | undefined): Promise<Pieces> {
  signal?.throwIfAborted()
  if (typeof source !== 'string') return piecesOfStream(source, signal)
  const bytes = await openBytes(source)
  return {
    name: source,
    size: bytes.compressed ? undefined : bytes.stored,
    async read(target) {
      signal?.throwIfAborted()
      return bytes.read(target)
    },
    close: () => bytes.close(),
  }
}

function piecesOfStream(source: ByteStream, signal: AbortSignal | undefined): Pieces {
  const name = nameOf(source)
  const iterator = iterate(source)
  let rest: Uint8Array = new Uint8Array()
  // Half of a character beyond U+FFFF, when a text ends between its halves.
  let half = ''
  let ended = false
  let sinceBreath = 0

  async function next(): Promise<void> {
    const { done, value } = await beforeAbort(iterator.next(), signal)
    if (done) {
      ended = true
      rest = Buffer.from(half)
    } else if (typeof value === 'string') {
      const text = half + value
      half = /[\ud800-\udbff]$/.exec(text)?.[0] ?? ''
      rest = Buffer.from(half ? text.slice(0, -1) : text)
    } else if (value instanceof Uint8Array) rest = value
    else throw new DataError(`${name} gave ${inspectValue(value)}: it must give Uint8Arrays or texts`)
  }

  return {
    name,
    size: undefined,
    async read(target) {
      signal?.throwIfAborted()
      if (sinceBreath >= breathEvery) {
        await new Promise((resolve) => setImmediate(resolve))
        sinceBreath = 0
      }
      while (rest.length === 0 && !ended) await next()
      const part = rest.subarray(0, target.length)
      target.set(part)
      rest = rest.subarray(part.length)
      sinceBreath += part.length
      return part.length
    },
    async close() {
      if (ended) return
      ended = true
      // A stream that still waits for its next piece would never come back from return().
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
  // A list of pieces has no async iterator of its own.
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : each()
}

async function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  // Where the signal comes first, nobody waits for it any more.
  promise.catch(() => undefined)
  // Asking for the piece may have been what aborted it.
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
  // Asking whether it is process.stdin would open it.
  return 'fd' in source && source.fd === 0 ? 'standard input' : 'the stream'
}
