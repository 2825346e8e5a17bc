import { describe, expect, it } from 'vitest'
import { slopeAt, weightedSum } from '#src/see/neuron'

describe('slopeAt', () => {
  it('is the derivative of the activation', () => {
    const sigmoid = 1 / (1 + Math.exp(-0.3))
    expect(slopeAt('sigmoid', 0.3, 'float64')).toBeCloseTo(sigmoid * (1 - sigmoid), 12)
    expect(slopeAt('tanh', -0.7, 'float64')).toBeCloseTo(1 - Math.tanh(-0.7) ** 2, 12)
    expect([-2, 3].map((z) => slopeAt('relu', z, 'float64'))).toEqual([0, 1])
    expect(slopeAt('identity', 5, 'float64')).toBe(1)
  })

  it('does not lose itself in large activations', () => {
    expect(slopeAt('relu', 1e12, 'float32')).toBe(1)
  })

  it('is 0 where a float32 network computes 0, because its sigmoid is exactly 1', () => {
    expect(slopeAt('sigmoid', 20, 'float32')).toBe(0)
    expect(slopeAt('sigmoid', 20, 'float64')).toBeGreaterThan(0)
  })
})

describe('weightedSum', () => {
  it('adds up the values times their weights', () => {
    expect(weightedSum([2, -1, 0.5], [1, 3, 4], 'float64')).toBe(1)
  })
})
