import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dataset, Network } from '#src/index'
import { failure } from '../support/files.js'

const rows = new Dataset({ inputs: new Float32Array(40_000), width: 2, labels: new Int32Array(20_000) })
const create = () => new Network([2, 2], { backend: 'typescript' })
const fails = (): never => Promise.reject(new Error('later')) as never

async function* source() {
  yield rows
}

describe('a function that returns a promise which rejects is refused, and its rejection is handled:', () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  beforeAll(() => process.on('unhandledRejection', note))
  afterAll(() => process.off('unhandledRejection', note))

  const notAwaited =
    'OptionError: onProgress must not be an async function or return a promise, because it is not awaited'
  it.each<[string, () => Promise<unknown>, string]>([
    ['onProgress', () => create().fit(rows, { epochs: 1, onProgress: fails }), notAwaited],
    ['onProgress of a source', () => create().fit(source, { epochs: 1, rows: 20_000, onProgress: fails }), notAwaited],
    [
      'schedule',
      () => create().fit(rows, { epochs: 1, schedule: fails }),
      'OptionError: schedule(0) must be a number of at least 0, not an object (Promise)',
    ],
    [
      'shuffle',
      () => create().fit(rows, { epochs: 1, shuffle: fails }),
      'OptionError: shuffle must return an order of 20000 rows for epoch 1, not [object Promise]',
    ],
    [
      'the source',
      () => create().fit(fails, { epochs: 1, rows: 20_000 }),
      'OptionError: what the source returns must be an async iterable of datasets, not an object (Promise)',
    ],
    [
      'inputs of batches',
      async () => {
        for await (const _ of create().predictBatches([rows], { inputs: fails })) {
        }
      },
      'OptionError: batch 0: rows must be a typed array, an array of numbers or an array of rows, not an object (Promise)',
    ],
  ])('%s', async (_name, run, message) => {
    expect(await failure(run())).toBe(message)
    await setImmediate()
    expect(unhandled).toEqual([])
  })

  it('inputs and keep of a stream', async () => {
    for (const options of [{ inputs: fails }, { keep: fails }]) {
      const stream = create().classifier(options)
      const failed = new Promise<Error>((resolve) => stream.on('error', resolve))
      stream.on('data', () => undefined)
      stream.end([1, 2])
      expect((await failed).message).toMatch(/^(row 0: )?the function '(inputs|keep)' must return a /)
    }
    await setImmediate()
    expect(unhandled).toEqual([])
  })
})
