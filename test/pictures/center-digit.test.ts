import { describe, expect, it } from 'vitest'
import { centerDigit, digits } from '#src/index'

/** A drawing of 100 x 100 pixels with a rectangle of ink. */
function rectangle(left: number, top: number, width: number, height: number): Float32Array {
  const ink = new Float32Array(100 * 100)
  for (let y = top; y < top + height; y++) ink.fill(1, 100 * y + left, 100 * y + left + width)
  return ink
}

/** The smallest and the largest column and row with ink. */
function extent(picture: Uint8Array): number[] {
  const inked = [...picture.keys()].filter((pixel) => picture[pixel] > 0)
  const [columns, rows] = [inked.map((pixel) => pixel % 28), inked.map((pixel) => Math.floor(pixel / 28))]
  return [Math.min(...columns), Math.max(...columns), Math.min(...rows), Math.max(...rows)]
}

describe('centerDigit', () => {
  it('scales the longest side to 20 pixels, and puts the center of mass into pixel 14', () => {
    expect(extent(centerDigit(rectangle(0, 0, 10, 80), 100))).toEqual([13, 15, 4, 23])
    expect(extent(centerDigit(rectangle(60, 60, 30, 6), 100))).toEqual([4, 23, 12, 15])
  })

  it('gives the same picture wherever the drawing is', () => {
    const one = centerDigit(rectangle(5, 7, 20, 40), 100)
    expect(centerDigit(rectangle(70, 55, 20, 40), 100)).toEqual(one)
    expect(centerDigit(rectangle(10, 14, 40, 80), 100)).toEqual(one)
  })

  it.each([
    ['mnist', 14.5],
    ['digits', 14],
  ] as const)('puts the center of mass where %s has it: within half a pixel of %s', async (like, middle) => {
    const { inputs } = await digits({ count: 20, seed: 3 })
    for (let row = 0; row < 20; row++) {
      const ink = Float32Array.from(inputs.subarray(784 * row, 784 * row + 784), (byte) => byte / 255)
      const [x, y] = center(centerDigit(ink, 28, like))
      expect(Math.abs(x - middle)).toBeLessThanOrEqual(0.51)
      expect(Math.abs(y - middle)).toBeLessThanOrEqual(0.51)
    }
  })

  it('gives a blank picture for a blank drawing', () => {
    expect(centerDigit(new Float64Array(50), 5)).toEqual(new Uint8Array(784))
  })

  it('refuses what is no drawing, and says where', () => {
    expect(() => centerDigit(new Float32Array(10), 3)).toThrow(
      'the drawing has 10 numbers, which is not a multiple of its width 3',
    )
    expect(() => centerDigit(Float32Array.of(0, 0, 0, Number.NaN), 2)).toThrow(
      'the drawing has NaN in row 1, column 1, not a number from 0 for paper to 1 for ink',
    )
    expect(() => centerDigit(new Float32Array(4), 2, 'photos' as 'mnist')).toThrow(
      "like must be 'mnist' or 'digits', not \"photos\"",
    )
    expect(() => centerDigit(new Float32Array(4), 0)).toThrow('width must be a whole number of at least 1, not 0')
  })
})

/** The center of mass of a picture of 28 x 28 pixels. */
function center(picture: Uint8Array): [x: number, y: number] {
  let [mass, x, y] = [0, 0, 0]
  picture.forEach((ink, pixel) => {
    mass += ink
    x += ink * ((pixel % 28) + 0.5)
    y += ink * (Math.floor(pixel / 28) + 0.5)
  })
  return [x / mass, y / mass]
}
