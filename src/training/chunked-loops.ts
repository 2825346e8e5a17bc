import { yieldToEventLoop } from '../base/event-loop.js'
import type { FloatArray } from '../base/memory.js'

/** The number of elements in a chunk of a long array. The work on a chunk takes about a tenth of a millisecond. */
const chunkLength = 2 ** 16
/** The maximum time in milliseconds for which a chunked loop may block the event loop. */
const maxMilliseconds = 2

/**
 * Divides `length` elements into chunks and calls `work` for each chunk. Pauses between chunks, so that the event loop
 * is not blocked.
 */
export type ChunkedLoop = (length: number, work: (from: number, to: number) => void) => Promise<void>

/**
 * Creates a chunked loop. It pauses when `maxMilliseconds` have passed since its last pause, even if that pause was in
 * an earlier call. Otherwise many calls for short arrays could block the event loop.
 */
export function createChunkedLoop(signal?: AbortSignal): ChunkedLoop {
  let end = performance.now() + maxMilliseconds
  return async (length, work) => {
    for (let from = 0; from < length; from += chunkLength) {
      if (performance.now() >= end) {
        await yieldToEventLoop()
        signal?.throwIfAborted()
        end = performance.now() + maxMilliseconds
      }
      work(from, Math.min(from + chunkLength, length))
    }
  }
}

export function copy(loop: ChunkedLoop, source: FloatArray, target: FloatArray): Promise<void> {
  return loop(source.length, (from, to) => target.set(source.subarray(from, to), from))
}

/** Returns whether all elements are finite numbers. */
export async function areFinite(loop: ChunkedLoop, values: FloatArray): Promise<boolean> {
  let finite = true
  await loop(values.length, (from, to) => {
    for (let i = from; finite && i < to; i++) finite = Number.isFinite(values[i])
  })
  return finite
}

/**
 * Returns the sum of `a[i] * b[i]` over all `i`. The products are added from first to last, so the division into chunks
 * does not change the rounding.
 */
export async function dot(loop: ChunkedLoop, a: FloatArray, b: FloatArray): Promise<number> {
  let total = 0
  await loop(a.length, (from, to) => {
    let sum = total
    for (let i = from; i < to; i++) sum += a[i] * b[i]
    total = sum
  })
  return total
}

/** Computes `out += factor * x`, element by element. */
export function addScaled(loop: ChunkedLoop, factor: number, x: FloatArray, out: FloatArray): Promise<void> {
  return loop(x.length, (from, to) => {
    for (let i = from; i < to; i++) out[i] += factor * x[i]
  })
}
