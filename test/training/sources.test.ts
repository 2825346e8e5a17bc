import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createRandom, shuffle } from '#src/base/random'
import { Dataset, dense, dropout, Network, type SourceOptions, selectRows } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, sameBits } from '../support/numbers.js'
import { shareOut } from '../support/random-networks.js'
import { counting, slices } from '../support/sources.js'

const rows = 107
const bytes = new Dataset({
  inputs: Uint8Array.from(normals(rows * 5, 1), (value) => Math.min(255, Math.abs(value) * 100)),
  width: 5,
  labels: Array.from({ length: rows }, (_, row) => (row * 7) % 3),
})
const targets = Float64Array.from(normals(rows * 3, 3), (value) => 1 / (1 + Math.exp(value)))
shareOut(targets, 3)
const floats = new Dataset({ inputs: normals(rows * 5, 2), width: 5, targets })
/** A network whose training depends on the row of the epoch and on the optimizer's state. */
const description = {
  inputs: 5,
  layers: [dropout(0.2), dense(6, 'tanh'), dropout(0.3), dense(3, 'softmax')],
  cost: 'cross-entropy',
} as const
const plain = { epochs: 3, batchSize: 4, learningRate: 0.1, shuffle: false } as const

const timeless = (history: readonly { seconds: number }[]) => history.map((epoch) => ({ ...epoch, seconds: 0 }))

describeOnBackends('training from a source', (backend) => {
  const create = (dtype: 'float32' | 'float64' = 'float32') => new Network(description, { seed: 5, dtype, backend })

  const options: [string, Partial<SourceOptions>][] = [
    ['sgd', {}],
    ['adam, penalties and limits', { optimizer: 'adam', l1: 0.001, l2: 0.01, clipNorm: 1, maxNorm: 2 }],
    [
      'a falling rate',
      { schedule: { name: 'exponential', factor: 0.5, warmUp: 9 }, optimizer: { name: 'sgd', momentum: 0.9 } },
    ],
    ['a rate of each step', { schedule: (step) => 0.5 / (step + 1) }],
    ['a cosine over a number of rows that is said', { schedule: { name: 'cosine', warmUp: 2 }, rows }],
    ['the plateau rule', { schedule: { name: 'plateau', patience: 1 } }],
    ['weights of classes', { classWeights: [1, 0.5, 2] }],
    ['validation and early stopping', { validation: bytes.slice(0, 30), earlyStopping: { patience: 1 } }],
    ['a batch larger than all', { batchSize: 1000 }],
  ]
  it.each(options)('gives the same bits as a dataset that is not shuffled: %s', async (_name, extra) => {
    const { rows: _, ...ofDataset } = extra
    const whole = create()
    const history = await whole.fit(bytes, { ...plain, ...ofDataset })
    // Single rows, batches across windows, several windows per batch, and one batch with all rows.
    for (const [size, window] of [
      [1, 16],
      [7, 16],
      [100, 30],
      [107, 107],
    ]) {
      const network = create()
      expect(timeless(await network.fit(slices(bytes, size), { ...plain, ...extra, window }))).toEqual(
        timeless(history),
      )
      expect(sameBits(network.parameters, whole.parameters), `batches of ${size}, windows of ${window}`).toBe(true)
    }
  })

  it('takes rows with float64 targets and windows of the default length', async () => {
    const [whole, network] = [create('float64'), create('float64')]
    const history = await whole.fit(floats, { ...plain, labelSmoothing: 0.1 })
    const options = { ...plain, labelSmoothing: 0.1 }
    expect(timeless(await network.fit(slices(floats, 20), options))).toEqual(timeless(history))
    expect(sameBits(network.parameters, whole.parameters)).toBe(true)
  })

  it('shuffles each window by the seed, and rows stay in their window', async () => {
    const network = create()
    await network.fit(slices(bytes, 7), { ...plain, epochs: 2, window: 38, shuffle: true })
    // Windows have 40 rows, because a batch has 4. The same orders by hand:
    const expected = create()
    const orderOf = (epoch: number) =>
      [0, 40, 80].flatMap((first, number) => {
        const order = Uint32Array.from({ length: Math.min(40, rows - first) }, (_, i) => i)
        return [...shuffle(order, createRandom(5, 'window', epoch, number))].map((row) => first + row)
      })
    const orders = [orderOf(0), orderOf(1)]
    await expected.fit(bytes, { ...plain, epochs: 2, shuffle: (epoch) => orders[epoch - 1] })
    expect(sameBits(network.parameters, expected.parameters)).toBe(true)
    expect([...orders[0]].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row))
    expect(orders[0]).not.toEqual(orders[1])
    // The batch sizes of the source do not matter.
    const again = create()
    await again.fit(slices(bytes, 90), { ...plain, epochs: 2, window: 40, shuffle: true })
    expect(sameBits(again.parameters, network.parameters)).toBe(true)
    const unshuffled = create()
    await unshuffled.fit(slices(selectRows(bytes, orders[0]), 9), { ...plain, epochs: 1, window: 12 })
    await unshuffled.fit(slices(selectRows(bytes, orders[1]), 9), { ...plain, epochs: 1, window: 12 })
    expect(sameBits(unshuffled.parameters, network.parameters)).toBe(true)
  })

  it('fetches the next window while the run learns from one, but no more', async () => {
    const { source, count } = counting(bytes, 3)
    const ahead: number[] = []
    const network = create()
    const onProgress = ({ done, rows: known }: { done: number; rows: number | undefined }) => {
      expect(known).toBeUndefined()
      ahead.push(count.rows - done)
    }
    await network.fit(source, { ...plain, epochs: 1, window: 8, onProgress })
    // The rest of a window, the next window, and a batch that extends beyond it.
    expect(Math.max(...ahead)).toBeLessThanOrEqual(2 * 8 + 3)
    expect(Math.max(...ahead)).toBeGreaterThanOrEqual(8)
    expect(count).toEqual({ opened: 1, closed: 1, rows })
  })

  it('copies a batch before it asks for the next one', async () => {
    const [whole, network] = [create(), create()]
    await whole.fit(bytes, plain)
    const batch = Dataset.allocate({ rows: 10, width: 5, labels: true })
    const again = async function* () {
      for await (const { inputs, labels, rows } of slices(bytes, 10)()) {
        batch.inputs.set(inputs)
        batch.labels?.set(labels ?? [])
        yield batch.slice(0, rows)
      }
    }
    await network.fit(again, { ...plain, window: 16 })
    expect(sameBits(network.parameters, whole.parameters)).toBe(true)
  })

  it('opens the source once per epoch, and yields between epochs', async () => {
    const { source, count } = counting(bytes, 10)
    const network = create()
    for await (const { number } of network.train(source, { ...plain, window: 16 })) {
      expect(count).toEqual({ opened: number, closed: number, rows: number * rows })
      expect(network.feedforward([1, 2, 3, 4, 5]).length).toBe(3)
    }
    expect(count.opened).toBe(3)
  })

  it('learns from epochs of different lengths without the option rows', async () => {
    const network = create()
    const lengths = [50, 107, 30]
    let epoch = 0
    const history = await network.fit(() => slices(bytes.slice(0, lengths[epoch++]), 8)(), {
      ...plain,
      window: 16,
      schedule: (step) => 1 / (step + 1),
    })
    // 13, 27 and 8 updates.
    expect(history.map(({ learningRate }) => learningRate)).toEqual([1 / 13, 1 / 40, 1 / 48])
    const expected = create()
    let step = 0
    for (const [i, length] of lengths.entries()) {
      const before = step
      const [{ cost }] = await expected.fit(bytes.slice(0, length), {
        ...plain,
        epochs: 1,
        schedule: (ofEpoch) => 1 / (before + ofEpoch + 1),
      })
      expect(history[i].cost).toBe(cost)
      step += Math.ceil(length / 4)
    }
    expect(sameBits(network.parameters, expected.parameters)).toBe(true)
  })

  it('can use the network that learns from it, as it was at the beginning of the epoch', async () => {
    const network = create()
    const rows = bytes.slice(0, 20)
    const answered = {
      batches: (by: Network) => by.classifyBatches([rows])[Symbol.asyncIterator]().next(),
      later: (by: Network) => setTimeout(5).then(() => by.predictBatches([rows])[Symbol.asyncIterator]().next()),
      stream: (by: Network) =>
        Readable.from([[1, 2, 3, 4, 5]])
          .pipe(by.classifier())
          .toArray(),
    }
    for (const kind of ['batches', 'later', 'stream'] as const) {
      const used = create()
      const source = async function* () {
        yield rows
        await answered[kind](used)
        yield rows
      }
      await used.fit(source, plain)
      const calm = create()
      await calm.fit(async function* () {
        yield rows
        yield rows
      }, plain)
      expect(sameBits(used.parameters, calm.parameters)).toBe(true)
    }
    expect(await network.classify(rows)).toHaveLength(20)
  })
})
