import { describe, expect, it } from 'vitest'
import { DataError, Dataset, dense, type EarlyStopping, Network, OptionError, type TrainOptions } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { type Floats, normals, sameBits } from '../support/numbers.js'

const constant = (...targets: number[][]): Dataset => new Dataset({ inputs: targets.map(() => [0]), targets })

describeOnBackends('early stopping', (backend) => {
  /**
   * Trains a network that answers answers[n - 1] after epoch n, whatever the input. Each epoch has one row with input 0 and that
   * answer as target, and at rate 1 the bias becomes the target.
   */
  async function follow(answers: readonly (readonly number[])[], options: Omit<TrainOptions, 'learningRate'>) {
    const outputs = answers[0].length
    const description = { inputs: 1, layers: [dense(outputs, 'identity')], initializer: 'zeros' } as const
    const network = new Network(description, { backend })
    const rowOf = (epoch: number) => constant([...answers[epoch - 1]])
    const augmentation = { epoch: async (number: number) => rowOf(number) }
    const history = await network.fit(rowOf(1), { epochs: answers.length, learningRate: 1, augmentation, ...options })
    return { epochs: history.length, answer: [...network.layers[0].biases] }
  }
  const one = (...answers: number[]) => answers.map((answer) => [answer])
  const zero = constant([0])

  it('ends the run after `patience` epochs without a better metric, at the best parameters', async () => {
    const run = { validation: zero, earlyStopping: { patience: 3 } }
    expect(await follow(one(4, 2, 3, 1, 2, 1, 2, 0), run)).toEqual({ epochs: 7, answer: [1] })
    expect(await follow(one(4, 2, 3, 1, 2, 1, 0, 2), run)).toEqual({ epochs: 8, answer: [0] })
  })

  it('waits ten epochs by default', async () => {
    const run = { validation: zero, earlyStopping: {} }
    const answers = one(1, ...new Array<number>(20).fill(2))
    expect(await follow(answers, run)).toEqual({ epochs: 11, answer: [1] })
  })

  it('restores the best parameters at the last epoch too, and keeps the last ones with `restoreBest: false`', async () => {
    const answers = one(3, 1, 2)
    expect(await follow(answers, { validation: zero, earlyStopping: {} })).toEqual({ epochs: 3, answer: [1] })
    const stay = { validation: zero, earlyStopping: { restoreBest: false } }
    expect(await follow(answers, stay)).toEqual({ epochs: 3, answer: [2] })
    expect(await follow(answers, { validation: zero })).toEqual({ epochs: 3, answer: [2] })
  })

  it('restores the last of several best epochs with `ties: last`, and still waits from the first of them', async () => {
    // The costs of 1 and -1 are the same.
    const answers = one(4, 1, 3, -1, 2, 2, 2)
    const tied = (ties: 'first' | 'last') => ({ validation: zero, earlyStopping: { patience: 4, ties } })
    expect(await follow(answers, tied('first'))).toEqual({ epochs: 6, answer: [1] })
    expect(await follow(answers, tied('last'))).toEqual({ epochs: 6, answer: [-1] })
    expect(await follow(answers, { validation: zero, earlyStopping: { patience: 4 } })).toEqual({
      epochs: 6,
      answer: [1],
    })
  })

  it('counts only a change of more than `minDelta` from the best metric as better', async () => {
    // Costs 2, 1.62 and just above 1.5, then 1.125, which is more than 0.5 below 2.
    const run = { validation: zero, earlyStopping: { patience: 2, minDelta: 0.5 } }
    expect(await follow(one(2, 1.8, 1.7331, 0), run)).toEqual({ epochs: 3, answer: [2] })
    expect(await follow(one(2, 1.8, 1.5, 1.5, 1.5, 0), run)).toEqual({ epochs: 5, answer: [1.5] })
  })

  it.each([
    // For the targets 0, 0, 0 and 10, the mean minimizes squared errors and the median absolute errors.
    [undefined, 2.5],
    ['cost', 2.5],
    ['mse', 2.5],
    ['r2', 2.5],
    ['mae', 0],
  ] as const)('follows the metric %s', async (metric, best) => {
    const validation = constant([0], [0], [0], [10])
    const metrics = ['mse', 'mae', 'r2'] as const
    const earlyStopping = { patience: 3, ...(metric && { monitor: metric }) }
    const { answer } = await follow(one(8, 2.5, 0, 8, 8, 8, 8), { validation, metrics, earlyStopping })
    expect(answer).toEqual([best])
  })

  it('follows the accuracy if there are labels, even if the cost grows', async () => {
    const validation = new Dataset({ inputs: [[0]], labels: [0] })
    const answers = [
      [0.5, 1],
      [9, 8],
      [0.5, 1],
      [0.5, 1],
    ]
    expect(await follow(answers, { validation, earlyStopping: { patience: 2 } })).toEqual({ epochs: 4, answer: [9, 8] })
    const byCost = { patience: 3, monitor: 'cost' } as const
    expect(await follow(answers, { validation, earlyStopping: byCost })).toEqual({ epochs: 4, answer: [0.5, 1] })
  })

  it('does not take a first metric of NaN as the best', async () => {
    const description = { inputs: 1, layers: [dense(2, 'identity'), dense(1, 'identity')] }
    const network = new Network(description, { backend, dtype: 'float64', parameters: [9, -9, 0, 0, 1, 1, 0] })
    // With the initial weights the two neurons answer infinities of opposite sign, so the network answers NaN.
    const validation = new Dataset({ inputs: [[1e308]], targets: [[0]] })
    const options = { epochs: 3, learningRate: 1, schedule: () => 0, validation, earlyStopping: {} }
    const costs: unknown[] = []
    for await (const { number, validation: evaluation } of network.train(zero, options)) {
      costs.push(evaluation?.cost)
      if (number < 3) network.parameters.set([0, 0, 0, 0, 0, 0, number - 1])
    }
    expect(costs).toEqual([Number.NaN, 0, 0.5])
    expect([...network.parameters]).toEqual([0, 0, 0, 0, 0, 0, 0])
  })

  it('restores every bit of the best epoch before it yields the last epoch', async () => {
    const rows = (count: number, noise: number) => {
      const inputs = normals(count * 4, 7, 'rows', count)
      const errors = normals(count, 7, 'errors', count)
      const labels = Int32Array.from(errors, (error, row) => (inputs[4 * row] + noise * error > 0 ? 1 : 0))
      return new Dataset({ inputs, width: 4, labels })
    }
    // A few rows, some with wrong labels, which the network memorizes.
    const [training, validation] = [rows(20, 1), rows(100, 0)]
    const create = () =>
      new Network({ inputs: 4, layers: [dense(12), dense(2)], cost: 'cross-entropy' }, { seed: 3, backend })
    const options = { epochs: 40, batchSize: 3, learningRate: 1, validation }
    const after: Floats[] = []
    const costs: number[] = []
    const free = create()
    for await (const { validation: evaluation } of free.train(training, options)) {
      after.push(free.parameters.slice())
      costs.push(evaluation?.cost ?? Number.NaN)
    }
    const best = costs.indexOf(Math.min(...costs))
    // Otherwise the run would prove nothing.
    expect(best).toBeGreaterThan(1)
    expect(best).toBeLessThan(34)
    const stopped = create()
    let told: Floats | undefined
    const earlyStopping: EarlyStopping = { patience: 40, monitor: 'cost' }
    for await (const _ of stopped.train(training, { ...options, earlyStopping })) told = stopped.parameters.slice()
    expect(sameBits(stopped.parameters, after[best])).toBe(true)
    expect(told && sameBits(told, after[best])).toBe(true)
  })
})

describe('early stopping', () => {
  const network = new Network([1, 2], { backend: 'typescript' })
  const labeled = new Dataset({ inputs: [[0]], labels: [0] })
  const withTargets = new Dataset({ inputs: [[0]], targets: [[0, 1]] })

  it.each<[string, unknown, string]>([
    ['is a number', 5, 'earlyStopping must be an object such as { patience: 10 }, not 5'],
    ['is null', null, 'earlyStopping must be an object such as { patience: 10 }, not null'],
    [
      'is misspelt',
      { patients: 5 },
      'unknown earlyStopping option "patients"; known: patience, minDelta, monitor, restoreBest, ties',
    ],
    ['has no patience', { patience: 0 }, 'patience must be a whole number of at least 1, not 0'],
    ['takes worse for better', { minDelta: -1 }, 'minDelta must be a number of at least 0, not -1'],
    ['follows NaN', { minDelta: Number.NaN }, 'minDelta must be a number of at least 0, not NaN'],
    [
      'monitors a metric that is not computed',
      { monitor: 'f1' },
      'monitor must be one of cost, accuracy, mae, not "f1"',
    ],
  ])('is refused where it %s', (_name, earlyStopping, message) => {
    const options = { learningRate: 1, validation: labeled, metrics: ['mae'] as const }
    expect(() => network.train(labeled, { ...options, earlyStopping: earlyStopping as EarlyStopping })).toThrow(
      new OptionError(message),
    )
  })

  it('needs a validation dataset, with labels for accuracy', () => {
    const options = { learningRate: 1, earlyStopping: { monitor: 'accuracy' } } as const
    expect(() => network.train(labeled, options)).toThrow(new OptionError('earlyStopping needs a validation dataset'))
    expect(() => network.train(labeled, { ...options, validation: withTargets })).toThrow(
      new OptionError('monitor must be one of cost, not "accuracy"'),
    )
    const unanswered = new Dataset({ inputs: [[0]] })
    expect(() => network.train(labeled, { ...options, validation: unanswered })).toThrow(
      new DataError('the validation dataset has neither labels nor targets to learn from'),
    )
  })
})
