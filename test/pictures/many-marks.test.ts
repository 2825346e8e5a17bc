import { setImmediate } from 'node:timers/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { dense, Network } from '#src/index'
import { findDigits, segment } from '#src/pictures/find'
import type { Raster } from '#src/pictures/raster'
import { readDigits } from '#src/pictures/read'
import { failure } from '../support/files.js'

/** Dark marks on white, in a grid with `pitch` pixels from one mark to the next. `isInk` says which pixels a mark has. */
function marks(side: number, pitch: number, isInk: (x: number, y: number) => boolean): Uint8Array {
  const pixels = new Uint8Array(side * side).fill(255)
  for (let y = 1; y < side; y++) {
    for (let x = 1; x < side; x++) if (isInk((x - 1) % pitch, (y - 1) % pitch)) pixels[y * side + x] = 0
  }
  return pixels
}

const pngOf = (pixels: Uint8Array, side: number) =>
  sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toBuffer()

/** A mark 8 pixels high, and beside it four pieces of 2 x 2 pixels. */
const brokenMark = (x: number, y: number) => (x < 4 && y < 8) || (x >= 6 && x < 8 && y < 11 && y % 3 !== 2)

/** The number of steps that the search for digits takes. */
function stepsOf(side: number): { steps: number; digits: number } {
  const values = Float32Array.from(marks(side, 12, brokenMark))
  const gray: Raster = { width: side, height: side, values }
  const search = segment('dots', gray, 'dark-on-light')
  for (let steps = 0; ; steps++) {
    const step = search.next()
    if (step.done) return { steps, digits: step.value.length }
  }
}

describe('a picture of many marks', () => {
  it('takes a number of steps that grows with the number of marks, and not with its square', () => {
    const [few, many] = [stepsOf(12 * 20 + 1), stepsOf(12 * 80 + 1)]
    expect(few.digits).toBe(400)
    expect(many.digits).toBe(6400)
    expect(many.steps).toBeGreaterThan(few.steps)
    expect(many.steps).toBeLessThan(20 * few.steps)
  })

  it('lets the event loop turn between the steps', async () => {
    const picture = await pngOf(marks(721, 12, brokenMark), 721)
    let done = false
    const run = findDigits(picture, { polarity: 'dark-on-light' }).finally(() => {
      done = true
    })
    let turns = 0
    for (; !done; turns++) await setImmediate()
    expect((await run).digits).toHaveLength(3600)
    expect(turns).toBeGreaterThanOrEqual(stepsOf(721).steps)
  })

  it('ends with the reason of the signal, before the first step and between steps', async () => {
    const picture = await pngOf(marks(721, 12, brokenMark), 721)
    const reason = new Error('enough')
    await expect(findDigits(picture, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const network = new Network({ inputs: 784, layers: [dense(10)] }, { backend: 'typescript' })
    const checks = { count: 0 }
    // A signal that aborts at its fourth check, which is between two steps.
    const signal = Object.assign(new AbortController().signal, {
      throwIfAborted() {
        if (++checks.count === 4) throw reason
      },
    })
    await expect(readDigits(network, picture, { polarity: 'dark-on-light', signal })).rejects.toBe(reason)
    expect(checks.count).toBe(4)
  })

  it('is refused if it has too many to be a picture of digits', async () => {
    const picture = await pngOf(
      marks(2001, 5, (x, y) => x < 2 && y < 2),
      2001,
    )
    expect(await failure(findDigits(picture, { polarity: 'dark-on-light' }))).toBe(
      'DataError: the picture: has 160000 separate marks, but a picture of digits may have at most 100000',
    )
  })
})
