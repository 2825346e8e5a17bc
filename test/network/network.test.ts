import { describe, expect, it } from 'vitest'
import {
  BackendError,
  DataError,
  Dataset,
  type DescentError,
  dense,
  MemoryError,
  Network,
  OptionError,
} from '#src/index'
import { sameBits } from '../support/numbers.js'

const options = { backend: 'typescript' } as const
const network = new Network([3, 4, 2], options)
const data = new Dataset({ inputs: new Float32Array(12), width: 3, labels: [0, 1, 0, 1] })

describe('a new network', () => {
  it('starts from N(0, 1), or from N(0, 1/inputs) with scaled-normal', () => {
    const deviation = (values: ArrayLike<number>) =>
      Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length)
    const normal = new Network([400, 100, 10], options)
    expect(deviation(normal.layers[0].weights)).toBeCloseTo(1, 1)
    expect(deviation(normal.layers[0].biases)).toBeCloseTo(1, 0)
    const scaled = new Network({ inputs: 400, layers: [dense(100), dense(10)], initializer: 'scaled-normal' }, options)
    expect(deviation(scaled.layers[0].weights)).toBeCloseTo(1 / 20, 2)
    expect(deviation(scaled.layers[0].biases)).toBeCloseTo(1, 0)
  })

  it('starts from the same numbers for the same seed in both precisions, and from given parameters', () => {
    const float32 = new Network([3, 4, 2], { ...options, seed: 9 })
    const float64 = new Network([3, 4, 2], { ...options, seed: 9, dtype: 'float64' })
    expect(sameBits(Float32Array.from(float64.parameters), float32.parameters)).toBe(true)
    const given = Array.from({ length: 26 }, (_, i) => i)
    const started = new Network([3, 4, 2], { ...options, parameters: given })
    expect([...started.parameters]).toEqual(given)
    expect([...started.layers[0].weights]).toEqual(given.slice(0, 12))
    expect([...started.layers[0].biases]).toEqual([12, 13, 14, 15])
    expect([...started.layers[1].weights]).toEqual(given.slice(16, 24))
    started.layers[1].biases.set([7, 8])
    expect([...started.parameters].slice(24)).toEqual([7, 8])
  })

  it('describes itself', () => {
    expect(network.summary().split('\n').slice(0, 4)).toEqual([
      'layer  shape   activation  parameters',
      '1      3 -> 4  sigmoid             16',
      '2      4 -> 2  sigmoid             10',
      '26 parameters in float32, cost quadratic, initializer normal',
    ])
    expect(network.backend).toMatchObject({ name: 'typescript', reason: 'asked for by the option backend' })
    expect(network.listing('predict', { rows: 1 })).toContain("gemm             z1[1x4] = x[1x3] x W1[4x3]'")
  })
})

describe('the input of a network', () => {
  it('may be one row or many, flat or nested, bytes or floats, with a row of outputs for each', () => {
    const one = network.feedforward([1, 0, 1])
    expect(one.length).toBe(2)
    const many = network.feedforward([
      [1, 0, 1],
      [0, 1, 0],
    ])
    expect([...many.subarray(0, 2)]).toEqual([...one])
    expect([...network.feedforward(Float32Array.of(1, 0, 1, 0, 1, 0))]).toEqual([...many])
    expect([...network.feedforward(Uint8Array.of(255, 0, 255))]).toEqual([...one])
  })

  type Call = () => unknown
  const train = (change: object) => () => network.fit(data, { learningRate: 1, ...change })
  it.each<[string, Call, DescentError]>([
    [
      'an unknown option',
      () => new Network([1, 1], { sead: 1 } as object),
      new OptionError('unknown network option "sead"; known: seed, dtype, backend, threads, parameters'),
    ],
    [
      'a seed below 0',
      () => new Network([1, 1], { seed: -1 }),
      new OptionError('seed must be a whole number of at least 0, not -1'),
    ],
    [
      'another dtype',
      () => new Network([1, 1], { dtype: 'float16' as 'float32' }),
      new OptionError(`dtype must be 'float32' or 'float64', not "float16"`),
    ],
    [
      'no threads',
      () => new Network([1, 1], { threads: 0 }),
      new OptionError('threads must be a whole number from 1 to 1024, not 0'),
    ],
    [
      'an unknown backend',
      () => new Network([1, 1], { backend: 'cuda' as 'auto' }),
      new OptionError(`backend must be 'auto', 'native', 'wasm' or 'typescript', not "cuda"`),
    ],
    [
      'parameters of another number',
      () => new Network([1, 1], { parameters: [1] }),
      new OptionError('parameters must have 2 numbers, not 1'),
    ],
    [
      'a learning rate of 0',
      train({ learningRate: 0 }),
      new OptionError('learningRate must be a number above 0, not 0'),
    ],
    [
      'a negative learning rate',
      train({ learningRate: -1 }),
      new OptionError('learningRate must be a number above 0, not -1'),
    ],
    ['no epochs', train({ epochs: 0 }), new OptionError('epochs must be a whole number of at least 1, not 0')],
    [
      'half a batch',
      train({ batchSize: 0.5 }),
      new OptionError('batchSize must be a whole number of at least 1, not 0.5'),
    ],
    ['a negative penalty', train({ l2: -1 }), new OptionError('l2 must be a number of at least 0, not -1')],
    [
      'a shuffle that is neither',
      train({ shuffle: 'yes' }),
      new OptionError('shuffle must be true, false or a function of the epoch, not "yes"'),
    ],
    [
      'an order that is too short',
      train({ shuffle: () => [1] }),
      new OptionError('shuffle must return an order of 4 rows for epoch 1, not 1'),
    ],
    [
      'no order',
      train({ shuffle: () => undefined }),
      new OptionError('shuffle must return an order of 4 rows for epoch 1, not undefined'),
    ],
    [
      'an order past the rows',
      train({ shuffle: () => [0, 1, 2, 4] }),
      new OptionError('shuffle gave 4 at place 3 of epoch 1: rows go from 0 to 3'),
    ],
    [
      'a misspelt option',
      train({ epoch: 3 }),
      new OptionError(
        'unknown train option "epoch"; known: epochs, batchSize, dropLastBatch, learningRate, optimizer, rates, l1, l2, maxNorm, clipNorm, clipValue, labelSmoothing, schedule, classWeights, sampleWeights, shuffle, augmentation, validation, metrics, trainingMetrics, earlyStopping, checkpoint, signal, onProgress, yieldEvery, communicator, sync',
      ),
    ],
    [
      'no dataset',
      () => network.fit([1, 2, 3] as unknown as Dataset, { learningRate: 1 }),
      new OptionError('the training dataset must be a Dataset, not [1, 2, 3]'),
    ],
    [
      'a dataset of another width',
      () => network.fit(new Dataset({ inputs: [[1]], labels: [0] }), { learningRate: 1 }),
      new DataError('the training dataset has rows of 1 numbers, the network takes 3'),
    ],
    [
      'a dataset without answers',
      () => network.fit(new Dataset({ inputs: [[1, 2, 3]] }), { learningRate: 1 }),
      new DataError('the training dataset has neither labels nor targets to learn from'),
    ],
    [
      'targets of another width',
      () => network.evaluate(new Dataset({ inputs: [[1, 2, 3]], targets: [[1]] })),
      new DataError('the dataset has targets of 1 numbers, the network gives 2'),
    ],
    [
      'a label out of range',
      () => network.evaluate(new Dataset({ inputs: [[1, 2, 3]], labels: [2] })),
      new DataError('label 2 at row 0 is out of range: the network has 2 outputs, so labels go from 0 to 1'),
    ],
    [
      'a row that is too short',
      () => network.feedforward([1, 2]),
      new DataError('x has 2 numbers, which is not a multiple of the 3 that a row has'),
    ],
    ['no row', () => network.feedforward([]), new DataError('x has no rows')],
    [
      'rows of different widths',
      () => network.feedforward([[1, 2, 3], [1]]),
      new DataError('x row 1 has 1 numbers instead of 3'),
    ],
    [
      'text',
      () => network.feedforward('123' as unknown as number[]),
      new OptionError('x must be a typed array, an array of numbers or an array of rows, not "123"'),
    ],
    [
      'NaN to predict',
      () => network.predict([1, 2, Number.NaN]),
      new DataError('rows has NaN at row 0, column 2: every number must be finite'),
    ],
    [
      'fewer answers than rows',
      () => network.gradients([1, 2, 3, 4, 5, 6], [[0, 1]]),
      new DataError('y has 1 rows, x has 2'),
    ],
    [
      'answers that are neither labels nor targets',
      () => network.gradients([1, 2, 3, 4, 5, 6], [0, 1, 1]),
      new DataError('y must have a length of 2 (labels) or 4 (targets: 2 x 2, rows x outputs), not 3'),
    ],
    [
      'a label beyond the outputs',
      () => network.gradients([1, 2, 3, 4, 5, 6], [0, 2]),
      new DataError('label 2 at row 1 is out of range: the network has 2 outputs, so labels go from 0 to 1'),
    ],
    [
      'an unknown task',
      () => network.listing('learn' as 'train'),
      new OptionError('task must be one of train, gradients, deltas, evaluate, predict, classify, not "learn"'),
    ],
    [
      'a listing for too many rows',
      () => network.listing('train', { rows: 1e12 }),
      new OptionError('rows must be a whole number from 1 to 2147483647, not 1000000000000'),
    ],
    [
      'a network too large for any machine',
      () => new Network([1e6, 1e9, 1]),
      new MemoryError('this machine cannot allocate 4.00e+6 GB of memory in one block'),
    ],
  ])('is refused if it is %s', async (_name, call, error) => {
    await expect((async () => call())()).rejects.toThrow(error)
    await expect((async () => call())()).rejects.toBeInstanceOf(error.constructor)
  })

  it('is refused before the first epoch is requested', () => {
    expect(() => network.train(data, { learningRate: 0 })).toThrow('learningRate must be a number above 0, not 0')
  })

  it('raises errors named after their class', () => {
    expect(new BackendError('x').name).toBe('BackendError')
    expect(String(new DataError('x'))).toBe('DataError: x')
  })
})

describe('aborting', () => {
  it('refuses to start if the signal is already aborted', async () => {
    const signal = AbortSignal.abort(new Error('too late'))
    await expect(network.predict([1, 2, 3], { signal })).rejects.toThrow('too late')
    await expect(network.evaluate(data, { signal })).rejects.toThrow('too late')
    await expect(network.fit(data, { learningRate: 1, signal })).rejects.toThrow('too late')
    // The network is idle again.
    expect(network.feedforward([1, 2, 3]).length).toBe(2)
  })
})
