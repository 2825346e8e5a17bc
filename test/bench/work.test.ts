import { describe, expect, it } from 'vitest'
import type { Implementation, TrainingWork } from '../../bench/contenders/implementation.js'
import { ours } from '../../bench/contenders/ours.js'
import { plain } from '../../bench/contenders/plain.js'
import { kernelCases } from '../../bench/kernels/cases.js'
import { firstPass } from '../../bench/kernels/measure.js'
import { amountFor } from '../../bench/parts/part.js'
import { checkOutcome } from '../../bench/parts/training.js'
import { largestDifference } from '../../bench/statistics.js'

const sizes = [6, 5, 4, 3]
const count = 6 * 5 + 5 + 5 * 4 + 4 + 4 * 3 + 3
const work = (): TrainingWork => ({
  sizes,
  parameters: Float32Array.from({ length: count }, (_, i) => Math.sin(i)),
  inputs: Uint8Array.from({ length: 12 * 6 }, (_, i) => (i * 89) % 256),
  labels: Uint8Array.from({ length: 12 }, (_, i) => (i * 5) % 3),
  order: Uint32Array.from({ length: 12 }, (_, i) => (i * 7) % 12),
  batchSize: 4,
  learningRate: 2,
  epochs: 2,
})

async function learn({ train }: Implementation): Promise<Float32Array> {
  const learner = await train?.(work())
  await learner?.epoch()
  await learner?.epoch()
  return (await learner?.parameters()) ?? new Float32Array()
}

async function answer({ infer }: Implementation): Promise<ArrayLike<number>> {
  const { parameters } = work()
  const rows = Float32Array.from({ length: 3 * 6 }, (_, i) => Math.cos(i))
  const answerer = await infer?.({ sizes, parameters })
  const one = await answerer?.answer(rows.slice(6, 12))
  const all = await (await answerer?.prepare(rows, 3))?.()
  return [...(one ?? []), ...(all ?? [])]
}

describe('the plain loop', () => {
  it('learns what we learn', async () => {
    const [theirs, expected] = [await learn(plain), await learn(ours('typescript'))]
    expect(expected.length).toBe(count)
    expect(largestDifference(expected, work().parameters)).toBeGreaterThan(0.01)
    expect(largestDifference(theirs, expected)).toBeLessThan(1e-6)
  })

  it('answers what we answer, to one row and to many', async () => {
    const [theirs, expected] = [await answer(plain), await answer(ours('typescript'))]
    expect(expected.length).toBe(3 + 9)
    expect(largestDifference(theirs, expected)).toBeLessThan(1e-6)
  })

  it('computes the kernels that we compute', () => {
    const expected = firstPass('typescript', 1)
    expect(largestDifference(firstPass('plain loop', 1), expected)).toBeLessThan(1e-5)
  })
})

describe('kernels', () => {
  it('are those of a training step, each with its work', () => {
    expect(kernelCases(1).map(({ name, work: amount, unit }) => `${name}: ${amount} ${unit}`)).toEqual([
      "784-30-10 x 10: z1[10x30] = x[10x784] x W1[30x784]': 470400 GFLOP/s",
      '784-30-10 x 10: a1[10x30] = 1 / (1 + exp(-z1[10x30])): 300 million/s',
      "784-30-10 x 10: z2[10x10] = a1[10x30] x W2[10x30]': 6000 GFLOP/s",
      '784-30-10 x 10: a2[10x10] = 1 / (1 + exp(-z2[10x10])): 100 million/s',
      '784-30-10 x 10: delta1[10x30] = delta2[10x10] x W2[10x30]: 6000 GFLOP/s',
      "784-30-10 x 10: W2[10x30] += -0.1 learningRate delta2[10x10]' x a1[10x30]: 6000 GFLOP/s",
      "784-30-10 x 10: W1[30x784] += -0.1 learningRate delta1[10x30]' x x[10x784]: 470400 GFLOP/s",
      '784-30-10 x 10: a2[10x10] = softmax(z2[10x10]): 100 million/s',
      '784-30-10 x 10: momentum of 23860: 23860 million/s',
      '784-30-10 x 10: adam of 23860: 23860 million/s',
    ])
  })
})

describe('what a short run has led to', () => {
  const outcome = (cost: number, ...parameters: number[]) => {
    return { cost, accuracy: 0.5, parameters: Float32Array.from(parameters) }
  }
  const check = (theirs: ReturnType<typeof outcome>) => () => checkOutcome(theirs, outcome(0.4, 4, 4), [1, 0])

  it('may differ from ours by rounding', () => {
    expect(check(outcome(0.4003, 4.004, 4))).not.toThrow()
  })

  it('must have our cost', () => {
    expect(check(outcome(0.401, 4, 4))).toThrow('its cost is 0.40100, ours 0.40000')
    expect(check(outcome(Number.NaN, 4, 4))).toThrow('its cost is NaN, ours 0.40000')
  })

  it('must be where we are, also at the same cost', () => {
    const message = 'its parameters lie off ours by 0.10 of the way from the start, at most 0.001'
    expect(check(outcome(0.4, 4, 4.5))).toThrow(message)
    expect(check(outcome(0.4, 4))).toThrow('its parameters lie off ours by NaN of the way')
  })
})

describe('the examples of a round', () => {
  it('are as many whole batches as the time allows, at least one and no more than there are', () => {
    expect(amountFor(2, 1000, 0.5, 128, 50_000)).toBe(3968)
    expect(amountFor(1, 10, 5, 128, 50_000)).toBe(128)
    expect(amountFor(1, 1000, 0.001, 128, 50_000)).toBe(49_920)
  })
})
