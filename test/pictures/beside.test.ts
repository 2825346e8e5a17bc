import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { findDigits } from '#src/pictures/find'
import type { Box } from '#src/pictures/raster'
import { isExact, overlapOf } from '../../bench/photos/photo.js'
import { five } from './five.js'

const boxesOf = async (picture: Uint8Array | string): Promise<Box[]> =>
  (await findDigits(picture)).digits.map(({ box }) => box)

describe('findDigits tells digits from other marks', () => {
  it('finds no digits in one pixel, plain paper or noise', async () => {
    const empty = async (width: number, height: number, gray: (i: number) => number) =>
      sharp(
        Uint8Array.from({ length: width * height }, (_, i) => gray(i)),
        { raw: { width, height, channels: 1 } },
      )
        .png()
        .toBuffer()
    const noise = randomBytes(300 * 100)
    for (const picture of [
      await empty(1, 1, () => 255),
      await empty(1, 500, () => 7),
      await empty(300, 100, () => 200),
      await empty(300, 100, (i) => 190 + (noise[i] % 20)),
    ]) {
      expect((await findDigits(picture)).digits).toEqual([])
    }
  })

  it('ignores frames, lines below the digits, specks and a dark edge', async () => {
    const { bytes, boxes, width, height } = await five()
    const bottom = Math.max(...boxes.map((box) => box.top + box.height)) + 6
    const drawing = [
      `<rect x="3" y="3" width="${width - 6}" height="${height - 6}" fill="none" stroke="#333" stroke-width="2"/>`,
      `<path d="M12 ${bottom} H${width - 12}" stroke="#333" stroke-width="2"/>`,
      ...boxes.map((box) => `<circle cx="${box.left - 3}" cy="${box.top + 20}" r="1.5" fill="#333"/>`),
      `<rect x="0" y="0" width="2" height="${height}" fill="#111"/>`,
    ].join('')
    const svg = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawing}</svg>`,
    )
    const picture = await sharp(bytes)
      .composite([{ input: svg }])
      .png()
      .toBuffer()
    expect(isExact(await boxesOf(picture), boxes)).toBe(true)
  })

  it('returns rows from top to bottom', async () => {
    const [first, second] = [await five(), await five({ degrees: 2 })]
    const width = Math.max(first.width, second.width)
    const paper = { create: { width, height: first.height + second.height, channels: 3 as const, background: '#fff' } }
    const on = async ({ bytes }: { bytes: Uint8Array }) =>
      sharp(bytes)
        .linear(1, 255 - 205)
        .png()
        .toBuffer()
    const picture = await sharp(paper)
      .composite([
        { input: await on(first), left: 0, top: 0 },
        { input: await on(second), left: 0, top: first.height },
      ])
      .png()
      .toBuffer()
    const { digits } = await findDigits(picture)
    expect(digits.map(({ row }) => row)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    const below = second.boxes.map((box) => ({ ...box, top: box.top + first.height }))
    expect(
      isExact(
        digits.map(({ box }) => box),
        [...first.boxes, ...below],
      ),
    ).toBe(true)
  })

  it('separates two digits that are joined by a thin bridge', async () => {
    const { bytes, boxes, width, height } = await five({ gap: [0.1, 0.1] })
    const [a, b] = [boxes[1], boxes[2]]
    const y = Math.max(a.top, b.top) + 0.5 * Math.min(a.height, b.height)
    const bridge = `<path d="M${a.left + a.width / 2} ${y} H${b.left + b.width / 2}" stroke="#555" stroke-width="2"/>`
    const svg = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${bridge}</svg>`,
    )
    const found = await boxesOf(
      await sharp(bytes)
        .composite([{ input: svg }])
        .png()
        .toBuffer(),
    )
    expect(found).toHaveLength(5)
    found.forEach((box, i) => {
      expect(overlapOf(box, boxes[i])).toBeGreaterThan(0.6)
    })
  })
})
