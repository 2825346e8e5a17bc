import { describe, expect, it } from 'vitest'
import { createRandom } from '#src/base/random'
import { type ClassShare, findCommonPoint } from '#src/perceptron/separability'
import { normals } from '../support/numbers.js'

/** The weighted mean of the rows of a class, whose shares must add up to 1. */
function meanOf(point: readonly ClassShare[], label: number, inputs: Float64Array, width: number): number[] {
  const shares = point.filter((share) => share.label === label)
  expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12)
  return Array.from({ length: width }, (_, place) =>
    shares.reduce((sum, { row, share }) => sum + share * inputs[row * width + place], 0),
  )
}

function expectProof(point: readonly ClassShare[], inputs: Float64Array, width: number, labels: number[]): void {
  expect(point.length).toBeLessThanOrEqual(width + 2)
  for (const { row, label, share } of point) {
    expect(label).toBe(labels[row])
    expect(share).toBeGreaterThan(0)
  }
  const mean = meanOf(point, 0, inputs, width)
  meanOf(point, 1, inputs, width).forEach((value, place) => {
    expect(value).toBeCloseTo(mean[place], 10)
  })
}

/** Points on a line are separable if one class ends before the other begins. */
function areApart(inputs: Float64Array, labels: number[]): boolean {
  const of = (label: number) => [...inputs].filter((_, row) => labels[row] === label)
  const [zeros, ones] = [of(0), of(1)]
  return Math.max(...zeros) < Math.min(...ones) || Math.max(...ones) < Math.min(...zeros)
}

describe('the common point of two classes', () => {
  it('exists on a line exactly if the classes overlap', () => {
    const found = { apart: 0, together: 0 }
    for (let set = 0; set < 200; set++) {
      const random = createRandom(set, 'line')
      const size = 1 + random.integer(5)
      // Only a few different numbers, so that rows often coincide.
      const inputs = Float64Array.from({ length: size }, () => random.integer(9) / 8 - 0.5)
      const labels = Array.from({ length: size }, () => random.integer(2))
      const point = findCommonPoint(inputs, 1, labels)
      expect(point === undefined, `${inputs.join()} labeled ${labels.join()}`).toBe(areApart(inputs, labels))
      found[point ? 'together' : 'apart']++
      if (point) expectProof(point, inputs, 1, labels)
    }
    expect(Math.min(found.apart, found.together)).toBeGreaterThan(40)
  })

  it('is found for the two functions of two bits that no plane computes', () => {
    const inputs = Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1)
    const inseparable: string[] = []
    for (let truth = 0; truth < 16; truth++) {
      const labels = Array.from({ length: 4 }, (_, row) => (truth >> row) & 1)
      if (findCommonPoint(inputs, 2, labels)) inseparable.push(labels.join(''))
    }
    expect(inseparable).toEqual(['0110', '1001'])
  })

  it('does not exist for exactly 104 functions of three bits', () => {
    // Muroga, "Threshold Logic and its Applications", 1971: 14, 104, 1882, ... threshold functions.
    const inputs = Float64Array.from({ length: 24 }, (_, i) => (Math.floor(i / 3) >> (i % 3)) & 1)
    let separable = 0
    for (let truth = 0; truth < 256; truth++) {
      const labels = Array.from({ length: 8 }, (_, row) => (truth >> row) & 1)
      const point = findCommonPoint(inputs, 3, labels)
      if (point) expectProof(point, inputs, 3, labels)
      else separable++
    }
    expect(separable).toBe(104)
  })

  it('is found among normal random rows, but not if a plane separates them', () => {
    const width = 6
    const inputs = normals(60 * width, 1, 'rows')
    const random = createRandom(1, 'labels')
    const drawn = Array.from({ length: 60 }, () => random.integer(2))
    const point = findCommonPoint(inputs, width, drawn)
    expectProof(point ?? [], inputs, width, drawn)
    const parted = drawn.map((_, row) => (inputs[row * width] + inputs[row * width + 3] > 0.2 ? 1 : 0))
    expect(findCommonPoint(inputs, width, parted)).toBeUndefined()
  })

  it('is not found if only rounding makes the classes meet', () => {
    // In float64, 0.1 + 0.2 is above 0.3 by 2^-54, which is enough to separate them.
    expect(findCommonPoint(Float64Array.of(0.1 + 0.2, 0.3), 1, [0, 1])).toBeUndefined()
    const between = Float64Array.of(0, 0, 2 ** 60, 2 ** -60, 2 ** 61, 2 ** -59)
    expect(findCommonPoint(between, 2, [1, 0, 1])).toHaveLength(3)
    between[3] += 2 ** -112
    expect(findCommonPoint(between, 2, [1, 0, 1])).toBeUndefined()
  })
})
