import { once } from 'node:events'
import { Duplex, Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ReadableStream } from 'node:stream/web'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { Dataset, DescentError, Network } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { collector, countedRows, drain } from '../support/streams.js'

describeOnBackends('a classifier among streams', (backend) => {
  const make = () => new Network([2, 30, 3], { seed: 1, backend })
  const network = make()
  const rows = Array.from({ length: 500 }, (_, row) => [Math.sin(row), Math.cos(row * 3)])
  const classes = () => network.classify(rows).then((found) => [...found])

  it('works in pipeline, compose and for await, and is a Transform', async () => {
    const expected = await classes()
    const { sink, answers } = collector()
    await pipeline(rows, network.classifier(), sink)
    expect(answers).toEqual(expected)
    const doubled = async function* (source: AsyncIterable<number>) {
      for await (const answer of source) yield answer * 2
    }
    expect((await drain(Readable.from(rows).compose(network.classifier()))).given).toEqual(expected)
    const both = Readable.from(rows).compose(network.classifier()).compose(doubled)
    expect((await drain(both)).given).toEqual(expected.map((answer) => answer * 2))
    expect(network.classifier()).toBeInstanceOf(Transform)
    expect(network.predictor()).toBeInstanceOf(Transform)
  })

  it('works with web streams', async () => {
    const expected = await classes()
    const source = new ReadableStream({
      start(controller) {
        for (const row of rows) controller.enqueue(row)
        controller.close()
      },
    })
    const answers = source.pipeThrough(Duplex.toWeb(network.classifier({ batchSize: 64 })))
    expect((await drain(answers)).given).toEqual(expected)
  })

  it('lets the event loop run between the rows of a batch and between its answers', async () => {
    const turns = { rows: 0, answers: 0 }
    let counted: keyof typeof turns = 'rows'
    let ended = false
    const count = () => {
      turns[counted]++
      if (!ended) globalThis.setImmediate(count)
    }
    const work = () => {
      const start = performance.now()
      while (performance.now() < start + 1);
    }
    globalThis.setImmediate(count)
    const stream = network.classifier<number[]>({
      batchSize: 128,
      inputs(row) {
        work()
        return row
      },
      keep(_, answer) {
        counted = 'answers'
        work()
        return answer.class
      },
    })
    const { sink, answers } = collector()
    await pipeline(rows.slice(0, 128), stream, sink)
    ended = true
    expect(answers).toEqual((await classes()).slice(0, 128))
    // 128 ms each. The time is checked every 16 rows, and the first check in a turn only starts the clock.
    expect(turns.rows).toBeGreaterThanOrEqual(3)
    expect(turns.answers).toBeGreaterThanOrEqual(3)
  })

  it('lets the event loop run if the network always finishes before its answer is used', async () => {
    let turns = 0
    let ended = false
    const count = () => {
      turns++
      if (!ended) globalThis.setImmediate(count)
    }
    globalThis.setImmediate(count)
    let answering = network.predict(rows)
    for (let i = 0; i < 40; i++) {
      await answering
      answering = network.predict(rows)
      const start = performance.now()
      while (performance.now() < start + 2);
    }
    await answering
    ended = true
    expect(turns).toBeGreaterThan(15)
  })

  it('stops its source if nobody reads', async () => {
    const { source, taken } = countedRows(rows[0])
    const stream = source.pipe(network.classifier({ batchSize: 50 }))
    await setTimeout(50)
    // Two batches, 16 rows buffered before the network, 16 in the source, and one in between.
    expect(taken()).toBeGreaterThanOrEqual(100)
    expect(taken()).toBeLessThanOrEqual(2 * 50 + 16 + 16 + 2)
    source.destroy()
    stream.destroy()
  })

  it('slows its source to the pace of a slow sink', async () => {
    const { source, taken } = countedRows(rows[0])
    let written = 0
    let furthest = 0
    const sink = new Writable({
      objectMode: true,
      highWaterMark: 1,
      write(_answer, _encoding, callback) {
        written++
        furthest = Math.max(furthest, taken() - written)
        if (written === 300) source.push(null)
        if (written % 10 === 0) setImmediate().then(() => callback(), callback)
        else callback()
      },
    })
    const stream = network.classifier({ batchSize: 20 })
    source.pipe(stream).pipe(sink)
    while (written < 300) await setTimeout(1)
    source.destroy()
    stream.destroy()
    // Three batches: one is read by the sink, one is computed, one is filled.
    expect(furthest).toBeLessThanOrEqual(3 * 20 + 16 + 16 + 4)
  })

  it('ends with its own signal or that of the pipeline, and the network stays usable', async () => {
    for (const mine of [true, false]) {
      const controller = new AbortController()
      const { signal } = controller
      const { source } = countedRows(rows[0])
      let answers = 0
      const sink = new Writable({
        objectMode: true,
        write(_answer, _encoding, callback) {
          if (++answers === 300) controller.abort(new Error('enough'))
          callback()
        },
      })
      const stream = network.classifier({ batchSize: 256, ...(mine && { signal }) })
      const run = pipeline(source, stream, sink, mine ? {} : { signal })
      // In Node 20.17, aborting a pipeline gives an error without a cause.
      const cause = mine && { cause: new Error('enough') }
      await expect(run).rejects.toMatchObject({ name: 'AbortError', ...cause })
      if (!stream.closed) await once(stream, 'close')
      expect(network.feedforward(rows[0])).toHaveLength(3)
    }
  })

  it('ends with an error of its source', async () => {
    async function* failing() {
      yield* rows.slice(0, 100)
      throw new Error('the source is dry')
    }
    const stream = network.classifier()
    const { sink } = collector()
    await expect(pipeline(Readable.from(failing()), stream, sink)).rejects.toThrow('the source is dry')
    expect(stream.destroyed).toBe(true)
    expect(network.feedforward(rows[0])).toHaveLength(3)
  })

  it('leaves the network idle when it is closed, by destroy in the middle of a batch or by break', async () => {
    const wide = new Network([784, 800, 10], { seed: 1, backend })
    const row = new Uint8Array(784)
    // With more rows, the last ones might wait for the next turn of the event loop.
    const stream = wide.classifier({ batchSize: 16 })
    for (let i = 0; i < 20; i++) stream.write(row)
    expect(() => wide.parameters).toThrow(
      'the network is busy: parameters must wait until a batch of the classifier ends',
    )
    stream.destroy()
    await once(stream, 'close')
    expect(wide.feedforward(row)).toHaveLength(10)

    const { source } = countedRows(rows[0])
    const left = source.compose(network.classifier())
    for await (const answer of left) {
      expect(answer).toBe((await network.classify(rows[0]))[0])
      break
    }
    await expect(network.predict(rows[0])).resolves.toHaveLength(3)
    await setTimeout(20)
    expect(network.feedforward(rows[0])).toHaveLength(3)
  })

  it('lets other calls use the network between batches, and waits for its turn', async () => {
    const shared = make()
    const labels = rows.map((_, row) => row % 3)
    const data = new Dataset({ inputs: rows, labels })
    const { source } = countedRows(rows[0])
    const stream = source.pipe(shared.classifier({ batchSize: 32 }))
    let answers = 0
    stream.on('data', () => {
      answers++
    })
    // Each of these calls finds a batch being computed, and none of them fails.
    const epochs = await shared.fit(data, { epochs: 5, learningRate: 0.1 })
    expect(epochs).toHaveLength(5)
    await shared.partialFit(data, { learningRate: 0.1 })
    await shared.evaluate(data)
    expect(await shared.predict(rows)).toHaveLength(1500)
    expect(await shared.classify(data)).toHaveLength(500)
    const before = answers
    while (answers === before) await setImmediate()
    source.destroy()
    stream.destroy()
    await once(stream, 'close')
    const alone = make()
    await alone.fit(data, { epochs: 5, learningRate: 0.1 })
    await alone.partialFit(data, { learningRate: 0.1 })
    expect(shared.parameters).toEqual(alone.parameters)
  })

  it('does not keep a destroyed stream waiting for the end of a long run', async () => {
    const shared = make()
    const data = new Dataset({ inputs: rows, labels: rows.map(() => 0) })
    const run = shared.train(data, { epochs: 3, learningRate: 0.1, onProgress: () => {} })
    const epoch = run.next()
    const stream = shared.classifier()
    stream.write(rows[0])
    await setImmediate()
    stream.destroy()
    await once(stream, 'close')
    await epoch
    await expect(run.next()).resolves.toMatchObject({ value: { number: 2 } })
  })

  it('keeps several streams of one network in their orders', async () => {
    const expected = await classes()
    const streams = [1, 2, 3].map(() => drain(Readable.from(rows).pipe(network.classifier({ batchSize: 40 }))))
    for (const { given } of await Promise.all(streams)) expect(given).toEqual(expected)
  })
})

it('says what to use without streams of Node', () => {
  const none = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  try {
    expect(() => new Network([2, 3], { backend: 'typescript' }).predictor()).toThrow(
      new DescentError(
        'network.predictor needs the streams of Node: use network.classifyBatches or network.predictBatches instead',
      ),
    )
  } finally {
    none.mockRestore()
  }
})
