import { expect, it } from 'vitest'
import { createChunkedLoop } from '#src/base/chunked-loop'
import { createRandom, shuffle } from '#src/base/random'
import { Dataset, Network } from '#src/index'
import { drawOrder } from '#src/training/order'
import { describeOnBackends } from '../support/each-backend.js'

it.each([1, 2, 65_537, 200_000])('an order of %d rows is the same as that of a single shuffle', async (size) => {
  const whole = shuffle(
    Uint32Array.from({ length: size }, (_, row) => row),
    createRandom(3, 'order'),
  )
  const order = await drawOrder(createChunkedLoop(), size, createRandom(3, 'order'))
  expect(order.every((row, place) => row === whole[place])).toBe(true)
})

describeOnBackends('an order of millions of rows', (backend) => {
  const rows = 3_000_000
  const data = Dataset.allocate({ rows, width: 1, labels: true })
  const options = { epochs: 1, batchSize: 10, learningRate: 1 }
  const backwards = () => Uint32Array.from({ length: rows }, (_, place) => rows - 1 - place)

  /** Checks that an event can abort the run while the order is drawn: the network must not have learned anything yet. */
  async function expectEvent(train: (network: Network, stop: () => void, signal: AbortSignal) => Promise<unknown>) {
    const network = new Network([1, 2], { seed: 1, backend })
    const before = network.parameters.slice()
    const controller = new AbortController()
    const stop = () => setImmediate(() => controller.abort())
    await expect(train(network, stop, controller.signal)).rejects.toThrow('This operation was aborted')
    expect([...network.parameters]).toEqual([...before])
  }

  it.each([
    ['a dataset', {}],
    ['a dataset, by a function', { shuffle: backwards }],
  ])('lets events be handled while it is drawn: %s', async (_name, extra) => {
    await expectEvent((network, stop, signal) => {
      const run = network.fit(data, { ...options, ...extra, signal })
      stop()
      return run
    })
  })

  it('lets events be handled while it is drawn: a window of a source', async () => {
    await expectEvent((network, stop, signal) => {
      const source = async function* () {
        yield data
        // The source is asked for more rows, so the window is full.
        stop()
      }
      return network.fit(source, { ...options, window: rows, signal })
    })
  })
})
