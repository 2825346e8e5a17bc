import { expect, it } from 'vitest'
import {
  DataError,
  Dataset,
  type DescentError,
  dense,
  Network,
  NetworkBusyError,
  OptionError,
  type UpdateOptions,
} from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, sameBits } from '../support/numbers.js'

const data = new Dataset({ inputs: normals(60, 1), width: 3, labels: Int32Array.from({ length: 20 }, (_, i) => i % 2) })
const description = { inputs: 3, layers: [dense(4, 'tanh'), dense(2, 'softmax')], cost: 'cross-entropy' } as const

describeOnBackends('partialFit', (backend) => {
  const create = () => new Network(description, { seed: 5, backend })

  it.each<[string, UpdateOptions]>([
    ['sgd', { learningRate: 0.5 }],
    ['penalties and limits', { learningRate: 0.5, l1: 0.01, l2: 0.1, clipNorm: 0.5, clipValue: 0.2, maxNorm: 1 }],
    ['label smoothing', { learningRate: 0.5, labelSmoothing: 0.2 }],
    ['momentum', { learningRate: 0.1, optimizer: { name: 'sgd', momentum: 0.5 } }],
    ['adagrad', { learningRate: 0.1, optimizer: 'adagrad' }],
    ['adam', { learningRate: 0.1, optimizer: 'adam' }],
    ['rprop', { learningRate: 0.1, optimizer: 'rprop' }],
  ])('does in five calls what a run of five batches does, with %s', async (_name, options) => {
    const [inCalls, inRun] = [create(), create()]
    const costs: number[] = []
    for (let from = 0; from < 20; from += 4) costs.push(await inCalls.partialFit(data.slice(from, from + 4), options))
    const [epoch] = await inRun.fit(data, { ...options, epochs: 1, batchSize: 4, shuffle: false })
    expect(sameBits(inCalls.parameters, inRun.parameters)).toBe(true)
    expect(epoch.cost).toBeCloseTo(costs.reduce((sum, cost) => sum + cost) / 5, 12)
  })

  it('resolves to the mean cost before the update', async () => {
    const network = create()
    const { cost } = await network.evaluate(data)
    expect(await network.partialFit(data, { learningRate: 0.1 })).toBeCloseTo(cost, 6)
    expect((await network.evaluate(data)).cost).toBeLessThan(cost)
  })

  it('keeps the optimizer state of a run, and resets it for another optimizer', async () => {
    const adam = { learningRate: 0.1, optimizer: 'adam' } as const
    const twoEpochs = { ...adam, epochs: 1, batchSize: 20, shuffle: false }
    const [after, twice, changed, started] = [create(), create(), create(), create()]
    await after.fit(data, twoEpochs)
    await after.partialFit(data, adam)
    await twice.fit(data, { ...twoEpochs, epochs: 2 })
    expect(sameBits(after.parameters, twice.parameters)).toBe(true)

    // Other settings count as another optimizer.
    await changed.partialFit(data, adam)
    const between = changed.parameters.slice()
    await changed.partialFit(data, { ...adam, optimizer: { name: 'adam', beta1: 0.8 } })
    started.parameters.set(between)
    await started.partialFit(data, { ...adam, optimizer: { name: 'adam', beta1: 0.8 } })
    expect(sameBits(changed.parameters, started.parameters)).toBe(true)
    expect(sameBits(changed.parameters, after.parameters)).toBe(false)
  })

  it('may run between two epochs of a run, whose optimizer then restarts', async () => {
    const [interrupted, inTwo] = [create(), create()]
    const run = { learningRate: 0.1, optimizer: 'adam', batchSize: 4, shuffle: false } as const
    const other = { learningRate: 0.1, optimizer: { name: 'sgd', momentum: 0.9 } } as const
    for await (const { number } of interrupted.train(data, { ...run, epochs: 2 })) {
      if (number === 1) await interrupted.partialFit(data, other)
    }
    await inTwo.fit(data, { ...run, epochs: 1 })
    await inTwo.partialFit(data, other)
    await inTwo.fit(data, { ...run, epochs: 1 })
    expect(sameBits(interrupted.parameters, inTwo.parameters)).toBe(true)
  })

  it('is refused by a busy network, and makes the network busy while it runs', async () => {
    const network = create()
    const learning = { learningRate: 0.1 }
    const run = network.fit(data, { ...learning, epochs: 1 })
    await Promise.resolve()
    await expect(network.partialFit(data, learning)).rejects.toThrow(
      new NetworkBusyError('the network is busy: partialFit must wait until training ends'),
    )
    await run
    const step = network.partialFit(data, learning)
    expect(() => network.parameters).toThrow(
      new NetworkBusyError('the network is busy: parameters must wait until partialFit ends'),
    )
    await step
    expect(network.parameters.length).toBe(26)
  })

  it.each<[string, unknown, unknown, DescentError]>([
    ['options that are not an object', data, null, new OptionError('partialFit options must be an object, not null')],
    [
      'a learning rate of 0',
      data,
      { learningRate: 0 },
      new OptionError('learningRate must be a number above 0, not 0'),
    ],
    [
      'an option of a run',
      data,
      { learningRate: 1, epochs: 2 },
      new OptionError(
        'unknown partialFit option "epochs"; known: learningRate, optimizer, rates, l1, l2, maxNorm, clipNorm, clipValue, labelSmoothing',
      ),
    ],
    [
      'another optimizer',
      data,
      { learningRate: 1, optimizer: 'sdg' },
      new OptionError('optimizer must be one of sgd, adagrad, rmsprop, adam, adamw, rprop, l-bfgs, not "sdg"'),
    ],
    [
      'momentum by its former name',
      data,
      { learningRate: 1, optimizer: 'momentum' },
      new OptionError(
        'optimizer must be one of sgd, adagrad, rmsprop, adam, adamw, rprop, l-bfgs (momentum is a setting of sgd), not "momentum"',
      ),
    ],
    [
      'nesterov without momentum',
      data,
      { learningRate: 1, optimizer: { name: 'sgd', nesterov: true } },
      new OptionError('sgd.momentum must be above 0 where sgd.nesterov is true, not 0'),
    ],
    [
      'a setting of another optimizer',
      data,
      { learningRate: 1, optimizer: { name: 'adam', momentum: 0.9 } },
      new OptionError('unknown adam option "momentum"; known: beta1, beta2, epsilon'),
    ],
    [
      'a beta of 1',
      data,
      { learningRate: 1, optimizer: { name: 'adam', beta1: 1 } },
      new OptionError('adam.beta1 must be a number from 0 to below 1, not 1'),
    ],
    [
      'a negative decay',
      data,
      { learningRate: 1, optimizer: { name: 'adamw', weightDecay: -1 } },
      new OptionError('adamw.weightDecay must be a number of at least 0, not -1'),
    ],
    [
      'rates that are not an object',
      data,
      { learningRate: 1, rates: 0.1 as never },
      new OptionError('rates must be an object such as { biases: 0.1 }, not 0.1'),
    ],
    [
      'the rate of another group',
      data,
      { learningRate: 1, rates: { bias: 0.1 } as never },
      new OptionError('unknown rates option "bias"; known: scale, weights, biases'),
    ],
    [
      'a negative rate',
      data,
      { learningRate: 1, rates: { biases: -1 } },
      new OptionError('rates.biases must be a number of at least 0, not -1'),
    ],
    ['no limit', data, { learningRate: 1, clipNorm: 0 }, new OptionError('clipNorm must be a number above 0, not 0')],
    [
      'labels smoothed away',
      data,
      { learningRate: 1, labelSmoothing: 1 },
      new OptionError('labelSmoothing must be a number from 0 to below 1, not 1'),
    ],
    ['rows', [[1, 2, 3]], { learningRate: 1 }, new OptionError('the batch must be a Dataset, not [[1, 2, 3]]')],
    [
      'rows without answers',
      new Dataset({ inputs: [[1, 2, 3]] }),
      { learningRate: 1 },
      new DataError('the batch has neither labels nor targets to learn from'),
    ],
  ])('refuses %s', async (_name, batch, options, error) => {
    const network = create()
    const before = network.parameters.slice()
    await expect(network.partialFit(batch as Dataset, options as UpdateOptions)).rejects.toThrow(error)
    expect(sameBits(network.parameters, before)).toBe(true)
  })
})
