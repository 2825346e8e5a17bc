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

  it('is not an error if a web stream around it is canceled', async () => {
    // This runs in another process, because an error in the adapter cannot be caught here.
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

  it('has the error of keep, after the answers before it', async () => {
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

describe('the result of a function of the user', () => {
  it.each([undefined, null, 0, ''])('is an error if it throws %j', async (thrown) => {
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

  it('is an error if keep returns a promise', async () => {
    for (const keep of [async () => 1, () => Promise.reject(new Error('nobody hears'))]) {
      const { given, error } = await drain(Readable.from(good).pipe(small.predictor({ keep })))
      expect(given).toEqual([])
      expect(error).toEqual(new DataError("the function 'keep' must return a value for row 0, not a promise"))
    }
  })
})

it('a row that is not a plain object becomes a property beside its answer', async () => {
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
  it('ends the stream of answers if it is destroyed without an error, also in the middle of a row', async () => {
    const closed = new DescentError('the stream for bad rows was closed before it had written all of them')
    for (const highWaterMark of [1, 16]) {
      const sink: Writable = new Writable({ objectMode: true, highWaterMark, write: () => sink.destroy() })
      const { error } = await drain(Readable.from([bad, bad, good[0]]).pipe(small.classifier({ onBadRow: sink })))
      expect(error).toEqual(closed)
    }
  })

  it('is awaited at the end, and its error ends the stream of answers', async () => {
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

  it.each(['function', 'stream'])('or a %s lets the event loop run between bad rows', async (kind) => {
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
    // The time is checked every 16 rows, and the first check in a turn only starts the clock.
    expect(turns).toBeGreaterThanOrEqual(3)
  })
})

it('a stream ends with an AbortError if its signal is already aborted, and with a MemoryError if memory is short', async () => {
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
