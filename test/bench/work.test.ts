import { describe, expect, it } from 'vitest'
import { dense } from '#src/index'
import { smallCases } from '../../bench/cases.js'
import type { Implementation, TrainingWork } from '../../bench/contenders/implementation.js'
import { ours } from '../../bench/contenders/ours.js'
import { plain } from '../../bench/contenders/plain.js'
import { listContenders, usualPlaces } from '../../bench/contenders.js'
import { smallData } from '../../bench/data.js'
import { readResult, writeArray } from '../../bench/exchange.js'
import { activationsOf, descriptionOf, type Form, readForm, wordsOf } from '../../bench/form.js'
import { kernelCases } from '../../bench/kernels/cases.js'
import { firstPass } from '../../bench/kernels/measure.js'
import { amountFor, checkBits } from '../../bench/parts/part.js'
import { checkOutcome, paceOf } from '../../bench/parts/training.js'
import { runContender } from '../../bench/processes.js'
import { largestDifference } from '../../bench/statistics.js'
import { temporaryFolder } from '../support/files.js'
import { gradientError, relativeError } from '../support/rounding.js'

const sizes = [6, 5, 4, 3]
const sigmoid: Form = { sizes, hidden: 'sigmoid', output: 'sigmoid', cost: 'quadratic' }
const relu: Form = { sizes, hidden: 'relu', output: 'softmax', cost: 'cross-entropy' }
// The bare loop in C uses OpenBLAS if a layer has more than 64 neurons.
const forms = [
  ['sigmoid', sigmoid],
  ['relu and softmax', relu],
  ['one output', { ...sigmoid, sizes: [6, 5, 1] }],
  ['a wide layer', { ...relu, sizes: [6, 70, 3] }],
] as const
const outputsOf = (form: Form) => form.sizes[form.sizes.length - 1]
const countOf = ({ sizes: all }: Form) => all.slice(1).reduce((sum, size, l) => sum + size * (all[l] + 1), 0)
const work = (form: Form): TrainingWork => ({
  ...form,
  parameters: Float32Array.from({ length: countOf(form) }, (_, i) => Math.sin(i)),
  inputs: Uint8Array.from({ length: 12 * 6 }, (_, i) => (i * 89) % 256),
  labels: Uint8Array.from({ length: 12 }, (_, i) => (i * 5) % Math.max(2, outputsOf(form))),
  order: Uint32Array.from({ length: 12 }, (_, i) => (i * 7) % 12),
  batchSize: 4,
  learningRate: 0.5,
  epochs: 2,
})

async function learn({ train }: Implementation, form: Form): Promise<Float32Array> {
  const learner = await train?.(work(form))
  await learner?.epoch()
  await learner?.epoch()
  return (await learner?.parameters()) ?? new Float32Array()
}

const rows = Float32Array.from({ length: 3 * 6 }, (_, i) => Math.cos(i))

async function answer({ infer }: Implementation, form: Form): Promise<number[]> {
  const answerer = await infer?.({ ...form, parameters: work(form).parameters })
  const one = await answerer?.answer(rows.slice(6, 12))
  const all = await (await answerer?.prepare(rows, 3))?.()
  return [...(one ?? []), ...(all ?? [])]
}

/** The error of an output, which is at most 1: the sums of at most three layers, and as many activations. */
const answerError = (form: Form) => relativeError('float32', form.sizes.reduce((sum, size) => sum + size) + 3 * 8)

/** The error between two runs of six updates: that of the distance covered, and, for each update, that of a parameter of at most 1. */
function learningError(learned: Float32Array, form: Form): number {
  const way = largestDifference(learned, work(form).parameters)
  return 2 * (way * gradientError('float32', form.sizes, 4) + relativeError('float32', 6))
}

describe('the plain loop', () => {
  it.each(forms)('learns what we learn: %s', async (_, form) => {
    const [theirs, expected] = [await learn(plain, form), await learn(ours('typescript'), form)]
    expect(expected.length).toBe(countOf(form))
    expect(largestDifference(expected, work(form).parameters)).toBeGreaterThan(0.01)
    expect(largestDifference(theirs, expected)).toBeLessThan(learningError(expected, form))
  })

  it.each(forms)('answers what we answer, to one row and to many: %s', async (_, form) => {
    const [theirs, expected] = [await answer(plain, form), await answer(ours('typescript'), form)]
    expect(expected.length).toBe(4 * outputsOf(form))
    expect(largestDifference(theirs, expected)).toBeLessThan(2 * answerError(form))
  })

  it('computes the same kernels as we do', () => {
    const expected = firstPass('typescript', 1)
    expect(largestDifference(firstPass('plain loop', 1), expected)).toBeLessThan(1e-5)
  })
})

describe.each(['bare loop in C', 'numpy'])('%s', (name) => {
  const folder = temporaryFolder()
  const contender = listContenders({ ...usualPlaces, scratch: folder })
    .find((one) => one.name === name)
    ?.find()

  it.skipIf(!contender || contender.missing).each(forms)('learns and answers what we do: %s', async (_, form) => {
    if (!contender) throw new Error(`there is no ${name}`)
    const { inputs, labels, order, parameters, batchSize, learningRate, epochs } = work(form)
    writeArray(folder, 'inputs.u8', inputs)
    writeArray(folder, 'labels.u8', labels)
    writeArray(folder, 'order.u32', order)
    writeArray(folder, 'parameters.f32', parameters)
    writeArray(folder, 'rows.f32', rows)
    const training = [...wordsOf(form), labels.length, epochs, batchSize, learningRate, ...form.sizes]
    const { seconds } = runContender(contender, 'training', folder, training)
    expect(seconds?.length).toBe(2)
    const learned = await learn(ours('typescript'), form)
    expect(largestDifference(readResult(folder), learned)).toBeLessThan(learningError(learned, form))

    // There are more calls than rows: the calls after the third repeat the rows.
    const { microseconds } = runContender(contender, 'latency', folder, [...wordsOf(form), 3, 5, ...form.sizes])
    expect(microseconds?.length).toBe(5)
    const expected = (await answer(ours('typescript'), form)).slice(outputsOf(form))
    expect(largestDifference(readResult(folder), expected)).toBeLessThan(2 * answerError(form))
  })
})

describe('the description of a network', () => {
  it('is read back as it was written', () => {
    for (const [, form] of forms) expect(readForm(wordsOf(form), form.sizes)).toEqual(form)
    expect(activationsOf(relu)).toEqual(['relu', 'relu', 'softmax'])
    expect(descriptionOf(relu)).toEqual({
      inputs: 6,
      layers: [dense(5, 'relu'), dense(4, 'relu'), dense(3, 'softmax')],
      cost: 'cross-entropy',
    })
  })

  it('is refused if no contender can compute it', () => {
    expect(() => readForm(['tanh', 'softmax', 'cross-entropy'], sizes)).toThrow(
      'HIDDEN must be sigmoid or relu, not tanh',
    )
    expect(() => readForm(['relu', 'softmax', 'quadratic'], sizes)).toThrow(
      'OUTPUT COST must be sigmoid quadratic or softmax cross-entropy, not softmax quadratic',
    )
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

describe('the rows of a small case', () => {
  it.each(smallCases)('are random, and fit the network of $name', (one) => {
    const { inputs, labels, targets, ...data } = smallData(one, 300, 1)
    expect(data.rows).toBe(300)
    expect(data.width).toBe(one.sizes[0])
    const answers = [...(labels ?? targets ?? [])]
    expect(new Set(answers)).toEqual(new Set(one.data === 'xor' ? [0, 1] : [0, 1, 2]))
    expect(targets === undefined).toBe(one.data === 'flowers')
    if (one.data === 'flowers') return
    expect(answers).toEqual(answers.map((_, r) => Number(inputs[2 * r] !== inputs[2 * r + 1])))
    expect(new Set(inputs)).toEqual(new Set([0, 255]))
  })
})

describe('the outcome of a short run', () => {
  const outcome = (cost: number, ...parameters: number[]) => {
    return { cost, accuracy: 0.5, parameters: Float32Array.from(parameters) }
  }
  const check = (theirs: ReturnType<typeof outcome>) => () => checkOutcome(theirs, outcome(0.4, 4, 4), [1, 0])

  it('may differ from ours by rounding', () => {
    expect(check(outcome(0.4003, 4.004, 4))).not.toThrow()
  })

  it('must have the same cost as ours', () => {
    expect(check(outcome(0.401, 4, 4))).toThrow('its cost is 0.40100, ours 0.40000')
    expect(check(outcome(Number.NaN, 4, 4))).toThrow('its cost is NaN, ours 0.40000')
  })

  it('must have the same parameters as ours, even if the cost is the same', () => {
    const message = 'its parameters differ from ours by 0.10 of the distance from the start, at most 0.001'
    expect(check(outcome(0.4, 4, 4.5))).toThrow(message)
    expect(check(outcome(0.4, 4))).toThrow('its parameters differ from ours by NaN of the distance')
  })
})

describe('bits', () => {
  it('are compared one by one: 0 is not -0', () => {
    const expected = Float32Array.of(0, 1, Number.NaN)
    expect(() => checkBits(Float32Array.of(0, 1, Number.NaN), expected)).not.toThrow()
    expect(() => checkBits(Float32Array.of(-0, 1.0000001, Number.NaN), expected)).toThrow(
      '2 of its 3 parameters differ in bits from those of native on one thread',
    )
    expect(() => checkBits(Float32Array.of(0, 1), expected)).toThrow('0 of its 2 parameters')
  })
})

describe('the pace of a contender', () => {
  it('slows down if an epoch takes too long, and ends after the check if it takes very long', () => {
    expect([1, 4, 4.1, 20, 20.1].map((seconds) => paceOf(seconds, { seconds: 2 }))).toEqual([
      'usual',
      'usual',
      'short',
      'short',
      'once',
    ])
  })
})

describe('the examples of a round', () => {
  it('are as many whole batches as the time allows, at least one and at most all', () => {
    expect(amountFor(2, 1000, 0.5, 128, 50_000)).toBe(3968)
    expect(amountFor(1, 10, 5, 128, 50_000)).toBe(128)
    expect(amountFor(1, 1000, 0.001, 128, 50_000)).toBe(49_920)
  })
})
