import { describe, expect, it } from 'vitest'
import type { Moment, Position } from '#src/see/protocol'
import { largestDifference, lastCommon } from '../../web/shell/agreement.js'
import { momentNow } from '../../web/shell/moment-now.js'
import { readLayers } from '../../web/shell/read-layers.js'
import { smooth } from '../../web/views/learning/smooth.js'

describe('smooth', () => {
  const values = [8, 4, 2, 1, 5]

  it('is the mean of the values so far, in which older ones count less', () => {
    expect(smooth(values, 0.5)[0]).toBe(8)
    expect(smooth(values, 0.5)[2]).toBeCloseTo((2 + 4 / 2 + 8 / 4) / 1.75)
    expect(smooth([3, 3, 3], 0.5)).toEqual([3, 3, 3])
  })

  it('does not change when later values come', () => {
    const before = smooth(values, 0.9)
    expect(smooth([...values, 1000], 0.9).slice(0, 5)).toEqual(before)
  })
})

const momentsAt = (...batches: number[]): Moment[] =>
  batches.map((batches, index) => ({ id: 10 * index, epoch: 1, done: 0, batches }))

describe('the timeline', () => {
  it('is at the last moment that is not later than the run', () => {
    const at = (batches: number) =>
      momentNow({ moments: momentsAt(0, 100, 250), position: { batches } as unknown as Position })
    expect([0, 99, 100, 249, 250, 1000].map(at)).toEqual([0, 0, 1, 1, 2, 2])
    expect(momentNow({ moments: [], position: { batches: 7 } as unknown as Position })).toBe(0)
  })
})

describe('the comparison of two engines', () => {
  it('compares the last moment that both have, by the names of each', () => {
    const one = { moments: momentsAt(0, 600, 1200, 1800) }
    const two = { moments: momentsAt(0, 1200) }
    expect(lastCommon(one, two)).toEqual({ one: 20, two: 10, batches: 1200 })
    expect(lastCommon(one, { moments: [] })).toBeUndefined()
    expect(lastCommon(one, undefined)).toBeUndefined()
  })

  it('finds the largest difference, also where a number is NaN or the lengths differ', () => {
    expect(largestDifference([1, 2, 3], [1, 2.5, 2.75])).toBe(0.5)
    expect(largestDifference([1, Number.NaN, 3], [1, 2, 9])).toBeNaN()
    expect(largestDifference([1], [1, 2])).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('the hidden layers of a new network', () => {
  it.each([
    ['30', [30]],
    ['100 30', [100, 30]],
    ['100,30-10', [100, 30, 10]],
    ['', []],
    ['30 x', undefined],
    ['0', undefined],
    ['1.5', undefined],
  ])('%j are %j', (text, sizes) => expect(readLayers(text)).toEqual(sizes))
})
