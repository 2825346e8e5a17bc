import { execFile } from 'node:child_process'
import { getEventListeners } from 'node:events'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import {
  createPool,
  DataError,
  Dataset,
  DescentError,
  Network,
  NetworkBusyError,
  OptionError,
  type Pool,
} from '#src/index'
import { startWorkerPool } from '#src/pool/worker-pool'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, sameBits } from '../support/numbers.js'
import { drain } from '../support/streams.js'

const pools: Pool[] = []
afterAll(() => Promise.all(pools.map((pool) => pool.close())))

function pool(network: Network, threads: number): Pool {
  const made = createPool(network, { threads })
  pools.push(made)
  return made
}

// Each of three threads takes several tasks of 5000 rows; the last task is smaller.
const rows = Float32Array.from(normals(5000 * 7, 3))

describeOnBackends('a pool', (backend) => {
  const network = new Network([7, 11, 3], { backend, seed: 2 })

  it.each([1, 3])('of %i threads gives the same bits as the network', async (threads) => {
    const made = pool(network, threads)
    expect(made.threads).toBe(threads)
    expect(sameBits(await made.predict(rows), await network.predict(rows))).toBe(true)
    expect(await made.classify(rows)).toEqual(await network.classify(rows))
    const bytes = new Dataset({ inputs: new Uint8Array(70).map((_, i) => i), width: 7, scale: 0.5 })
    expect(sameBits(await made.predict(bytes.slice(3, 8)), await network.predict(bytes.slice(3, 8)))).toBe(true)
  })

  it('uses the current parameters while the network learns', async () => {
    const made = pool(network, 2)
    const before = await made.predict(rows)
    const labels = new Int32Array(5000).map((_, i) => i % 3)
    const training = new Dataset({ inputs: rows, width: 7, labels })
    const run = network.fit(training, { epochs: 2, learningRate: 1 })
    expect((await made.predict(rows)).every(Number.isFinite)).toBe(true)
    await run
    const after = await made.predict(rows)
    expect(sameBits(after, before)).toBe(false)
    expect(sameBits(after, await network.predict(rows))).toBe(true)
  })
})

describe('the calls of a pool', () => {
  const network = new Network([7, 11, 3], { backend: 'typescript', seed: 2 })

  it('get their own results, many at once', async () => {
    const made = pool(network, 2)
    const parts = Array.from({ length: 20 }, (_, i) => rows.subarray(i * 70, (i + 1) * 70 - 7 * (i % 5)))
    const answers = await Promise.all(parts.map((part) => made.predict(part)))
    for (const [i, part] of parts.entries()) expect(sameBits(answers[i], network.feedforward(part))).toBe(true)
  })

  it('reject with the reason of a signal, and leave it without listeners', async () => {
    const made = pool(network, 1)
    const reason = new Error('enough')
    const controller = new AbortController()
    const run = made.predict(rows, { signal: controller.signal })
    controller.abort(reason)
    await expect(run).rejects.toBe(reason)
    await expect(made.classify(rows, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const { signal } = new AbortController()
    await made.predict(rows, { signal })
    expect(getEventListeners(signal, 'abort')).toEqual([])
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it('add one listener each to a signal, whatever the number of tasks', async () => {
    const made = pool(network, 4)
    const { signal } = new AbortController()
    const run = made.predict(rows, { signal })
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await run
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('are refused if their rows do not fit, or if the pool is closed', async () => {
    const made = pool(network, 1)
    await expect(made.predict([1, 2])).rejects.toThrow(
      new DataError('rows has 2 numbers, which is not a multiple of the 7 that a row has'),
    )
    await expect(made.predict(rows, { threads: 3 } as object)).rejects.toThrow(
      new OptionError('unknown predict option "threads"; known: signal'),
    )
    const last = made.predict(rows)
    // Every call of close waits until the pool is closed.
    await Promise.all([made.close(), made.close()])
    expect(sameBits(await last, await network.predict(rows))).toBe(true)
    await expect(made.classify(rows)).rejects.toThrow(new DescentError('the pool is closed: it answers no more rows'))
    await made.close()
  })

  it('name the wrong option', () => {
    expect(() => createPool(network, { threads: 0 })).toThrow(
      new OptionError('threads must be a whole number from 1 to 256, not 0'),
    )
    expect(() => createPool({} as Network)).toThrow(
      new OptionError('network must be a Network, not an object (Object)'),
    )
    expect(() => createPool(network, { thread: 1 } as object)).toThrow(
      new OptionError('unknown pool option "thread"; known: threads, backend'),
    )
    expect(() => createPool(network, null as never)).toThrow(
      new OptionError('pool options must be an object, not null'),
    )
    expect(() => createPool(network, { backend: 'cuda' as 'native' })).toThrow(
      new OptionError("backend must be 'auto', 'native', 'wasm' or 'typescript', not \"cuda\""),
    )
  })

  it('need a network that nothing changes', async () => {
    const busy = new Network([7, 3], { backend: 'typescript' })
    const run = busy.partialFit(new Dataset({ inputs: rows, width: 7, labels: new Int32Array(rows.length / 7) }))
    expect(() => createPool(busy)).toThrow(
      new NetworkBusyError('the network is busy: createPool must wait until partialFit ends'),
    )
    await run
  })
})

describe('the batches of a pool', () => {
  const network = new Network([7, 11, 3], { backend: 'typescript', seed: 2 })
  const batches = [0, 1, 2, 3].map((i) => rows.subarray(i * 70, (i + 1) * 70))

  it('are answered before the source fails', async () => {
    const made = pool(network, 2)
    async function* source() {
      yield* batches
      throw new RangeError('the source is dry')
    }
    const { given, error } = await drain(made.predictBatches(source()))
    expect(given).toEqual(batches.map((batch) => network.feedforward(batch)))
    expect(error).toEqual(new RangeError('the source is dry'))
  })

  it('get the right answers if their source reuses its memory', async () => {
    const made = pool(network, 1)
    const dataset = Dataset.allocate({ rows: 10, width: 7, dtype: 'float32' })
    function* source() {
      for (const batch of batches) {
        dataset.inputs.set(batch)
        yield dataset
      }
    }
    const { given } = await drain(made.predictBatches(source()))
    expect(given).toEqual(batches.map((batch) => network.feedforward(batch)))
  })

  it('are named in the error if they do not fit', async () => {
    const made = pool(network, 1)
    const { given, error } = await drain(made.predictBatches([batches[0], [1, 2]]))
    expect(given).toHaveLength(1)
    expect(error).toEqual(new DataError('batch 1: rows has 2 numbers, which is not a multiple of the 7 that a row has'))
  })

  it('end with the reason of a signal, also while their source is waiting', async () => {
    const made = pool(network, 1)
    const controller = new AbortController()
    async function* source() {
      yield batches[0]
      await new Promise(() => {})
    }
    const answers = made.predictBatches(source(), { signal: controller.signal })
    await answers.next()
    const next = answers.next()
    controller.abort(new Error('enough'))
    await expect(next).rejects.toThrow(new Error('enough'))
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it('have their options checked at once', () => {
    const made = pool(network, 1)
    expect(() => made.predictBatches(42 as never)).toThrow(
      new OptionError('source must be an iterable or async iterable of batches, not 42'),
    )
    expect(() => made.classifyBatches(batches, { typo: 1 } as object)).toThrow(
      new OptionError('unknown classifyBatches option "typo"; known: signal'),
    )
    expect(() => made.predictBatches(batches, { signal: 'x' as never })).toThrow(
      new OptionError('signal must be an AbortSignal, not "x"'),
    )
  })
})

describe('a thread of a pool that fails', () => {
  const script = (line: string) => new URL(`data:text/javascript,${encodeURIComponent(line)}`)
  const shared = new Network([7, 3]).share()
  const task = { inputs: rows, scale: 1, size: 1 }

  it.each([
    ['throw new RangeError("no room")', 'a worker thread failed to answer rows: no room'],
    ['process.exit(3)', 'a worker thread that answered rows ended with exit code 3'],
    ['process.exit(0)', 'a worker thread that answered rows ended too early'],
  ])('fails all calls, those in the queue too: %s', async (line, message) => {
    const crew = startWorkerPool({ shared, backend: 'typescript' }, 1, script(line))
    const calls = [crew.run([task], undefined), crew.run([task], undefined)]
    for (const call of calls) await expect(call).rejects.toThrow(new DescentError(message))
    await expect(crew.run([task], undefined)).rejects.toThrow(new DescentError(message))
    await crew.close()
  })
})

it('an idle pool does not keep a process running', async () => {
  const program = `import { createPool, Network } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url))}
    const pool = createPool(new Network([2, 1]), { threads: 2 })
    console.log((await pool.predict([1, 2])).length)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    timeout: 30_000,
  })
  expect(stdout).toBe('1\n')
})

it('eight threads share the 50 MB of a model', async () => {
  const program = `import { createPool, dense, Network } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url))}
    const layers = [dense(3000), dense(10)]
    const network = new Network({ inputs: 4000, layers, initializer: 'zeros' }, { backend: 'typescript' })
    network.parameters.fill(0.5)
    const pool = createPool(network, { threads: 8 })
    const row = new Uint8Array(4000)
    await network.predict(row)
    const before = process.memoryUsage.rss()
    // Each call is one task. All eight threads get one before the first has finished.
    await Promise.all(Array.from({ length: 8 }, () => pool.predict(row)))
    console.log(network.parameters.byteLength, process.memoryUsage.rss() - before)
    await pool.close()`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    timeout: 60_000,
  })
  const [model, growth] = stdout.split(' ').map(Number)
  expect(model).toBeGreaterThan(48e6)
  // Eight copies would take 384 MB; a thread without a copy takes about 10 MB.
  expect(growth).toBeLessThan(4 * model)
})
