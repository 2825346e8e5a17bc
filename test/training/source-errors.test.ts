import { expect, it } from 'vitest'
import {
  type BatchSource,
  DataError,
  Dataset,
  type DescentError,
  DivergedError,
  dense,
  Network,
  OptionError,
  type SourceOptions,
} from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, sameBits } from '../support/numbers.js'
import { counting, slices } from '../support/sources.js'

const data = new Dataset({ inputs: normals(60, 1), width: 3, labels: Int32Array.from({ length: 20 }, (_, i) => i % 2) })
const learning = { epochs: 2, batchSize: 4, learningRate: 0.1 } as const
const plain = { ...learning, window: 8 } as const

/** A source that gives two batches, and then the given values. */
function then(...more: unknown[]): BatchSource {
  return async function* () {
    yield* slices(data.slice(0, 10), 5)()
    for (const batch of more) yield batch as Dataset
  }
}

describeOnBackends('a source', (backend) => {
  const create = () =>
    new Network({ inputs: 3, layers: [dense(2, 'softmax')], cost: 'cross-entropy' }, { seed: 5, backend })

  it.each<[string, BatchSource, Partial<SourceOptions>, DescentError]>([
    ['no batch', then('text'), {}, new OptionError('batch 3 of epoch 1 must be a Dataset, not "text"')],
    ['nothing', then(undefined), {}, new OptionError('batch 3 of epoch 1 must be a Dataset, not undefined')],
    [
      'rows of another width',
      then(new Dataset({ inputs: [[1, 2]], labels: [0] })),
      {},
      new DataError('batch 3 of epoch 1 has rows of 2 numbers, the network takes 3'),
    ],
    [
      'rows without answers',
      then(new Dataset({ inputs: [[1, 2, 3]] })),
      {},
      new DataError('batch 3 of epoch 1 has neither labels nor targets to learn from'),
    ],
    [
      'targets of another width',
      then(new Dataset({ inputs: [[1, 2, 3]], targets: [[1]] })),
      {},
      new DataError('batch 3 of epoch 1 has targets of 1 numbers, the network gives 2'),
    ],
    [
      'a label out of range',
      then(new Dataset({ inputs: [[1, 2, 3]], labels: [2] })),
      {},
      new DataError(
        'batch 3 of epoch 1: label 2 at row 0 is out of range: the network has 2 outputs, so labels go from 0 to 1',
      ),
    ],
    [
      'targets after labels',
      then(new Dataset({ inputs: [[1, 2, 3]], targets: [[1, 0]] })),
      {},
      new DataError(
        'batch 3 of epoch 1 has float inputs with scale 1 and targets, but the batches before it have float inputs with scale 1 and labels',
      ),
    ],
    [
      'bytes after floats',
      then(new Dataset({ inputs: Uint8Array.of(1, 2, 3), width: 3, scale: 1, labels: [0] })),
      {},
      new DataError(
        'batch 3 of epoch 1 has byte inputs with scale 1 and labels, but the batches before it have float inputs with scale 1 and labels',
      ),
    ],
    ['no rows', empty, {}, new DataError('the source gave no rows in epoch 1')],
    [
      'no iterable',
      (() => [data]) as unknown as BatchSource,
      {},
      new OptionError('what the source returns must be an async iterable of datasets, not [an object (Dataset)]'),
    ],
    [
      'fewer rows than it should',
      slices(data, 6),
      { rows: 21 },
      new DataError('the source gave 20 rows in epoch 1, but the option rows is 21'),
    ],
    [
      'more rows than it should',
      slices(data, 6),
      { rows: 17 },
      new DataError('the source gave 18 rows up to batch 3 of epoch 1, but the option rows is 17'),
    ],
    [
      'targets where classes have weights',
      slices(new Dataset({ inputs: [[1, 2, 3]], targets: [[1, 0]] }), 1),
      { classWeights: [1, 2] },
      new OptionError('classWeights need a source with labels'),
    ],
  ])('is refused if it gives %s, and the network stays usable', async (_name, source, options, error) => {
    const network = create()
    const run = network.fit(source, { ...plain, ...options })
    await expect(run).rejects.toThrow(error)
    await expect(run).rejects.toBeInstanceOf(error.constructor)
    await network.fit(slices(data, 3), plain)
  })

  it('is closed if one of its batches is refused or the run diverges', async () => {
    const bad = counting(data, 2)
    const wrong = new Network([4, 2], { backend })
    await expect(wrong.fit(bad.source, plain)).rejects.toThrow('has rows of 3 numbers, the network takes 4')
    expect(bad.count).toEqual({ opened: 1, closed: 1, rows: 2 })

    const large = new Dataset({
      inputs: Array.from({ length: 20 }, (_, i) => [i < 12 ? 1 : 1e200, 0, 0]),
      targets: data.inputs.slice(0, 20) as Float64Array,
    })
    const network = new Network({ inputs: 3, layers: [dense(1, 'identity')] }, { dtype: 'float64', backend })
    const before = network.parameters.slice()
    const { source, count } = counting(large, 1)
    const run = network.fit(source, {
      ...plain,
      learningRate: 0.01,
      schedule: (step) => 0.01 / (step + 1),
      shuffle: false,
    })
    await expect(run).rejects.toThrow(
      /^training diverged in epoch 1, batch 4: .* a learning rate that is too high \(0.0025 here\)/,
    )
    await expect(run).rejects.toMatchObject({ place: { epoch: 1, batch: 4, row: 12 } })
    await expect(run).rejects.toBeInstanceOf(DivergedError)
    expect(count.closed).toBe(1)
    expect(sameBits(network.parameters, before)).toBe(true)
  })

  it('passes its own error to the caller, after the run has learned from the rows before it', async () => {
    const fault = new Error('the disk is gone')
    const network = create()
    const run = network.fit(
      async function* () {
        yield* slices(data, 5)()
        throw fault
      },
      { ...plain, shuffle: false },
    )
    await expect(run).rejects.toBe(fault)
    // The run has learned from whole windows: 16 rows of 20.
    const expected = create()
    await expected.fit(data.slice(0, 16), { ...learning, epochs: 1, shuffle: false })
    expect(sameBits(network.parameters, expected.parameters)).toBe(true)
    // A source that cannot even be opened.
    await expect(
      network.fit(() => {
        throw fault
      }, plain),
    ).rejects.toBe(fault)
    await network.fit(slices(data, 5), plain)
  })

  it('is closed when the run is aborted while it learns or waits', async () => {
    const { source, count } = counting(data, 1)
    const controller = new AbortController()
    const onProgress = () => controller.abort(new Error('enough'))
    await expect(create().fit(source, { ...plain, signal: controller.signal, onProgress })).rejects.toThrow('enough')
    expect(count).toMatchObject({ opened: 1, closed: 1 })

    // The run does not wait for a source that never answers.
    let returned = 0
    const waits = new AbortController()
    const silent: AsyncIterable<Dataset> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => setTimeout(() => waits.abort(new Error('too slow')), 1)),
        return: () => {
          returned++
          return new Promise(() => undefined)
        },
      }),
    }
    const network = create()
    await expect(network.fit(() => silent, { ...plain, signal: waits.signal })).rejects.toThrow('too slow')
    expect(returned).toBe(1)
    await network.fit(slices(data, 5), plain)
  })

  it('is not opened if the signal is already aborted', async () => {
    const { source, count } = counting(data, 5)
    const signal = AbortSignal.abort(new Error('too late'))
    await expect(create().fit(source, { ...plain, signal })).rejects.toThrow('too late')
    expect(count.rows).toBe(0)
  })

  it.each<[string, object, string]>([
    [
      'sampleWeights',
      { sampleWeights: [1] },
      'sampleWeights need one number for each row of a dataset: they cannot be used with a source',
    ],
    [
      'augmentation',
      { augmentation: { epoch: async () => data } },
      'augmentation needs a whole dataset: let the source give batches that are already augmented',
    ],
    [
      'trainingMetrics',
      { trainingMetrics: ['f1'] },
      'trainingMetrics need a second pass over all rows: pass some rows as validation and use metrics',
    ],
    [
      'balanced classes',
      { classWeights: 'balanced' },
      "classWeights 'balanced' need the labels of all rows: give one number for each class",
    ],
    [
      'weights of too few classes',
      { classWeights: [1] },
      'classWeights must have one number for each class, 2 in all, not 1',
    ],
    ['an order', { shuffle: () => [0] }, 'shuffle must be true or false for a source, not function shuffle'],
    ['l-bfgs', { optimizer: 'l-bfgs' }, 'l-bfgs takes all rows at once: it needs a dataset'],
    [
      'cosine without rows',
      { schedule: 'cosine' },
      'the schedule cosine needs the number of rows that the source gives: set the option rows',
    ],
    ['no window', { window: 0 }, 'window must be a whole number of at least 1, not 0'],
    ['no rows', { rows: 1.5 }, 'rows must be a whole number of at least 1, not 1.5'],
    [
      'a misspelt option',
      { windows: 3 },
      'unknown train option "windows"; known: epochs, batchSize, dropLastBatch, learningRate, optimizer, rates, l1, l2, maxNorm, clipNorm, clipValue, labelSmoothing, schedule, classWeights, sampleWeights, shuffle, augmentation, validation, metrics, trainingMetrics, earlyStopping, checkpoint, signal, onProgress, yieldEvery, communicator, sync, rows, window',
    ],
  ])('is refused before it is opened: %s', (_name, options, message) => {
    const { source, count } = counting(data, 5)
    expect(() => create().train(source, { ...plain, ...options } as SourceOptions)).toThrow(new OptionError(message))
    expect(count.opened).toBe(0)
  })

  it('must be a function, because it is opened once per epoch', () => {
    const stream = slices(data, 5)()
    expect(() => create().train(stream as unknown as BatchSource, plain)).toThrow(
      new OptionError('an async iterable can be read only once: pass a function that opens it again for each epoch'),
    )
  })
})

async function* empty(): AsyncGenerator<Dataset, void, undefined> {}
