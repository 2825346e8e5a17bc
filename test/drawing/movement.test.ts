import { describe, expect, it } from 'vitest'
import { bandPath, histogramPath, powersOfHistograms, powersOfQuantiles, ticksOf } from '#src/drawing/movement'

const same = (value: number) => value

describe('the axis of distances', () => {
  it('goes from the power of ten below the first bin that is not empty to the power above the last one', () => {
    const histogram = { from: -4, step: 0.5, counts: [0, 0, 0, 7, 0, 2, 0] }
    expect(powersOfHistograms([histogram])).toEqual({ from: -3, to: -1 })
    expect(powersOfHistograms([{ ...histogram, counts: [0, 0] }])).toBeUndefined()
  })

  it('leaves out quantiles that are 0, which have no logarithm', () => {
    expect(powersOfQuantiles([[0, 0.02, 0.3, 0.4, 0.5], [2]])).toEqual({ from: -2, to: 1 })
    expect(powersOfQuantiles([[0, 0]])).toBeUndefined()
  })

  it('covers a decade even if all distances are the same power', () => {
    expect(powersOfQuantiles([[0.01]])).toEqual({ from: -2, to: -1 })
  })

  it('has at most eight ticks', () => {
    expect(ticksOf({ from: -2, to: 1 })).toEqual([-2, -1, 0, 1])
    expect(ticksOf({ from: -20, to: 1 })).toEqual([-20, -17, -14, -11, -8, -5, -2, 1])
  })
})

describe('histogramPath', () => {
  it('draws steps within the axis only', () => {
    const histogram = { from: -2, step: 1, counts: [9, 3, 4, 9] }
    expect(histogramPath(histogram, { from: -1, to: 1 }, same, same)).toBe('M-1.0 0.0V3.0H0.0V4.0H1.0V0.0')
  })
})

describe('bandPath', () => {
  const quantiles = [1, 2, 3, 4, 5, 11, 12, 13, 14, 15]

  it('goes along the upper quantile and back along the lower one', () => {
    expect(bandPath(quantiles, 0, 4, same, same)).toBe('M0.0 5.0L1.0 15.0L1.0 11.0L0.0 1.0Z')
  })

  it('is a line for one quantile', () => {
    expect(bandPath(quantiles, 2, 2, same, same)).toBe('M0.0 3.0L1.0 13.0')
  })
})
