import { createHash } from 'node:crypto'
import { totalmem } from 'node:os'
import { describe, expect, test } from 'vitest'
import { OptionError } from '#src/base/errors'
import { allocateDigits, type DigitsOptions, digits } from '#src/data/digits/digits'
import { pictureSize } from '#src/data/digits/picture'

const side = 28

function sha256({ inputs, labels }: Awaited<ReturnType<typeof digits>>): string {
  return createHash('sha256')
    .update(inputs)
    .update(labels ?? '')
    .digest('hex')
}

/** The box around the ink, and its center of mass, in pixels from the top left corner. */
function measure(picture: ArrayLike<number>) {
  let [left, right, top, bottom, mass, massX, massY] = [side, -1, side, -1, 0, 0, 0]
  for (let pixel = 0; pixel < pictureSize; pixel++) {
    const ink = picture[pixel]
    if (ink === 0) continue
    const column = pixel % side
    const row = (pixel - column) / side
    left = Math.min(left, column)
    right = Math.max(right, column)
    top = Math.min(top, row)
    bottom = Math.max(bottom, row)
    mass += ink
    massX += ink * (column + 0.5)
    massY += ink * (row + 0.5)
  }
  return { width: right - left + 1, height: bottom - top + 1, x: massX / mass, y: massY / mass }
}

/** The number of holes in the ink: one in a 0, two in an 8. */
function countHoles(picture: ArrayLike<number>): number {
  const seen = Array.from({ length: pictureSize }, (_, pixel) => picture[pixel] > 100)
  let patches = 0
  for (let start = 0; start < pictureSize; start++) {
    if (seen[start]) continue
    patches++
    const waiting = [start]
    while (waiting.length > 0) {
      const pixel = waiting.pop() ?? 0
      if (seen[pixel]) continue
      seen[pixel] = true
      const column = pixel % side
      if (column > 0) waiting.push(pixel - 1)
      if (column < side - 1) waiting.push(pixel + 1)
      if (pixel >= side) waiting.push(pixel - side)
      if (pixel < pictureSize - side) waiting.push(pixel + side)
    }
  }
  // The paper around the digit is not a hole.
  return patches - 1
}

describe('the digits', async () => {
  const { inputs, labels, rows, width, scale } = await digits({ count: 2000, seed: 1 })
  const pictures = Array.from({ length: rows }, (_, i) => inputs.subarray(i * pictureSize, (i + 1) * pictureSize))
  const boxes = pictures.map(measure)

  test('are rows of 784 bytes with labels', () => {
    expect(inputs).toBeInstanceOf(Uint8Array)
    expect({ rows, width, scale, labels: labels?.length }).toEqual({
      rows: 2000,
      width: 784,
      scale: 1 / 255,
      labels: 2000,
    })
  })

  test('have ink up to 20 pixels wide and high, most of them exactly 20', () => {
    const longest = boxes.map(({ width, height }) => Math.max(width, height))
    expect(Math.max(...longest)).toBe(20)
    expect(longest.filter((side) => side === 20).length).toBeGreaterThan(0.9 * rows)
  })

  test('have their centers of mass within a pixel of the middle', () => {
    const away = boxes.map(({ x, y }) => Math.max(Math.abs(x - side / 2), Math.abs(y - side / 2)))
    expect(Math.max(...away)).toBeLessThan(1)
  })

  test('are dark in the ink, white outside, and gray at the edges', () => {
    for (const picture of pictures) {
      const gray = picture.filter((ink) => ink > 0 && ink < 255).length
      expect(Math.max(...picture)).toBeGreaterThan(200)
      expect(gray).toBeGreaterThan(10)
      expect(gray).toBeLessThan(pictureSize / 3)
    }
  })

  test('have each label once in every ten digits, in varying order', () => {
    const blocks = Array.from({ length: rows / 10 }, (_, block) => [
      ...(labels ?? []).slice(block * 10, block * 10 + 10),
    ])
    for (const block of blocks) expect(block.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(new Set(blocks.map((block) => block.join())).size).toBeGreaterThan(blocks.length - 5)
  })

  test('are all different, even with the same label', () => {
    expect(new Set(pictures.map((picture) => picture.join())).size).toBe(rows)
  })

  test('look like their labels', () => {
    const holes = pictures.map(countHoles)
    const share = (digit: number, count: number): number =>
      holes.filter((found, i) => labels?.[i] === digit && found === count).length / (rows / 10)
    for (const digit of [1, 3, 5, 7]) expect(share(digit, 0)).toBeGreaterThan(0.75)
    for (const digit of [0, 6, 9]) expect(share(digit, 1)).toBeGreaterThan(0.5)
    expect(share(8, 2)).toBeGreaterThan(0.4)
    const halves = pictures.map((picture) => picture.subarray(pictureSize / 2).filter((ink) => ink > 100).length)
    const below = (digit: number): number =>
      halves.reduce((sum, ink, i) => sum + (labels?.[i] === digit ? ink : 0), 0) / (rows / 10)
    expect(below(6)).toBeGreaterThan(below(9))
    const widths = Array.from({ length: 10 }, (_, digit) =>
      boxes.reduce((sum, { width }, i) => sum + (labels?.[i] === digit ? width : 0), 0),
    )
    expect(widths.indexOf(Math.min(...widths))).toBe(1)
  })

  test('with one label are more similar than digits with two labels', () => {
    const means = Array.from({ length: 10 }, (_, digit) => {
      const own = pictures.filter((_, i) => labels?.[i] === digit)
      return Float64Array.from(
        { length: pictureSize },
        (_, pixel) => own.reduce((sum, p) => sum + p[pixel], 0) / own.length,
      )
    })
    const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
      means[0].reduce((sum, _, pixel) => sum + (a[pixel] - b[pixel]) ** 2, 0)
    const right = pictures.filter((picture, i) => {
      const distances = means.map((mean) => distance(picture, mean))
      return distances.indexOf(Math.min(...distances)) === labels?.[i]
    })
    // This simple classifier recognizes most digits, but not all.
    expect(right.length / rows).toBeGreaterThan(0.65)
    expect(right.length / rows).toBeLessThan(0.9)
  })
})

describe('the same seed', () => {
  test('gives the same digits for every number of threads', async () => {
    const one = sha256(await digits({ count: 1234, seed: 5, threads: 1 }))
    expect(sha256(await digits({ count: 1234, seed: 5, threads: 2 }))).toBe(one)
    expect(sha256(await digits({ count: 1234, seed: 5, threads: 3 }))).toBe(one)
    expect(sha256(await digits({ count: 1234, seed: 5 }))).toBe(one)
  })

  test('gives the same digits in every release', async () => {
    expect(sha256(await digits({ count: 1000, seed: 1 }))).toBe(
      '1f67a55d382e8f0991e45a33456595621957a38a1f733fa2e31e99aedd12a800',
    )
  })

  test('gives the first digits of a larger dataset', async () => {
    const few = await digits({ count: 13, seed: 2 })
    const many = await digits({ count: 350, seed: 2 })
    expect(sha256(many.slice(0, 13))).toBe(sha256(few))
  })

  test('is 1 by default', async () => {
    expect(sha256(await digits({ count: 10 }))).toBe(sha256(await digits({ count: 10, seed: 1 })))
  })

  test('matters: another seed gives other digits in another order', async () => {
    const one = await digits({ count: 100, seed: 1 })
    const two = await digits({ count: 100, seed: 2 })
    expect(two.labels).not.toEqual(one.labels)
    const shared = Array.from({ length: 100 }, (_, i) => i).filter(
      (i) => sha256(one.slice(i, i + 1)) === sha256(two.slice(i, i + 1)),
    )
    expect(shared).toEqual([])
  })
})

describe('wrong options', () => {
  const refused: [unknown, string][] = [
    [undefined, 'options must be an object with a count, not undefined'],
    [{}, 'count must be a whole number of at least 1, not undefined'],
    [{ count: 0 }, 'count must be a whole number of at least 1, not 0'],
    [{ count: 1.5 }, 'count must be a whole number of at least 1, not 1.5'],
    [{ count: '10' }, 'count must be a whole number of at least 1, not "10"'],
    [{ count: 1, seed: -1 }, 'seed must be a whole number of at least 0, not -1'],
    [{ count: 1, seed: null }, 'seed must be a whole number of at least 0, not null'],
    [{ count: 1, threads: 0 }, 'threads must be a whole number from 1 to 256, not 0'],
    [{ count: 1, threads: 257 }, 'threads must be a whole number from 1 to 256, not 257'],
    [{ count: 1, signal: {} }, 'signal must be an AbortSignal, not an object (Object)'],
    [{ count: 1, sed: 1 }, 'unknown digits option "sed"; known: count, seed, threads, signal'],
  ]

  test.each(refused)('%o', async (options, message) => {
    const error = await digits(options as DigitsOptions).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toHaveProperty('message', message)
  })

  test('more digits than the machine has memory for', async () => {
    const available = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
    await expect(digits({ count: 1e12 })).rejects.toThrow(
      new OptionError(
        `count 1000000000000 needs 788000.0 GB of memory, but this machine has ${(available / 1e9).toFixed(1)} GB`,
      ),
    )
  })

  test('more digits than fit into one typed array', () => {
    expect(() => allocateDigits(1, 1e13, Number.POSITIVE_INFINITY)).toThrow(
      new OptionError(
        'count 10000000000000 needs 7880000.0 GB of memory, more than JavaScript can allocate in one block',
      ),
    )
  })
})
