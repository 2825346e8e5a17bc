import { yieldToEventLoop } from '../base/event-loop.js'
import type { FloatArray } from '../base/memory.js'

/** Elements that are worked through at once: a tenth of a millisecond. */
const pieceLength = 2 ** 16
/** How long work may hold the event loop. */
const milliseconds = 2

/** Does work on vectors of `length` elements piece by piece, in order, with pauses for the event loop. */
export type ChunkedLoop = (length: number, work: (from: number, to: number) => void) => Promise<void>

/** The clock runs on from one vector to the next: many short ones hold the event loop no longer than a long one. */
export function createChunkedLoop(signal?: AbortSignal): ChunkedLoop {
  let end = performance.now() + milliseconds
  return async (length, work) => {
    for (let from = 0; from < length; from += pieceLength) {
      if (performance.now() >= end) {
        await yieldToEventLoop()
        signal?.throwIfAborted()
        end = performance.now() + milliseconds
      }
      work(from, Math.min(from + pieceLength, length))
    }
  }
}

export function copy(pieces: ChunkedLoop, source: FloatArray, target: FloatArray): Promise<void> {
  return pieces(source.length, (from, to) => target.set(source.subarray(from, to), from))
}

/** Whether no element is NaN or infinite. */
export async function areFinite(pieces: ChunkedLoop, values: FloatArray): Promise<boolean> {
  let finite = true
  await pieces(values.length, (from, to) => {
    for (let i = from; finite && i < to; i++) finite = Number.isFinite(values[i])
  })
  return finite
}

/** The sum of a[i] b[i] from the first element to the last, whatever the pieces. */
export async function dot(pieces: ChunkedLoop, a: FloatArray, b: FloatArray): Promise<number> {
  let total = 0
  await pieces(a.length, (from, to) => {
    let sum = total
    for (let i = from; i < to; i++) sum += a[i] * b[i]
    total = sum
  })
  return total
}

/** out += factor x */
export function addScaled(pieces: ChunkedLoop, factor: number, x: FloatArray, out: FloatArray): Promise<void> {
  return pieces(x.length, (from, to) => {
    for (let i = from; i < to; i++) out[i] += factor * x[i]
  })
}
