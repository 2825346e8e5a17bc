import { expect, test } from 'vitest'
import { sineAndCosine } from '#src/base/exact-math'
import { createRandom } from '#src/base/random'
import { type Affine, createAffine, drawAffine, setAffine } from '#src/data/augment/affine'
import type { ElasticField } from '#src/data/augment/elastic'
import { createWarp } from '#src/data/augment/warp'

const width = 9
const height = 6
const random = createRandom(11, 'pictures')
/** Ink everywhere, up to the edges. */
const picture = Uint8Array.from({ length: width * height }, () => 1 + random.integer(255))

function warp(affine: Affine, field?: ElasticField): Uint8Array {
  const result = new Uint8Array(width * height)
  createWarp(width, height)(picture, affine, field, result)
  return result
}

/** The gray value at a pixel; 0 outside of the picture. */
function gray(x: number, y: number): number {
  return x < 0 || x >= width || y < 0 || y >= height ? 0 : picture[y * width + x]
}

/** The bilinear interpolation between the four pixels around a point. */
function between(x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [right, down] = [x - left, y - top]
  return (
    (1 - right) * (1 - down) * gray(left, top) +
    right * (1 - down) * gray(left + 1, top) +
    (1 - right) * down * gray(left, top + 1) +
    right * down * gray(left + 1, top + 1)
  )
}

/** The picture with each pixel taken from the point that `find` returns. */
function plain(find: (x: number, y: number) => [number, number]): number[] {
  return Array.from({ length: width * height }, (_, pixel) =>
    between(...find(pixel % width, Math.floor(pixel / width))),
  )
}

function expectWithinRounding(actual: Uint8Array, expected: readonly number[]): void {
  for (const [pixel, value] of actual.entries()) expect(Math.abs(value - expected[pixel])).toBeLessThan(0.5 + 1e-9)
}

test('a shift by whole pixels moves pixels unchanged and fills with paper', () => {
  for (const [shiftX, shiftY] of [
    [0, 0],
    [2, 0],
    [0, -1],
    [-3, 4],
    [8, 5],
    [9, 0],
    [1e9, -1e300],
  ]) {
    const expected = Array.from({ length: width * height }, (_, pixel) =>
      gray((pixel % width) - shiftX, Math.floor(pixel / width) - shiftY),
    )
    expect([...warp({ ...createAffine(), shiftX, shiftY })]).toEqual(expected)
  }
})

test('a shift by fractions of a pixel is bilinear', () => {
  const [shiftX, shiftY] = [0.3, -1.6]
  expectWithinRounding(
    warp({ ...createAffine(), shiftX, shiftY }),
    plain((x, y) => [x - shiftX, y - shiftY]),
  )
})

test('scaling, rotation and shift agree with plain trigonometry', () => {
  for (const [scaleX, scaleY, degrees, shiftX, shiftY] of [
    [1, 1, 90, 0, 0],
    [1.3, 0.8, 0, 0, 0],
    [1, 1, 12, 0, 0],
    [0.9, 1.15, -33, 1.25, -0.5],
    [2.5, 2.5, 180, 0, 1],
  ]) {
    const affine = { ...createAffine(), shiftX, shiftY }
    setAffine(affine, scaleX, scaleY, degrees)
    // Clockwise on a screen, where y points down.
    const angle = (degrees * Math.PI) / 180
    const [centerX, centerY] = [(width - 1) / 2, (height - 1) / 2]
    expectWithinRounding(
      warp(affine),
      plain((x, y) => {
        const [right, down] = [x - shiftX - centerX, y - shiftY - centerY]
        const unturnedX = right * Math.cos(-angle) - down * Math.sin(-angle)
        const unturnedY = right * Math.sin(-angle) + down * Math.cos(-angle)
        return [centerX + unturnedX / scaleX, centerY + unturnedY / scaleY]
      }),
    )
  }
})

test('a quarter turn clockwise brings the left column to the top', () => {
  const corner = Uint8Array.of(1, 2, 3, 4)
  const result = new Uint8Array(4)
  const affine = createAffine()
  setAffine(affine, 1, 1, 90)
  createWarp(2, 2)(corner, affine, undefined, result)
  expect([...result]).toEqual([3, 1, 4, 2])
})

test('elastic displacements are added to the affine source of each pixel', () => {
  const field: ElasticField = {
    x: new Float64Array(width),
    y: new Float64Array(width),
    draw() {},
    bend(row) {
      this.x.forEach((_, column) => {
        this.x[column] = 0.25 * row - 1
        this.y[column] = 0.5 * column - 2
      })
    },
  }
  expectWithinRounding(
    warp({ ...createAffine(), shiftX: 1 }, field),
    plain((x, y) => [x - 1 + 0.25 * y - 1, y + 0.5 * x - 2]),
  )
})

test('no ink of a picture remains in the next picture', () => {
  const again = createWarp(width, height)
  const result = new Uint8Array(width * height)
  again(picture, createAffine(), undefined, result)
  again(new Uint8Array(width * height), createAffine(), undefined, result)
  expect(Math.max(...result)).toBe(0)
  const dot = new Uint8Array(width * height)
  dot[13] = 200
  again(dot, createAffine(), undefined, result)
  expect(result).toEqual(dot)
})

test('affine distortions are uniform up to the limits of the options', () => {
  const affine = createAffine()
  const stream = createRandom(2)
  const settings = { seed: 0, width, height, shift: 2, rotation: 30, scale: 0.2, elastic: undefined }
  const seen: Record<string, number[]> = { shiftX: [], shiftY: [], degrees: [], scaleX: [], scaleY: [] }
  for (let i = 0; i < 4000; i++) {
    drawAffine(affine, settings, stream)
    seen.shiftX.push(affine.shiftX / 2)
    seen.shiftY.push(affine.shiftY / 2)
    seen.degrees.push((Math.atan2(affine.xy, affine.xx) * 180) / Math.PI / 30)
    seen.scaleX.push((1 / Math.hypot(affine.xx, affine.xy) - 1) / 0.2)
    seen.scaleY.push((1 / Math.hypot(affine.yx, affine.yy) - 1) / 0.2)
  }
  const correlation = (a: number[], b: number[]): number =>
    a.reduce((sum, value, i) => sum + value * b[i], 0) / a.length
  for (const [name, numbers] of Object.entries(seen)) {
    expect(Math.max(...numbers)).toBeLessThan(1 + 1e-9)
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(-1 - 1e-9)
    // Uniform numbers from -1 to 1 have the variance 1/3; the five must be independent.
    for (const [other, others] of Object.entries(seen)) {
      expect(correlation(numbers, others)).toBeCloseTo(other === name ? 1 / 3 : 0, 1)
    }
  }
})

test('sines and cosines are accurate from -180 to 180 degrees', () => {
  for (let degrees = -180; degrees <= 180; degrees += 7.5) {
    const angle = (degrees / 180) * Math.PI
    const { sin, cos } = sineAndCosine(angle)
    expect(Math.abs(sin - Math.sin(angle))).toBeLessThan(2e-14)
    expect(Math.abs(cos - Math.cos(angle))).toBeLessThan(2e-14)
  }
  expect(sineAndCosine(0)).toEqual({ sin: 0, cos: 1 })
})
