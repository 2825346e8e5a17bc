import type { ChunkedLoop } from '../base/chunked-loop.js'
import { allocate } from '../base/memory.js'
import { type Random, shuffleSteps } from '../base/random.js'

/**
 * Returns the numbers from 0 to `size` - 1 in a random order. It is the same order that `shuffle` in base/random.ts
 * gives, but this function pauses so that the event loop is not blocked.
 */
export async function drawOrder(loop: ChunkedLoop, size: number, random: Random): Promise<Uint32Array> {
  const order = allocate(Uint32Array, size)
  await loop(size, (from, to) => {
    for (let i = from; i < to; i++) order[i] = i
  })
  await loop(size - 1, (from, to) => shuffleSteps(order, random, from, to))
  return order
}
