import { Readable } from 'node:stream'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { DataError, Dataset, Network, OptionError, type Rows } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, sameBits } from '../support/numbers.js'
import { drain } from '../support/streams.js'

describeOnBackends('a source of batches', (backend) => {
  const network = new Network([3, 9, 4], { seed: 3, backend })
  const flat = Float32Array.from(normals(900, 5))
  const pieces = [0, 1, 50, 51, 250, 300].slice(1).map((to, i) => [[0, 1, 50, 51, 250][i], to])
  const batches = pieces.map(([from, to]) => flat.subarray(from * 3, to * 3))

  it('gets the answers of predict and classify for each batch, bit for bit', async () => {
    const datasets = batches.map((inputs) => new Dataset({ inputs, width: 3 }))
    for (const source of [batches, datasets, Readable.from(datasets)]) {
      const predicted = await drain(network.predictBatches<Dataset | Float32Array>(source))
      expect(predicted.given.map(({ batch }) => batch)).toEqual(
        batches.map((_, i) => (source === batches ? batches : datasets)[i]),
      )
      for (const [i, { outputs }] of predicted.given.entries()) {
        expect(sameBits(outputs, await network.predict(batches[i]))).toBe(true)
      }
      const again = source instanceof Readable ? Readable.from(datasets) : source
      const classified = await drain(network.classifyBatches<Dataset | Float32Array>(again))
      for (const [i, { classes }] of classified.given.entries()) {
        expect(classes).toEqual(await network.classify(batches[i]))
      }
      expect([predicted.given.length, classified.given.length]).toEqual([5, 5])
    }
    expect((await drain(network.predictBatches([]))).given).toEqual([])
  })

  it('may have batches of any form, with a function that returns their rows', async () => {
    const source = batches.map((values, id) => ({ id, columns: { values } }))
    const inputs = ({ columns }: (typeof source)[0]) => columns.values
    const { given } = await drain(network.classifyBatches(source, { inputs }))
    expect(given.map(({ batch }) => batch.id)).toEqual([0, 1, 2, 3, 4])
    expect(given[2].classes).toEqual(await network.classify(batches[2]))
  })

  it('fetches one batch while another is computed, and no more', async () => {
    let asked = 0
    function* source() {
      for (; asked < 10; ) {
        asked++
        yield batches[1]
      }
    }
    const answers = network.predictBatches(source())
    expect(asked).toBe(0)
    await answers.next()
    expect(asked).toBe(2)
    await answers.next()
    expect(asked).toBe(3)
    // The network is idle between two batches.
    expect(network.feedforward(batches[0])).toHaveLength(4)
    await answers.return()
    expect(asked).toBe(3)
  })

  it('is closed by break, also while a batch is being fetched', async () => {
    let closed = 0
    const source = (wait: () => Promise<unknown>) => ({
      async *[Symbol.asyncIterator]() {
        try {
          for (let i = 0; ; i++) {
            if (i > 0) await wait()
            yield batches[1]
          }
        } finally {
          closed++
        }
      },
    })
    for await (const { outputs } of network.predictBatches(source(() => Promise.resolve()))) {
      expect(outputs).toHaveLength(49 * 4)
      break
    }
    expect(closed).toBe(1)
    for await (const _ of network.predictBatches(source(() => new Promise(() => {})))) break
    expect(network.feedforward(batches[0])).toHaveLength(4)
  })

  it('fails with the first error, not with the error of closing it', async () => {
    async function* source() {
      try {
        yield new Float32Array(4)
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: this is what the test is about
        throw new RangeError('not closed')
      }
    }
    await expect(network.predictBatches(source()).next()).rejects.toThrow(/^batch 0: rows has 4 numbers/)
  })

  it('ends with the signal, also while it is waiting', async () => {
    const controller = new AbortController()
    const { signal } = controller
    async function* source() {
      yield batches[1]
      await new Promise(() => {})
    }
    const answers = network.classifyBatches(source(), { signal })
    await answers.next()
    const next = answers.next()
    controller.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
    await expect(network.classifyBatches(batches, { signal }).next()).rejects.toThrow('enough')
    expect(network.feedforward(batches[0])).toHaveLength(4)
  })

  it('passes its error on after the batches before it', async () => {
    async function* source() {
      yield* batches.slice(0, 2)
      throw new Error('the source is dry')
    }
    const { given, error } = await drain(network.predictBatches(source()))
    expect(given).toHaveLength(2)
    expect(error).toEqual(new Error('the source is dry'))
  })

  it.each<[string, unknown, string]>([
    ['of another width', new Float32Array(4), 'rows has 4 numbers, which is not a multiple of the 3 that a row has'],
    ['with NaN', Float32Array.of(1, 2, Number.NaN), 'rows has NaN at row 0, column 2: every number must be finite'],
    ['of another dataset', new Dataset({ inputs: [[1, 2]] }), 'the dataset has rows of 2 numbers, the network takes 3'],
    ['with no rows', new Float32Array(), 'rows has no rows'],
    ['with a hole', [[1, 2, 3], undefined], 'rows row 1 must be an array of numbers, not undefined'],
  ])('names a batch %s in the error', async (_, batch, reason) => {
    const { given, error } = await drain(network.predictBatches([batches[0], batches[1], batch as Rows]))
    expect(given).toHaveLength(2)
    expect(error).toEqual(new DataError(`batch 2: ${reason}`))
  })

  it.each<[string, unknown, string]>([
    ['that is missing', undefined, 'undefined'],
    ['of another form', { a: 1 }, 'an object (Object)'],
    ['of big integers', new BigInt64Array(3), 'BigInt64Array(3)'],
    ['of bare memory', new DataView(new ArrayBuffer(3)), 'DataView(3)'],
  ])('names a batch %s in the error', async (_, batch, value) => {
    const { given, error } = await drain(network.predictBatches([batches[0], batch as Rows]))
    expect(given).toHaveLength(1)
    const expected = 'a typed array, an array of numbers or an array of rows'
    expect(error).toEqual(new OptionError(`batch 1: rows must be ${expected}, not ${value}`))
  })

  it('may reuse the memory of its batches', async () => {
    // A few milliseconds of work for each batch.
    const wide = new Network([3, 200, 4], { seed: 3, backend })
    const parts = [1, 2, 3, 4].map((seed) => Float32Array.from(normals(30_000, seed)))
    const one = Dataset.allocate({ rows: 10_000, width: 3, dtype: 'float32' })
    const other = Dataset.allocate({ rows: 10_000, width: 3, dtype: 'float32' })
    const rows = new Float32Array(30_000)
    function* refilled(memory: readonly (Dataset | Float32Array)[]) {
      for (const [i, part] of parts.entries()) {
        const batch = memory[i % memory.length]
        const numbers = batch instanceof Dataset ? batch.inputs : batch
        numbers.set(part)
        yield batch
        if (memory.length === 1) numbers.fill(0)
      }
    }
    for (const memory of [[one], [rows], [one, other]]) {
      let answered = 0
      for await (const { batch, outputs } of wide.predictBatches<Dataset | Float32Array>(refilled(memory))) {
        // A single dataset still has the rows that have just been answered.
        if (memory[0] === one) expect(batch instanceof Dataset && batch.inputs).toEqual(parts[answered])
        expect(sameBits(outputs, await wide.predict(parts[answered++]))).toBe(true)
      }
      expect(answered).toBe(4)
    }
  })

  it('leaves the network idle when it reports an abort', async () => {
    const wide = new Network([784, 800, 10], { seed: 1, backend })
    const controller = new AbortController()
    const answers = wide.predictBatches([new Uint8Array(784 * 1000)], { signal: controller.signal })
    const next = answers.next()
    const isBusy = () => {
      try {
        return wide.parameters.length === 0
      } catch {
        return true
      }
    }
    while (!isBusy()) await setImmediate()
    controller.abort(new Error('enough'))
    await expect(next).rejects.toThrow(new Error('enough'))
    expect(isBusy()).toBe(false)
  })

  it('is checked at once, and its iterator when it is opened', async () => {
    const none = { [Symbol.asyncIterator]: () => 5 }
    await expect(network.predictBatches(none as never).next()).rejects.toThrow(
      new OptionError('source must be an iterable or async iterable of batches, not an object (Object)'),
    )
    expect(() => network.predictBatches([], null as never)).toThrow(
      new OptionError('predictBatches options must be an object, not null'),
    )
    expect(() => network.predictBatches(new Float32Array(3) as never)).toThrow(
      new OptionError('source must be an iterable or async iterable of batches, not Float32Array(3)'),
    )
    expect(() => network.classifyBatches([], { batch: 1 } as object)).toThrow(
      new OptionError('unknown classifyBatches option "batch"; known: inputs, signal'),
    )
    expect(() => network.classifyBatches([], { inputs: 'a' } as object)).toThrow(
      new OptionError('inputs must be a function, not "a"'),
    )
  })

  it('waits for its turn, and training waits for it', async () => {
    const shared = new Network([3, 9, 4], { seed: 3, backend })
    const data = new Dataset({ inputs: flat, width: 3, labels: new Array(300).fill(1) })
    const run = shared.fit(data, { epochs: 4, learningRate: 0.1 })
    const { given, error } = await drain(shared.predictBatches([flat, flat, flat, flat, flat, flat]))
    expect({ count: given.length, error }).toEqual({ count: 6, error: undefined })
    expect(await run).toHaveLength(4)
    await setTimeout()
    expect(shared.parameters).toHaveLength(76)
  })
})
