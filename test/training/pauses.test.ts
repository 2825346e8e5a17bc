import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import {
  augment,
  Dataset,
  type Description,
  DivergedError,
  dense,
  dropout,
  type Epoch,
  Network,
  OptionError,
  type Pause,
  type TrainOptions,
  type YieldEvery,
} from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { failure, temporaryFolder } from '../support/files.js'
import { normals, sameBits } from '../support/numbers.js'
import { counting, slices } from '../support/sources.js'

const folder = temporaryFolder()
const rows = 25
const data = new Dataset({
  inputs: Float32Array.from(normals(rows * 6, 1, 'pauses')),
  width: 6,
  labels: Array.from({ length: rows }, (_, row) => (row * 5) % 3),
})
const validation = data.slice(0, 9)
const description: Description = {
  inputs: 6,
  layers: [dropout(0.1), dense(8, 'tanh'), dense(3, 'softmax')],
  cost: 'cross-entropy',
}
/** Seven batches an epoch, the last with one row. The options use every part of a run's state. */
const options = {
  epochs: 3,
  batchSize: 4,
  learningRate: 0.05,
  optimizer: 'adam',
  schedule: { name: 'cosine', warmUp: 3 },
  l2: 0.01,
  clipNorm: 2,
} satisfies TrainOptions

const isPause = (result: Epoch | Pause): result is Pause => 'done' in result
const timeless = (epochs: readonly Epoch[]) => epochs.map((epoch) => ({ ...epoch, seconds: 0 }))

/** Runs to the end. Calls `at` at each pause. Returns the pauses and the epochs that were yielded. */
async function runThrough(
  run: AsyncGenerator<Epoch | Pause, Epoch[], undefined>,
  at: (pause: Pause) => unknown = () => undefined,
): Promise<{ pauses: Pause[]; epochs: Epoch[] }> {
  const pauses: Pause[] = []
  const epochs: Epoch[] = []
  for await (const result of run) {
    if (isPause(result)) {
      pauses.push(result)
      await at(result)
    } else epochs.push(result)
  }
  return { pauses, epochs }
}

const placesOf = (pauses: readonly Pause[]) => pauses.map(({ epoch, done, batches }) => [epoch, done, batches])

describeOnBackends('the pauses of a run', (backend) => {
  const create = () => new Network(description, { seed: 4, backend })

  it('come after each n batches, but not at the end of an epoch', async () => {
    const { pauses, epochs } = await runThrough(create().train(data, { ...options, epochs: 2, yieldEvery: 3 }))
    expect(placesOf(pauses)).toEqual([
      [1, 12, 3],
      [1, 24, 6],
      [2, 12, 10],
      [2, 24, 13],
    ])
    expect(pauses.map((pause) => pause.rows)).toEqual([rows, rows, rows, rows])
    expect(epochs.map(({ number }) => number)).toEqual([1, 2])
    const atTheEnd = await runThrough(create().train(data, { ...options, yieldEvery: 7 }))
    expect(atTheEnd.pauses).toEqual([])
    expect(atTheEnd.epochs).toHaveLength(3)
  })

  it.each([
    ['adam, dropout, a schedule and penalties', {}],
    ['plain descent', { optimizer: 'sgd', schedule: 'constant', clipNorm: undefined, l2: 0 }],
    ['momentum and weights of rows', { optimizer: { name: 'sgd', momentum: 0.9 }, classWeights: 'balanced' }],
    ['validation and early stopping', { validation, earlyStopping: { patience: 1 } }],
  ] as [string, Partial<TrainOptions>][])(
    'do not change a bit, whatever reads the network: %s',
    async (_name, extra) => {
      const whole = create()
      const expected = await whole.fit(data, { ...options, ...extra })
      for (const yieldEvery of [1, 2, 5]) {
        const paused = create()
        const { epochs } = await runThrough(paused.train(data, { ...options, ...extra, yieldEvery }), async () => {
          await paused.evaluate(validation)
          paused.gradients([[1, 2, 3, 4, 5, 6]], [[0, 1, 0]])
          paused.activations(validation)
          expect(Network.fromBytes(paused.toBytes()).parameters.every(Number.isFinite)).toBe(true)
        })
        expect(timeless(epochs)).toEqual(timeless(expected))
        expect(sameBits(paused.parameters, whole.parameters)).toBe(true)
      }
    },
  )

  it('do not change a bit in a source, whose windows they may end with', async () => {
    for (const count of [24, 25]) {
      const some = data.slice(0, count)
      const whole = create()
      const sourceOptions = { ...options, rows: count, window: 8 }
      const expected = await whole.fit(slices(some, 5), sourceOptions)
      const paused = create()
      const run = paused.train(slices(some, 5), { ...sourceOptions, yieldEvery: 2 })
      const { pauses, epochs } = await runThrough(run, () => paused.evaluate(validation))
      const places = count === 24 ? [8, 16] : [8, 16, 24]
      expect(pauses.map(({ done }) => done)).toEqual([...places, ...places, ...places])
      expect(timeless(epochs)).toEqual(timeless(expected))
      expect(sameBits(paused.parameters, whole.parameters)).toBe(true)
    }
  })

  it('have the cost of the rows since the last one, and the rows that come next', async () => {
    // Without dropout, `gradients` computes the cost with which training sees a batch.
    const network = new Network({ inputs: 6, layers: [dense(8, 'tanh'), dense(3, 'softmax')] }, { seed: 1, backend })
    const { labels = [] } = data
    const costOf = (batch: Iterable<number>) => {
      const indices = [...batch]
      const inputs = indices.map((row) => data.inputs.subarray(row * 6, (row + 1) * 6))
      const targets = indices.map((row) => [0, 1, 2].map((number) => Number(number === labels[row])))
      return network.gradients(inputs, targets, { l2: 0.01 }).cost
    }
    const seen = new Set<number>()
    let expected: number | undefined
    let sum = 0
    const run = network.train(data, { ...options, epochs: 1, yieldEvery: 1 })
    for await (const result of run) {
      if (isPause(result)) {
        if (expected !== undefined) expect(result.cost).toBeCloseTo(expected, 5)
        const { nextRows = new Uint32Array() } = result
        expect(nextRows).toHaveLength(result.done === 24 ? 1 : 4)
        for (const row of nextRows) seen.add(row)
        expected = costOf(nextRows)
        sum += result.cost * 4
      } else {
        const last = result.cost * rows - sum
        expect(last).toBeCloseTo(Number(expected), 4)
      }
    }
    expect(seen.size).toBe(rows - 4)
  })

  it('have the mean cost of several batches and the rate of the last one', async () => {
    const single = await runThrough(create().train(data, { ...options, yieldEvery: 1 }))
    const several = await runThrough(create().train(data, { ...options, yieldEvery: 3 }))
    for (const pause of several.pauses) {
      const parts = single.pauses.filter(({ batches }) => batches > pause.batches - 3 && batches <= pause.batches)
      expect(parts).toHaveLength(3)
      expect(pause.cost).toBeCloseTo(parts.reduce((sum, { cost }) => sum + cost, 0) / 3, 10)
      expect(pause.learningRate).toBe(parts[2].learningRate)
    }
    const rates = single.pauses.map(({ learningRate }) => learningRate)
    expect(new Set(rates).size).toBeGreaterThan(15)
    const schedule = (step: number) => 0.5 ** step
    const { pauses } = await runThrough(create().train(data, { ...options, schedule, yieldEvery: 1 }))
    expect(pauses[7].learningRate).toBe(0.5 ** 8)
    expect(pauses[7].batches).toBe(9)
    const source = slices(data, 7)
    const fromSource = await runThrough(create().train(source, { ...options, schedule, window: 8, yieldEvery: 1 }))
    expect(fromSource.pauses.map((pause) => pause.learningRate)).toEqual(pauses.map((pause) => pause.learningRate))
  })

  it('know the next rows of a dataset only', async () => {
    const first = async (run: AsyncGenerator<Epoch | Pause, Epoch[], undefined>) => {
      const { value } = await run.next()
      await run.return([])
      return (value as Pause).nextRows
    }
    const order = Array.from({ length: rows }, (_, row) => rows - 1 - row)
    const plain = { ...options, yieldEvery: 2 }
    expect(await first(create().train(data, { ...plain, shuffle: () => order }))).toEqual(
      Uint32Array.of(16, 15, 14, 13),
    )
    expect(await first(create().train(data, { ...plain, shuffle: false }))).toEqual(Uint32Array.of(8, 9, 10, 11))
    expect(await first(create().train(slices(data, 5), { ...plain, rows }))).toBeUndefined()
    const pictures = new Dataset({ inputs: new Uint8Array(9 * 16), width: 16, labels: new Int32Array(9) })
    const augmentation = augment(pictures, { shift: 1, threads: 1 })
    const network = new Network([16, 2], { backend })
    expect(await first(network.train(pictures, { batchSize: 2, yieldEvery: 1, augmentation }))).toBeUndefined()
  })

  it('leave the network idle, and only then', async () => {
    const network = create()
    const run = network.train(data, { ...options, optimizer: 'sgd', schedule: 'constant', yieldEvery: 3 })
    const first = run.next()
    expect(() => network.parameters).toThrow('the network is busy: parameters must wait until training ends')
    await first
    const saved = network.toBytes()
    network.parameters.fill(0)
    const second = run.next()
    expect(() => network.parameters).toThrow('the network is busy: parameters must wait until training ends')
    const { value } = await second
    // With all parameters 0, the outputs of the first of these batches are equal.
    expect((value as Pause).done).toBe(24)
    expect(network.parameters.subarray(0, 48).some((weight) => weight !== 0)).toBe(false)
    expect(network.parameters.subarray(-3).every((bias) => bias !== 0)).toBe(true)
    expect(Network.fromBytes(saved).parameters.some((weight) => weight === 0)).toBe(false)
    await run.return([])
  })

  it('clear the state of an optimizer that was replaced', async () => {
    const momentum: TrainOptions = {
      batchSize: 5,
      epochs: 1,
      shuffle: false,
      learningRate: 0.1,
      optimizer: { name: 'sgd', momentum: 0.9 },
    }
    const small: Description = { inputs: 6, layers: [dense(3, 'softmax')] }
    const network = new Network(small, { seed: 1, backend })
    const run = network.train(data, { ...momentum, yieldEvery: 2 })
    await run.next()
    const parameters = network.parameters.slice()
    await network.partialFit(validation, { learningRate: 0.1, optimizer: 'adam' })
    network.parameters.set(parameters)
    await run.next()
    const fresh = new Network(small, { seed: 1, backend, parameters })
    await fresh.fit(data.slice(10, 20), momentum)
    expect(sameBits(network.parameters, fresh.parameters)).toBe(true)
    await run.return([])
  })

  it('ask a function for the number of batches at each of them', async () => {
    const paces = [1, 4, Number.POSITIVE_INFINITY, 2, 100, Number.POSITIVE_INFINITY]
    let asked = 0
    const yieldEvery = () => paces[asked++]
    const { pauses } = await runThrough(create().train(data, { ...options, yieldEvery }))
    expect(placesOf(pauses)).toEqual([
      [1, 4, 1],
      [1, 20, 5],
      [2, 8, 9],
    ])
    expect(asked).toBe(6)
  })

  it('save the run where it is aborted at a pause, and resume it with the same bits', async () => {
    const whole = create()
    const expected = await whole.fit(data, options)
    const checkpoint = { folder: join(folder, `${backend}-abort`), everySteps: 2, resume: true }
    const controller = new AbortController()
    const network = create()
    const run = network.train(data, { ...options, checkpoint, signal: controller.signal, yieldEvery: 3 })
    const aborted = runThrough(run, ({ batches }) => batches === 10 && controller.abort(new Error('enough')))
    expect(await failure(aborted)).toBe('Error: enough')
    expect(readdirSync(checkpoint.folder).sort().at(-1)).toBe('checkpoint-000002-000000012.safetensors')
    expect((await network.evaluate(validation)).cost).toBeGreaterThan(0)
    const resumed = create()
    const { pauses, epochs } = await runThrough(resumed.train(data, { ...options, checkpoint, yieldEvery: 2 }))
    expect(placesOf(pauses.slice(0, 3))).toEqual([
      [2, 20, 12],
      [3, 8, 16],
      [3, 16, 18],
    ])
    expect(timeless(epochs)).toEqual(timeless(expected.slice(1)))
    expect(sameBits(resumed.parameters, whole.parameters)).toBe(true)
  })

  it('can end the run: the network stays usable, and its folder and source are free', async () => {
    const whole = create()
    await whole.fit(data, options)
    const checkpoint = { folder: join(folder, `${backend}-return`), everySteps: 2, resume: true }
    const network = create()
    for await (const result of network.train(data, { ...options, checkpoint, yieldEvery: 3 })) {
      if (isPause(result) && result.epoch === 2) break
    }
    expect((await network.fit(data, { epochs: 1 })).length).toBe(1)
    const resumed = create()
    await resumed.fit(data, { ...options, checkpoint })
    expect(sameBits(resumed.parameters, whole.parameters)).toBe(true)
    const { source, count } = counting(data, 5)
    for await (const _ of network.train(source, { ...options, rows, window: 8, yieldEvery: 1 })) break
    await vi.waitFor(() => expect([count.opened, count.closed]).toEqual([1, 1]))
    expect((await network.fit(data, { epochs: 1 })).length).toBe(1)
  })

  it('do not change where a run diverges', async () => {
    const diverging: TrainOptions = { epochs: 3, batchSize: 4, learningRate: 1e30, shuffle: false }
    const targets = new Dataset({ inputs: data.inputs, width: 6, targets: Float32Array.from(normals(rows, 1, 't')) })
    const linear = () => new Network({ inputs: 6, layers: [dense(1, 'identity')] }, { seed: 1, backend })
    const errorOf = (run: Promise<unknown>) => run.catch((error: unknown) => error)
    const whole = await errorOf(linear().fit(targets, diverging))
    const network = linear()
    const before = network.parameters.slice()
    const paused = await errorOf(runThrough(network.train(targets, { ...diverging, yieldEvery: 1 })))
    expect(paused).toBeInstanceOf(DivergedError)
    expect((paused as DivergedError).place.epoch).toBe(1)
    expect((whole as DivergedError).place.epoch).toBe(1)
    expect(network.parameters).toEqual(before)
  })
})

describe('the option yieldEvery', () => {
  const create = () => new Network(description, { seed: 4, backend: 'typescript' })
  const option =
    'yieldEvery must be a whole number of at least 1, or Infinity, or a function that returns such a number'
  const returned = 'what yieldEvery returns must be a whole number of at least 1, or Infinity'

  it.each([
    [0, `${option}, not 0`],
    [1.5, `${option}, not 1.5`],
    [Number.NaN, `${option}, not NaN`],
    ['3', `${option}, not "3"`],
    [null, `${option}, not null`],
  ] as [unknown, string][])('refuses %s', (yieldEvery, message) => {
    const wrong = { ...options, yieldEvery: yieldEvery as YieldEvery }
    expect(() => create().train(data, wrong)).toThrow(new OptionError(message))
    expect(() => create().train(slices(data, 5), wrong)).toThrow(new OptionError(message))
  })

  const notAwaited = 'yieldEvery must not be an async function or return a promise, because it is not awaited'
  it.each([
    ['0', () => 0, `${returned}, not 0`],
    ['nothing', () => undefined, `${returned}, not undefined`],
    ['a promise', () => Promise.reject(new Error('never seen')), notAwaited],
  ] as [string, () => unknown, string][])('refuses a function that returns %s', async (_name, pace, message) => {
    const network = create()
    const { source, count } = counting(data, 5)
    const yieldEvery = pace as () => number
    expect(await failure(network.train(data, { yieldEvery }).next())).toBe(`OptionError: ${message}`)
    expect(await failure(network.train(source, { yieldEvery }).next())).toBe(`OptionError: ${message}`)
    expect([count.opened, count.closed]).toEqual([1, 1])
    expect(network.toBytes().length).toBeGreaterThan(0)
  })

  it('passes an error of the function on', async () => {
    const yieldEvery = () => {
      throw new Error('no pace')
    }
    expect(await failure(create().train(data, { yieldEvery }).next())).toBe('Error: no pace')
  })

  it('is refused by fit, by l-bfgs and by partialFit', async () => {
    const network = new Network([6, 3], { seed: 1 })
    expect(await failure(network.fit(data, { yieldEvery: 3 } as TrainOptions))).toBe(
      'OptionError: fit returns epochs only: the option yieldEvery is for train, which yields at each pause',
    )
    expect(() => network.train(data, { optimizer: 'l-bfgs', yieldEvery: 3 })).toThrow(
      new OptionError('l-bfgs takes all rows at once: the option yieldEvery is not possible'),
    )
    expect(await failure(network.partialFit(data, { yieldEvery: 3 } as TrainOptions))).toMatch(
      /^OptionError: unknown partialFit option "yieldEvery"; known: /,
    )
  })

  it('leaves the time of a pause out of the seconds of the epoch', async () => {
    const now = performance.now.bind(performance)
    let late = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + late)
    try {
      const run = create().train(data, { ...options, epochs: 1, yieldEvery: 3 })
      const { epochs } = await runThrough(run, () => {
        late += 1e9
      })
      expect(epochs[0].seconds).toBeLessThan(1e5)
    } finally {
      clock.mockRestore()
    }
  })
})
