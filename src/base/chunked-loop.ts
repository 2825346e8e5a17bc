import { yieldToEventLoop } from './event-loop.js'

/** The number of numbers in a chunk of a long array. The work on a chunk takes about a tenth of a millisecond. */
const chunkLength = 2 ** 16
/** The maximum time in milliseconds for which a chunked loop may block the event loop. */
const maxMilliseconds = 2

/**
 * Divides `length` elements into chunks and calls `work` for each chunk. Pauses between chunks, so that the event loop
 * is not blocked. `width` is how many numbers an element has, if it is a row of numbers. Default 1.
 */
export type ChunkedLoop = (length: number, work: (from: number, to: number) => void, width?: number) => Promise<void>

/**
 * Creates a chunked loop. It pauses when `maxMilliseconds` have passed since its last pause, even if that pause was in
 * an earlier call. Otherwise many calls for short arrays could block the event loop.
 */
export function createChunkedLoop(signal?: AbortSignal): ChunkedLoop {
  let end = performance.now() + maxMilliseconds
  return async (length, work, width = 1) => {
    const step = Math.max(1, Math.floor(chunkLength / width))
    for (let from = 0; from < length; from += step) {
      if (performance.now() >= end) {
        await yieldToEventLoop()
        signal?.throwIfAborted()
        end = performance.now() + maxMilliseconds
      }
      work(from, Math.min(from + step, length))
    }
  }
}
