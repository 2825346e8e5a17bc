import type { ChunkedLoop } from '../base/chunked-loop.js'
import type { FloatArray } from '../base/memory.js'

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
