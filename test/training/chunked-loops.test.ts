import { describe, expect, it } from 'vitest'
import { createChunkedLoop } from '#src/base/chunked-loop'
import { addScaled, areFinite, copy, dot } from '#src/training/chunked-loops'
import { normals } from '../support/numbers.js'

/** Longer than two chunks, and not a whole number of them. */
const length = 150_001

/** Work that takes longer than the event loop may be blocked. */
function waitThreeMilliseconds(): void {
  const end = performance.now() + 3
  while (performance.now() < end);
}

describe('a chunked loop', () => {
  it('visits every element once, in order', async () => {
    const seen: number[] = []
    await createChunkedLoop()(length, (from, to) => {
      for (let i = from; i < to; i++) seen.push(i)
    })
    expect(seen.length).toBe(length)
    expect(seen.every((element, i) => element === i)).toBe(true)
  })

  it('makes chunks of as many rows as have the numbers of a chunk', async () => {
    const chunks: number[][] = []
    await createChunkedLoop()(7, (from, to) => chunks.push([from, to]), 30_000)
    expect(chunks).toEqual([
      [0, 2],
      [2, 4],
      [4, 6],
      [6, 7],
    ])
    await createChunkedLoop()(2, (from, to) => chunks.push([from, to]), 1e9)
    expect(chunks.slice(4)).toEqual([
      [0, 1],
      [1, 2],
    ])
  })

  it('lets events be handled between two slow chunks, and between two short vectors', async () => {
    const events: string[] = []
    const loop = createChunkedLoop()
    setImmediate(() => events.push('event'))
    await loop(length, (from) => {
      events.push(`chunk at ${from}`)
      waitThreeMilliseconds()
    })
    expect(events.indexOf('event')).toBeLessThan(events.indexOf('chunk at 65536'))
    setImmediate(() => events.push('another event'))
    await loop(1, () => events.push('vector'))
    expect(events.slice(-2)).toEqual(['another event', 'vector'])
  })

  it('ends after a pause when a signal aborts it', async () => {
    const controller = new AbortController()
    const begun: number[] = []
    const work = createChunkedLoop(controller.signal)(length, (from) => {
      begun.push(from)
      controller.abort()
      waitThreeMilliseconds()
    })
    await expect(work).rejects.toThrow('This operation was aborted')
    expect(begun).toEqual([0])
  })

  it('computes like a plain loop over vectors', async () => {
    const [a, b] = [normals(length, 1, 'a'), Float32Array.from(normals(length, 1, 'b'))]
    let sum = 0
    for (let i = 0; i < length; i++) sum += a[i] * b[i]
    expect(await dot(createChunkedLoop(), a, b)).toBe(sum)
    const out = new Float64Array(length)
    await copy(createChunkedLoop(), b, out)
    await addScaled(createChunkedLoop(), -3, a, out)
    expect(out.every((value, i) => value === b[i] - 3 * a[i])).toBe(true)
  })

  it.each([0, 65_535, 65_536, length - 1])('finds a number that is not finite at %d', async (place) => {
    const values = new Float32Array(length)
    expect(await areFinite(createChunkedLoop(), values)).toBe(true)
    for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      values[place] = bad
      expect(await areFinite(createChunkedLoop(), values)).toBe(false)
    }
  })
})
