import { describe, expect, it } from 'vitest'
import { Dataset, dense, Network, OptionError, type Progress } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals } from '../support/numbers.js'

const width = 3
const inputs = normals(11 * width, 1, 'x')
const labels = Array.from({ length: 11 }, (_, row) => row % 2)
const rowsOf = (rows: readonly number[]) =>
  new Dataset({
    inputs: Float64Array.from(rows.flatMap((row) => [...inputs.slice(row * width, (row + 1) * width)])),
    width,
    labels: rows.map((row) => labels[row]),
  })
const all = Array.from({ length: 11 }, (_, row) => row)
const options = { epochs: 3, learningRate: 0.1, optimizer: 'adam', schedule: 'coslog4' } as const

describeOnBackends('dropLastBatch', (backend) => {
  const create = () =>
    new Network({ inputs: width, layers: [dense(4, 'selu'), dense(2, 'softmax')] }, { seed: 2, backend })

  it('leaves out an incomplete last batch, as if its rows were not there', async () => {
    const [dropped, complete, whole] = [create(), create(), create()]
    const run = { ...options, batchSize: 4, shuffle: false }
    const progress: Progress[] = []
    const found = await dropped.fit(rowsOf(all), {
      ...run,
      dropLastBatch: true,
      onProgress: (given) => void progress.push(given),
    })
    const expected = await complete.fit(rowsOf(all.slice(0, 8)), run)
    await whole.fit(rowsOf(all), run)
    expect([...dropped.parameters]).toEqual([...complete.parameters])
    expect([...dropped.parameters]).not.toEqual([...whole.parameters])
    expect(found.map(({ cost, learningRate }) => [cost, learningRate])).toEqual(
      expected.map(({ cost, learningRate }) => [cost, learningRate]),
    )
    for (const { rows, done } of progress) expect([rows, done <= 8]).toEqual([8, true])
  })

  it('leaves out other rows in each epoch if they are shuffled, which a function of the epoch shows', async () => {
    const orders = [all, [...all].reverse(), [...all.slice(6), ...all.slice(0, 6)]]
    const [dropped, complete] = [create(), create()]
    const run = { ...options, schedule: 'constant', batchSize: 4 } as const
    await dropped.fit(rowsOf(all), { ...run, dropLastBatch: true, shuffle: (epoch) => orders[epoch - 1] })
    for (const order of orders) {
      for (const first of [0, 4]) {
        await complete.partialFit(rowsOf(order.slice(first, first + 4)), { learningRate: 0.1, optimizer: 'adam' })
      }
    }
    expect([...dropped.parameters]).toEqual([...complete.parameters])
  })

  it('keeps the only batch of a dataset that has fewer rows', async () => {
    const [dropped, plain] = [create(), create()]
    const run = { ...options, batchSize: 50, shuffle: false }
    await dropped.fit(rowsOf(all), { ...run, dropLastBatch: true })
    await plain.fit(rowsOf(all), run)
    expect([...dropped.parameters]).toEqual([...plain.parameters])
  })
})

describe('dropLastBatch', () => {
  const network = new Network([width, 2], { backend: 'typescript' })

  it('is true or false, and for datasets only', () => {
    const wrong = { dropLastBatch: 1 as never }
    expect(() => network.train(rowsOf(all), wrong)).toThrow(
      new OptionError('dropLastBatch must be true or false, not 1'),
    )
    const source = async function* () {
      yield rowsOf(all)
    }
    expect(() => network.train(source, { dropLastBatch: true } as never)).toThrow(
      new OptionError('dropLastBatch needs a whole dataset: let the source give full batches'),
    )
  })
})
