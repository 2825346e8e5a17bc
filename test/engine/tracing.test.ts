import { tracingChannel } from 'node:diagnostics_channel'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { trace } from '#src/engine/tracing'
import { Dataset, type Epoch, Network, OptionError } from '#src/index'
import { temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const data = new Dataset({
  inputs: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  targets: [[0], [1], [1], [1]],
})
const events = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const

type Context = Record<string, unknown>
let unsubscribe: (() => void)[] = []
afterEach(() => {
  for (const undo of unsubscribe) undo()
  unsubscribe = []
})

/** Records what is published on these channels until the end of the test. */
function listen(...names: string[]): { said: string[]; contexts: Context[] } {
  const said: string[] = []
  const contexts: Context[] = []
  for (const name of names) {
    const handlers = Object.fromEntries(
      events.map((event) => [
        event,
        (context: unknown) => {
          said.push(`${name} ${event}`)
          contexts.push(context as Context)
        },
      ]),
    ) as Record<(typeof events)[number], (context: unknown) => void>
    const channel = tracingChannel(`descent:${name}`)
    channel.subscribe(handlers)
    unsubscribe.push(() => channel.unsubscribe(handlers))
  }
  return { said, contexts }
}

const whole = (name: string): string[] => ['start', 'end', 'asyncStart', 'asyncEnd'].map((event) => `${name} ${event}`)

describe('the tracing channels', () => {
  it('report a run and each of its epochs, with the network and the result', async () => {
    const { said, contexts } = listen('train', 'epoch')
    const network = new Network([2, 1])
    const options = { epochs: 2, learningRate: 1 }
    const epochs = await network.fit(data, options)
    // The last two events of the run come together with its result.
    expect(said.slice(0, 10)).toEqual(['train start', 'train end', ...whole('epoch'), ...whole('epoch')])
    expect(said.slice(10)).toEqual(['train asyncStart', 'train asyncEnd'])
    expect(contexts[0]).toEqual({ network, method: 'train', training: data, options, result: epochs })
    expect(contexts[11]).toBe(contexts[0])
    expect(contexts[2]).toEqual({ network, epoch: 1, rows: 4, options, result: epochs[0] })
    expect(contexts[6]).toEqual({ network, epoch: 2, rows: 4, options, result: epochs[1] })
    expect((contexts[2].result as Epoch).number).toBe(1)
  })

  it('report the end of an abandoned run, and nothing after it', async () => {
    const { said, contexts } = listen('train')
    for await (const epoch of new Network([2, 1]).train(data, { learningRate: 1 })) if (epoch.number === 1) break
    await new Promise(setImmediate)
    expect(said).toEqual(whole('train'))
    expect(contexts[3].result).toBeUndefined()
    expect(contexts[3].error).toBeUndefined()
  })

  it('report an epoch once, however often it pauses, and the end of one that is abandoned', async () => {
    const { said, contexts } = listen('epoch')
    const options = { epochs: 2, batchSize: 1, learningRate: 1, yieldEvery: 1 }
    for await (const result of new Network([2, 1]).train(data, options)) {
      if ('done' in result && result.epoch === 2) break
    }
    await new Promise(setImmediate)
    expect(said).toEqual([...whole('epoch'), ...whole('epoch')])
    expect((contexts[0].result as Epoch).number).toBe(1)
    expect(contexts[4]).toMatchObject({ epoch: 2, rows: 4, result: undefined })
    expect(contexts[4].error).toBeUndefined()
  })

  it('report an error, which the caller gets as well', async () => {
    const { said, contexts } = listen('train', 'epoch')
    const reason = new Error('enough')
    const run = new Network([2, 1]).fit(data, { learningRate: 1, signal: AbortSignal.abort(reason) })
    await expect(run).rejects.toBe(reason)
    await new Promise(setImmediate)
    expect(said.filter((event) => event.endsWith('error'))).toEqual(['epoch error', 'train error'])
    expect(contexts.at(-1)?.error).toBe(reason)
  })

  it('report predictions, evaluations and single updates with the name of the method', async () => {
    const { contexts } = listen('predict', 'train')
    const network = new Network([2, 1])
    await network.predict(data)
    await network.classify([0, 1])
    await network.evaluate(data)
    await network.partialFit(data, { learningRate: 1 })
    const reported = [...new Set(contexts)].map(({ method, rows, network: of }) => [method, rows, of === network])
    expect(reported).toEqual([
      ['predict', 4, true],
      ['classify', 1, true],
      ['evaluate', 4, true],
      ['partialFit', undefined, true],
    ])
  })

  it('report a run to subscribers that exist when its first epoch is requested', async () => {
    const run = new Network([2, 1]).train(data, { epochs: 1, learningRate: 1 })
    const { said } = listen('train', 'epoch')
    for await (const _ of run);
    await new Promise(setImmediate)
    expect(said).toEqual(['train start', 'train end', ...whole('epoch'), 'train asyncStart', 'train asyncEnd'])
  })

  it('report nothing if options are refused', async () => {
    const { said } = listen('train', 'epoch', 'predict', 'load', 'save')
    const network = new Network([2, 1])
    const refused: [() => Promise<unknown>, string][] = [
      [
        () => network.evaluate(data, { metrics: ['bogus' as 'mse'] }),
        'metrics[0] must be one of accuracy, precision, recall, f1, mse, mae, r2, exact-match, hamming, not "bogus"',
      ],
      [() => network.evaluate({} as Dataset), 'the dataset must be a Dataset, not an object (Object)'],
      [() => network.predict(data, { sign: 1 } as object), 'unknown predict option "sign"; known: signal'],
      [() => network.save(5 as unknown as string), 'path must be the path of a file, not 5'],
      [() => Network.load(5 as unknown as string), 'path must be the path of a file, not 5'],
    ]
    for (const [work, message] of refused) await expect(work()).rejects.toThrow(new OptionError(message))
    expect(said).toEqual([])
  })

  it('report saved and loaded models, including checkpoints', async () => {
    const { said, contexts } = listen('save', 'load')
    const network = new Network([2, 1])
    const path = join(folder, 'model.safetensors')
    await network.save(path)
    const loaded = await Network.load(path)
    expect(said).toEqual([...whole('save'), ...whole('load')])
    expect(contexts[0]).toMatchObject({ network, path, checkpoint: false })
    expect(contexts[4]).toEqual({ path, options: {}, result: loaded })
    await network.fit(data, { epochs: 1, learningRate: 1, checkpoint: { folder: join(folder, 'run') } })
    expect(contexts[8]).toMatchObject({ network, checkpoint: true })
    await expect(Network.load(join(folder, 'none'))).rejects.toThrow('there is no such file')
    expect(said.slice(-3)).toEqual(['load error', 'load asyncStart', 'load asyncEnd'])
  })

  it('create no context without subscribers', async () => {
    const refuse = (): object => {
      throw new Error('a context was created')
    }
    expect(await trace('predict', refuse, async () => 7)).toBe(7)
    listen('predict')
    expect(() => trace('predict', refuse, async () => 7)).toThrow('a context was created')
  })
})
