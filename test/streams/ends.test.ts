import { execFile } from 'node:child_process'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { DataError, DescentError, MemoryError, Network } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { collector, drain } from '../support/streams.js'

const good = Array.from({ length: 100 }, (_, row) => [Math.sin(row), Math.cos(row * 3)])
const bad = [1, Number.NaN]
const small = new Network([2, 5, 3], { seed: 1, backend: 'typescript' })

describeOnBackends('the end of a stream', (backend) => {
  const network = new Network([2, 5, 3], { seed: 1, backend })

  it('is no error where a web stream over it is canceled', async () => {
    // In a process of its own: what is thrown there is caught by nobody.
    const program = `import { Duplex, Readable } from 'node:stream'
      import { Network } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url))}
      const network = new Network([2, 5, 3], { backend: ${JSON.stringify(backend)} })
      const rows = Array.from({ length: 1000 }, (_, i) => [Math.sin(i), Math.cos(i)])
      for (let time = 0; time < 10; time++) {
        let count = 0
        const answers = Readable.toWeb(Readable.from(rows)).pipeThrough(Duplex.toWeb(network.classifier()))
        for await (const _ of answers) if (++count === 20) break
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      console.log('done')`
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { timeout: 30_000 })
    expect((await run).stdout).toBe('done\n')
  })

  it('comes with the error of keep once the answers before it have been given', async () => {
    const classes = [...(await network.classify(good))]
    const failing = (thrown: unknown) => ({
      keep(row: number[], { class: best }: { class: number }) {
        if (row === good[40]) throw thrown
        return best
      },
    })
    for (const batchSize of [1, 16, 64, undefined]) {
      const options = { batchSize, ...failing(new RangeError('mine')) }
      const { given, error } = await drain(Readable.from(good).pipe(network.classifier(options)))
      expect(given).toEqual(classes.slice(0, 40))
      expect(error).toEqual(new RangeError('mine'))
      const { sink, answers } = collector()
      await expect(pipeline(good, network.classifier(options), sink)).rejects.toThrow(new RangeError('mine'))
      expect(answers).toEqual(classes.slice(0, 40))
    }
    expect(network.feedforward(good[0])).toHaveLength(3)
  })
})

describe('what functions of the user throw', () => {
  it.each([undefined, null, 0, ''])('is an error where it is %j', async (thrown) => {
    const fail = () => {
      throw thrown
    }
    const named = thrown === '' ? '""' : thrown
    const kept = await drain(Readable.from(good.slice(0, 3)).pipe(small.classifier({ keep: fail })))
    expect(kept.error).toEqual(new DescentError(`the function 'keep' threw ${named} at row 0`, { cause: thrown }))
    const diverted = await drain(Readable.from([good[0], bad]).pipe(small.classifier({ onBadRow: fail })))
    expect(diverted.error).toEqual(
      new DescentError(`the function 'onBadRow' threw ${named} at row 1`, { cause: thrown }),
    )
    expect(diverted.error).toHaveProperty('cause', thrown)
  })

  it('is an error where keep gives a promise', async () => {
    for (const keep of [async () => 1, () => Promise.reject(new Error('nobody hears'))]) {
      const { given, error } = await drain(Readable.from(good).pipe(small.predictor({ keep })))
      expect(given).toEqual([])
      expect(error).toEqual(
        new DataError("the function 'keep' must give what is passed on for row 0 at once, not a promise of it"),
      )
    }
  })
})

it('a row that is no plain object stands beside its answer', async () => {
  class Place {
    readonly #x = 1
    get x() {
      return this.#x
    }
  }
  const place = new Place()
  const bare = Object.assign(Object.create(null), { x: 1 })
  const inputs = () => [1, 2]
  const stream = small.predictor({ keep: true, inputs })
  const { given } = await drain(Readable.from(['1,2', 7, place, bare, { y: 2 }]).pipe(stream))
  const outputs = small.feedforward([1, 2])
  expect(given).toEqual([
    { row: '1,2', outputs },
    { row: 7, outputs },
    { row: place, outputs },
    { x: 1, outputs },
    { y: 2, outputs },
  ])
})

describe('a stream for bad rows', () => {
  it('that is destroyed without an error ends the other one, also in the middle of a row', async () => {
    const closed = new DescentError('the stream for bad rows was closed before it had written them all')
    for (const highWaterMark of [1, 16]) {
      const sink: Writable = new Writable({ objectMode: true, highWaterMark, write: () => sink.destroy() })
      const { error } = await drain(Readable.from([bad, bad, good[0]]).pipe(small.classifier({ onBadRow: sink })))
      expect(error).toEqual(closed)
    }
  })

  it('is waited for at the end, and fails it', async () => {
    let written = 0
    const slow = (error?: Error) =>
      new Writable({
        objectMode: true,
        write(_bad, _encoding, callback) {
          setTimeout(5).then(() => {
            written++
            callback(error)
          })
        },
      })
    const { sink, answers } = collector()
    await pipeline([bad, good[0], bad], small.classifier({ onBadRow: slow() }), sink)
    expect({ written, answers: answers.length }).toEqual({ written: 2, answers: 1 })
    const full = slow(new Error('full'))
    await expect(pipeline([bad, good[0]], small.classifier({ onBadRow: full }), collector().sink)).rejects.toThrow(
      new Error('full'),
    )
  })

  it.each(['function', 'stream'])('or a %s lets the event loop turn among them', async (kind) => {
    let turns = 0
    let ended = false
    const count = () => {
      turns++
      if (!ended) globalThis.setImmediate(count)
    }
    const take = () => {
      const start = performance.now()
      while (performance.now() < start + 1);
    }
    const sink = new Writable({
      objectMode: true,
      write(_bad, _encoding, callback) {
        take()
        callback()
      },
    })
    globalThis.setImmediate(count)
    const rows = Array.from({ length: 128 }, () => bad)
    await drain(Readable.from(rows).pipe(small.classifier({ onBadRow: kind === 'stream' ? sink : take })))
    ended = true
    // A look at the time every 16 rows, and in each turn a first one that only starts the clock.
    expect(turns).toBeGreaterThanOrEqual(3)
  })
})

it('a stream whose signal has aborted before ends with an AbortError, and one without memory with a MemoryError', async () => {
  const reason = new Error('early')
  const { error } = await drain(small.classifier({ signal: AbortSignal.abort(reason) }))
  expect(error).toMatchObject({ name: 'AbortError', cause: reason })
  const wide = new Network([100_000, 1], { backend: 'typescript' })
  const stream = wide.predictor({ batchSize: 2 ** 20 })
  const failed = new Promise((resolve) => stream.on('error', resolve))
  stream.write(new Float64Array(100_000))
  expect(await failed).toEqual(new MemoryError('this machine cannot allocate 839 GB of memory in one block'))
  await setImmediate()
  expect(stream.destroyed).toBe(true)
})
