import { describe, expect, it } from 'vitest'
import { createRandom } from '#src/base/random'
import { createMovement, quantilesOf } from '#src/see/movement'

const fractions = [0.05, 0.25, 0.5, 0.75, 0.95]

describe('quantilesOf', () => {
  const random = createRandom(1, 'distances')
  const cases = [
    { name: 'one number', numbers: [3] },
    { name: 'two numbers', numbers: [2, 1] },
    { name: 'equal numbers', numbers: Array.from({ length: 1000 }, () => 7) },
    { name: 'falling numbers', numbers: Array.from({ length: 1001 }, (_, index) => 1001 - index) },
    { name: 'few different numbers', numbers: Array.from({ length: 999 }, () => Math.floor(3 * random.uniform())) },
    { name: 'random numbers', numbers: Array.from({ length: 23_860 }, () => random.uniform()) },
  ]
  it.each(cases)('gives those of the sorted numbers, of $name', ({ numbers }) => {
    const sorted = numbers.toSorted((a, b) => a - b)
    const expected = fractions.map((fraction) => sorted[Math.max(0, Math.ceil(fraction * numbers.length) - 1)])
    expect([...quantilesOf(Float64Array.from(numbers))]).toEqual(expected)
  })
})

it('counts the distances of the last epoch and of the last batch when it is asked', () => {
  const movement = createMovement()
  movement.beginEpoch(Float32Array.of(0, 0, 0))
  movement.batch(Float32Array.of(0, 0, 0), Float32Array.of(0.001, 0, 0))
  movement.endEpoch(Float32Array.of(1, 0, 100))
  movement.beginEpoch(Float32Array.of(1, 0, 100))
  movement.endEpoch(Float32Array.of(1, 10, 110))
  const { epochs, histogram, batch } = movement.answer
  expect([...epochs]).toEqual([0, 0, 1, 100, 100, 0, 0, 10, 10, 10])
  const binsOf = (counts: Uint32Array | undefined) => [...(counts ?? []).entries()].filter(([, count]) => count > 0)
  expect(histogram?.still).toBe(1)
  expect(binsOf(histogram?.counts)).toEqual([[36, 2]])
  expect(batch?.still).toBe(2)
  expect(binsOf(batch?.counts).map(([, count]) => count)).toEqual([1])
})
