import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { findDigits, segment } from '#src/pictures/find'
import type { Box } from '#src/pictures/raster'
import { isExact, takePhoto } from '../../bench/photos/photo.js'
import { mnistFolder, noMnist, readMnist } from '../support/mnist.js'
import { five, some } from './five.js'

const boxesOf = async (picture: Uint8Array | string): Promise<Box[]> =>
  (await findDigits(picture)).digits.map(({ box }) => box)

/** The sum of the differences between two pictures of 28 x 28, divided by the ink of the second. */
function difference(a: Uint8Array, b: Uint8Array): number {
  let [apart, ink] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    apart += Math.abs(a[i] - b[i])
    ink += b[i]
  }
  return apart / ink
}

/** A PNG picture of gray levels. */
const png = (values: Uint8Array, width: number) =>
  sharp(values, { raw: { width, height: values.length / width, channels: 1 } })
    .png()
    .toBuffer()

describe('findDigits, in pictures no larger than those of MNIST', () => {
  const digits = some(0, 20)
  const inverted = (picture: Uint8Array) => picture.map((value) => 255 - value)

  it.each([
    ['light on dark', (digit: Uint8Array) => digit],
    ['dark on light', inverted],
  ])('takes a picture of MNIST as it is, %s', async (_name, change) => {
    for (const [i, digit] of digits.entries()) {
      const found = (await findDigits(await png(change(digit), 28))).digits
      expect(found, `digit ${i}`).toHaveLength(1)
      expect(difference(found[0].pixels, digit), `digit ${i}`).toBeLessThan(0.01)
    }
  })

  it('takes a crop around the digit as one digit, and puts its center of mass into pixel 14 of row 14', async () => {
    for (const [i, drawn] of digits.entries()) {
      const inked = [...drawn.entries()].filter(([, value]) => value > 20).map(([at]) => [at % 28, Math.floor(at / 28)])
      const [xs, ys] = [inked.map(([x]) => x), inked.map(([, y]) => y)]
      const [left, top, right, bottom] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
      const isCropped = (at: number) =>
        at % 28 >= left && at % 28 <= right && Math.floor(at / 28) >= top && Math.floor(at / 28) <= bottom
      const width = right - left + 1
      const crop = drawn.filter((_, at) => isCropped(at))
      const digit = centeredAsInMnist(drawn.map((ink, at) => (isCropped(at) ? ink : 0)))
      for (const picture of [crop, inverted(crop)]) {
        const found = (await findDigits(await png(picture, width))).digits
        expect(found, `digit ${i}`).toHaveLength(1)
        expect(difference(found[0].pixels, digit), `digit ${i}`).toBeLessThan(0.2)
      }
    }
  })
})

/** Moves a picture by whole pixels, so that its center of mass is in pixel 14 of row 14, counted from 0. */
function centeredAsInMnist(picture: Uint8Array): Uint8Array {
  const mass = picture.reduce((sum, ink) => sum + ink, 0)
  const right = Math.ceil(14 - picture.reduce((sum, ink, at) => sum + ink * ((at % 28) + 0.5), 0) / mass)
  const down = Math.ceil(14 - picture.reduce((sum, ink, at) => sum + ink * (Math.floor(at / 28) + 0.5), 0) / mass)
  return Uint8Array.from(picture, (_, at) => picture[at - right - 28 * down] ?? 0)
}

describe.skipIf(!mnistFolder)(`a digit of MNIST that is cropped to its ink${noMnist}`, () => {
  it('is the same picture again, in either polarity', async () => {
    const { test } = await readMnist()
    let same = 0
    const count = 1000
    for (let i = 0; i < count; i++) {
      const picture = test.inputs.subarray(784 * i, 784 * (i + 1))
      const inked = [...picture.keys()].filter((at) => picture[at] > 0)
      const [xs, ys] = [inked.map((at) => at % 28), inked.map((at) => Math.floor(at / 28))]
      const [left, top] = [Math.min(...xs), Math.min(...ys)]
      const [width, height] = [Math.max(...xs) - left + 1, Math.max(...ys) - top + 1]
      const crop = Float32Array.from({ length: width * height }, (_, at) => {
        return picture[(top + Math.floor(at / width)) * 28 + left + (at % width)]
      })
      for (const values of [crop, crop.map((value) => 255 - value)]) {
        const steps = segment('the crop', { width, height, values })
        let step = steps.next()
        while (!step.done) step = steps.next()
        const [only, ...others] = step.value
        // A digit whose largest ink is a little below 255 is scaled to it.
        if (others.length === 0 && only?.pixels.every((ink, at) => Math.abs(ink - picture[at]) <= 3)) same++
      }
    }
    // The others have ink in a corner, too few pixels of full ink, or lost a faint edge to the limit of noise.
    expect(same).toBeGreaterThan(0.9 * 2 * count)
  })
})

describe('findDigits', () => {
  it('finds every digit in photographs with uneven light, noise, blur and JPEG, of both polarities', async () => {
    const wrong: number[] = []
    for (let seed = 0; seed < 8; seed++) {
      const { bytes, boxes } = await takePhoto({ seed, size: 2.5, digits: some(seed * 8, 8) })
      if (!isExact(await boxesOf(bytes), boxes)) wrong.push(seed)
    }
    expect(wrong).toEqual([])
  })

  it.skipIf(!mnistFolder)(`finds all eight digits of MNIST in at least 7 of 8 photographs${noMnist}`, async () => {
    const { test } = await readMnist()
    let exact = 0
    for (let seed = 0; seed < 8; seed++) {
      const { bytes, boxes } = await takePhoto({
        seed,
        size: 2.5,
        digits: some(seed * 8, 8, test.inputs as Uint8Array),
      })
      if (isExact(await boxesOf(bytes), boxes)) exact++
    }
    expect(exact).toBeGreaterThanOrEqual(7)
  })

  it('gives boxes that fit the ink to two pixels', async () => {
    const { bytes, boxes } = await five()
    const found = await boxesOf(bytes)
    expect(found).toHaveLength(5)
    boxes.forEach((box, i) => {
      for (const side of ['left', 'top', 'width', 'height'] as const) {
        expect(Math.abs(found[i][side] - box[side])).toBeLessThanOrEqual(2)
      }
    })
  })

  it('restores the pictures of 28 x 28 that were photographed', async () => {
    const { bytes } = await five()
    const found = await findDigits(bytes)
    // Another digit, or the same digit shifted by a pixel, has a difference of at least 0.4.
    some(40, 5).forEach((digit, i) => {
      expect(difference(found.digits[i].pixels, digit)).toBeLessThan(0.3)
    })
  })

  it('gives pictures whose longer side is 20 pixels and whose center of mass is in the middle', async () => {
    const { bytes } = await five()
    for (const { pixels } of (await findDigits(bytes)).digits) {
      const ink = Array.from(pixels.keys()).filter((i) => pixels[i] > 0)
      const columns = ink.map((i) => i % 28)
      const rows = ink.map((i) => Math.floor(i / 28))
      const [across, down] = [columns, rows].map((values) => Math.max(...values) - Math.min(...values) + 1)
      expect(Math.max(across, down)).toBe(20)
      const mass = ink.reduce((sum, i) => sum + pixels[i], 0)
      for (const places of [columns, rows]) {
        const center = places.reduce((sum, place, i) => sum + (place + 0.5) * pixels[ink[i]], 0) / mass
        expect(Math.abs(center - 14)).toBeLessThan(0.6)
      }
    }
  })

  it('reads light ink on dark paper like dark ink on light paper', async () => {
    const [dark, light] = [await five(), await five({ polarity: 'light-on-dark' })]
    const [a, b] = [await findDigits(dark.bytes), await findDigits(light.bytes)]
    expect(b.digits.map(({ box }) => box)).toEqual(a.digits.map(({ box }) => box))
    a.digits.forEach(({ pixels }, i) => {
      expect(difference(b.digits[i].pixels, pixels)).toBeLessThan(0.02)
    })
  })

  it('uses the polarity that is given', async () => {
    const { bytes, boxes } = await five()
    const { digits } = await findDigits(bytes, { polarity: 'dark-on-light' })
    expect(
      isExact(
        digits.map(({ box }) => box),
        boxes,
      ),
    ).toBe(true)
    const wrong = await findDigits(bytes, { polarity: 'light-on-dark' })
    expect(
      isExact(
        wrong.digits.map(({ box }) => box),
        boxes,
      ),
    ).toBe(false)
  })

  it.each([2, 3, 4, 5, 6, 7, 8])('rotates a photograph as its EXIF orientation %i says', async (orientation) => {
    const { bytes, boxes, width, height } = await five()
    // A camera that is not held upright stores a rotated or mirrored picture: undo its orientation.
    const undo = {
      2: [0, true],
      3: [180, false],
      4: [180, true],
      5: [270, true],
      6: [270, false],
      7: [90, true],
      8: [90, false],
    }
    const [angle, mirrored] = undo[orientation as keyof typeof undo] as [number, boolean]
    const upright = mirrored ? await sharp(bytes).flop().png().toBuffer() : bytes
    const stored = await sharp(upright).rotate(angle).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer()
    const found = await findDigits(stored)
    expect({ width: found.width, height: found.height }).toEqual({ width, height })
    expect(
      isExact(
        found.digits.map(({ box }) => box),
        boxes,
      ),
    ).toBe(true)
  })

  it('finds dark and light ink on a transparent background', async () => {
    const { bytes, boxes } = await five()
    const { data, info } = await sharp(bytes).grayscale().raw().toBuffer({ resolveWithObject: true })
    for (const ink of [0, 255]) {
      const rgba = Uint8Array.from({ length: 4 * info.width * info.height }, (_, i) =>
        i % 4 < 3 ? ink : data[Math.floor(i / 4) * info.channels] < 150 ? 255 : 0,
      )
      const picture = await sharp(rgba, { raw: { width: info.width, height: info.height, channels: 4 } })
        .png()
        .toBuffer()
      expect(isExact(await boxesOf(picture), boxes)).toBe(true)
    }
  })

  it('gives the boxes of a huge picture in pixels of the original', async () => {
    const { bytes, boxes, width, height } = await five()
    const huge = await sharp(bytes)
      .resize({ width: 10 * width, height: 10 * height, fit: 'fill' })
      .png()
      .toBuffer()
    expect(10 * width).toBeGreaterThan(3 * 1024)
    const found = await boxesOf(huge)
    expect(
      isExact(
        found.map((box) => ({
          left: box.left / 10,
          top: box.top / 10,
          width: box.width / 10,
          height: box.height / 10,
        })),
        boxes,
      ),
    ).toBe(true)
  })

  it('finds the only digit in a picture of MNIST size', async () => {
    const [digit] = some(17, 1)
    const picture = await sharp(digit, { raw: { width: 28, height: 28, channels: 1 } })
      .png()
      .toBuffer()
    const { digits } = await findDigits(picture)
    expect(digits).toHaveLength(1)
    expect(difference(digits[0].pixels, digit)).toBeLessThan(0.35)
  })
})
