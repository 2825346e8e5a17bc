import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Dataset, type Description, dense, Network, type TrainOptions } from '#src/index'
import { costOfZeros } from '#src/training/cost-limit'
import { divergenceOf } from '../support/divergence.js'
import { describeOnBackends } from '../support/each-backend.js'

const folder = mkdtempSync(join(tmpdir(), 'descent-explosion-'))
afterAll(() => rmSync(folder, { recursive: true }))
let folders = 0

/** Rows of one input and the target 0. A neuron with weight 1 answers x, at a cost of x^2 / 2. */
const rows = (...inputs: number[]) => new Dataset({ inputs: inputs.map((x) => [x]), targets: inputs.map(() => [0]) })
/** Inputs with a cost of 980,000 and of 1,125,000: below and above a million. */
const [below, above] = [1400, 1500]

/** The learning rate is so small that the parameters hardly move. */
const still: TrainOptions = { epochs: 1, batchSize: 1, learningRate: 1e-20, shuffle: false }
const neuron: Description = { inputs: 1, layers: [dense(1, 'identity')] }

describeOnBackends('a cost that explodes', (backend) => {
  const create = (parameters = [1, 0]) => new Network(neuron, { dtype: 'float64', backend, parameters })

  it('is detected in the batch where it is over a million times that of the first batch', async () => {
    const network = create()
    const error = await divergenceOf(network.fit(rows(1, below, below, below, above, 1), still))
    expect(error.message).toBe(
      'training diverged in epoch 1, batch 5: the cost of the batch is 1.1e+6, over a million times the 0.5 of the ' +
        'first batch; likely causes: a learning rate that is too high (1e-20 here), inputs far from the range 0 to 1 (try ' +
        'network.standardize), targets much larger than the outputs can be; the network is back at its best ' +
        'parameters, those it started with',
    )
    expect(error.place).toEqual({ epoch: 1, batch: 5, row: 4, layer: undefined, quantity: 'cost' })
    expect([...network.parameters]).toEqual([1, 0])
  })

  it('is detected long before numbers overflow', async () => {
    const inputs = Array.from({ length: 100 }, (_, i) => [(i % 10) / 10])
    const data = new Dataset({ inputs, targets: inputs.map(([x]) => [2 * x]) })
    // Each update roughly triples the error.
    const run = create([0, 0]).fit(data, { batchSize: 10, learningRate: 3, epochs: 500 })
    const { message, place } = await divergenceOf(run)
    expect(message).toMatch(
      /: the cost of the batch is \d\.\de\+6, over a million times the 0\.\d+ of the first batch; /,
    )
    expect(place.epoch).toBeLessThanOrEqual(2)
  })

  it('is the mean over a batch, also over a smaller last batch', async () => {
    const pairwise = { ...still, batchSize: 2 }
    await create().fit(rows(1, 1, 0, above, below), pairwise)
    const small = await divergenceOf(create().fit(rows(1, 1, 0, above, above), pairwise))
    expect(small.place).toMatchObject({ batch: 3, row: 4, quantity: 'cost' })
    const whole = await divergenceOf(create().fit(rows(1, 1, below, above), pairwise))
    expect(whole.message).toContain('batch 2: the cost of the batch is 1.1e+6, over a million times the 0.5 of')
  })

  it.each([
    // 2: the limit is 2,000,000.
    ['that of the first batch', rows(2, above, 2100), 3],
    // 5e-11: a network that has nothing left to learn.
    ['1, where the first batch costs less', rows(1e-5, below, above), 3],
  ])('is measured by %s', async (_what, data, batch) => {
    const { place } = await divergenceOf(create().fit(data, still))
    expect(place.batch).toBe(batch)
  })

  it('is compared with the targets of all rows if the first ones are 0', async () => {
    const data = new Dataset({ inputs: [[0], [0], [0]], targets: [[0], [5000], [-2]] })
    const [epoch] = await create().fit(data, still)
    expect(epoch.cost).toBeCloseTo((5000 ** 2 + 4) / 6, 5)
  })

  it('counts rows by their weights', async () => {
    // Each row but the first costs 320,000, times its weight.
    const data = rows(1, 800, 800)
    await create().fit(data, { ...still, sampleWeights: [1, 3, 3] })
    const { place } = await divergenceOf(create().fit(data, { ...still, sampleWeights: [1, 3, 4] }))
    expect(place.batch).toBe(3)
  })

  it('includes the penalties, in the first batch and later', async () => {
    // The penalty of the weight is 1000^2. Later the error costs 2e12.
    const { message } = await divergenceOf(create([1000, 0]).fit(rows(0, 1000, 2000), { ...still, l2: 2 }))
    expect(message).toContain(
      'batch 3: the cost of the batch is 2.0e+12, over a million times the 1000000 of the first batch',
    )
  })

  it('is compared with the first batch of the run in later epochs too', async () => {
    const augmentation = { epoch: async (number: number) => (number === 1 ? rows(1, below) : rows(above, 1)) }
    const error = await divergenceOf(create().fit(rows(0, 0), { ...still, epochs: 3, augmentation }))
    expect(error.place).toMatchObject({ epoch: 2, batch: 1, quantity: 'cost' })
    expect(error.message).toContain('over a million times the 0.5 of the first batch')
  })

  it.each([
    ['some later batch', 2],
    ['the batch before', 1],
  ])('is detected in a run resumed after %s as in the whole run', async (_where, removed) => {
    const data = rows(1, below, below, below, above, 1)
    const checkpoint = { folder: join(folder, String(++folders)), everySteps: 1, keep: 9 }
    const { message } = await divergenceOf(create().fit(data, { ...still, checkpoint }))
    const names = readdirSync(checkpoint.folder).sort()
    expect(names).toHaveLength(4)
    for (const name of names.slice(1 + removed)) rmSync(join(checkpoint.folder, name))
    const resumed = create().fit(data, { ...still, checkpoint: { ...checkpoint, resume: true } })
    expect((await divergenceOf(resumed)).message).toBe(message)
  })

  it('is detected in a run resumed after an abort in the first batch', async () => {
    const data = rows(1, above)
    const checkpoint = { folder: join(folder, String(++folders)), resume: true }
    const controller = new AbortController()
    const onProgress = () => controller.abort(new Error('enough'))
    const aborted = create().fit(data, { ...still, checkpoint, onProgress, signal: controller.signal })
    await expect(aborted).rejects.toThrow('enough')
    const { place } = await divergenceOf(create().fit(data, { ...still, checkpoint }))
    expect(place).toMatchObject({ epoch: 1, batch: 2 })
  })

  it('is not detected across calls of partialFit', async () => {
    const network = create()
    const [first, second] = [rows(1), rows(1e9)]
    expect(await network.partialFit(first, { learningRate: 1e-30 })).toBe(0.5)
    expect(await network.partialFit(second, { learningRate: 1e-30 })).toBe(5e17)
  })
})

describe('costOfZeros', () => {
  const inputs = [[0], [0], [0]]

  it('is half the squared length of the target, times the weight of its row, at most', () => {
    const targets = new Dataset({
      inputs,
      targets: [
        [1, 1],
        [3, -4],
        [0, 2],
      ],
    })
    expect(costOfZeros(targets, undefined)).toBe(12.5)
    expect(costOfZeros(targets, Float64Array.of(100, 3, 1))).toBe(100)
    expect(costOfZeros(targets, Float64Array.of(1, 3, 1))).toBe(37.5)
  })

  it('is 0 for labels', () => {
    expect(costOfZeros(new Dataset({ inputs, labels: [0, 1, 2] }), undefined)).toBe(0)
  })
})
