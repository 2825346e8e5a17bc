import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  DataError,
  Network,
  OptionError,
  type RowObject,
  type TrainTableOptions,
  tableModel,
  tableOf,
  trainTable,
} from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
/** A price that follows the size and the town, far from 0 and with a large scale. */
const houses = (count: number): RowObject[] =>
  Array.from({ length: count }, (_, i) => {
    const size = 40 + ((i * 37) % 120)
    const town = ['Ulm', 'Bonn', 'Kiel'][i % 3]
    return { size, town, price: 250_000 + 2000 * size + (town === 'Bonn' ? 90_000 : 0) }
  })

const train = async (rows: RowObject[], options: TrainTableOptions = {}, target = 'price') =>
  trainTable(await tableOf(rows, { target }), { seed: 3, hidden: [16], ...options })

describeOnBackends('a network that learns from a table', (backend) => {
  it('answers and is judged in the units of its target', async () => {
    const rows = houses(400)
    const model = await train(rows, { backend, epochs: 60 })
    const { metrics, cost } = await model.evaluate(rows, { metrics: ['mse', 'r2'] })
    expect(metrics.r2).toBeGreaterThan(0.98)
    expect(cost).toBeCloseTo(metrics.mse / 2, 0)
    let squares = 0
    for await (const { row, prediction } of model.predictRows(rows)) {
      squares += (Number(prediction) - Number(rows[row].price)) ** 2
    }
    expect(squares / rows.length / metrics.mse).toBeCloseTo(1, 4)
    // The outputs of the network are the answers, so that every export has them.
    expect(model.network.schema?.target).toMatchObject({ kind: 'number', folded: true })
    expect(model.network.labelNames).toBeUndefined()
  })

  it('is the same for the same seed, and another for another', async () => {
    const rows = houses(100)
    const parameters = async (seed: number) => (await train(rows, { backend, seed, epochs: 2 })).network.parameters
    expect(await parameters(1)).toEqual(await parameters(1))
    expect(await parameters(1)).not.toEqual(await parameters(2))
  })
})

describe('trainTable', () => {
  it('learns with the schema of a finished model as with the first', async () => {
    const rows = houses(400)
    const first = await train(rows, { epochs: 3 })
    const again = await trainTable(await tableOf(rows, { schema: first.schema }), { seed: 3, hidden: [16], epochs: 3 })
    expect(again.network.parameters).toEqual(first.network.parameters)
  })

  it('learns by the preset tabular, also from rows that are read again', async () => {
    const table = await tableOf(houses(3000), { target: 'price' })
    const options = { preset: 'tabular', epochs: 4, hidden: [16], batchSize: 32 } as const
    const streamed = { ...table, schema: table.schema && { ...table.schema, rows: 1e7 } }
    for (const source of [table, streamed]) {
      const { network, evaluate } = await trainTable(source, options)
      expect(network.scaling).toHaveLength(network.description.inputs)
      expect((await evaluate(houses(600), { metrics: ['r2'] })).metrics.r2).toBeGreaterThan(0.8)
    }
  })

  it('restores the best epoch, and learns from all of few rows', async () => {
    const rows = houses(60)
    const costs: number[] = []
    const model = await train(rows, {
      epochs: 12,
      onEpoch: ({ validation }) => costs.push(validation?.cost ?? Number.NaN),
    })
    expect(costs.length).toBeGreaterThan(0)
    const best = costs.indexOf(Math.min(...costs)) + 1
    // The history is that of the second training, which ends after the best epoch.
    expect(model.network.history).toHaveLength(best)
    expect(model.network.history[0].validation).toBeUndefined()
  })

  it('reads a table again in each epoch if its inputs do not fit into memory', async () => {
    const rows = houses(3000)
    const table = await tableOf(rows, { target: 'price' })
    let passes = 0
    const large = {
      ...table,
      schema: table.schema && { ...table.schema, rows: 1e7 },
      chunks(wanted: readonly number[]) {
        passes++
        return table.chunks(wanted)
      },
    }
    const model = await trainTable(large, { seed: 3, hidden: [16], epochs: 5, batchSize: 32 })
    // One pass for the validation part, and one for each epoch.
    expect(passes).toBe(6)
    expect((await model.evaluate(rows, { metrics: ['r2'] })).metrics.r2).toBeGreaterThan(0.9)
  })

  it('leaves out rows without a target and rows that do not fit, and counts them', async () => {
    const rows: RowObject[] = [...houses(80), { size: 50, town: 'Ulm', price: null }]
    const schema = (await tableOf(rows, { target: 'price' })).schema
    const broken = await tableOf([...rows, { size: 'large', town: 'Ulm', price: 3 }], { schema })
    const counts = { rows: 0, misfits: 0, withoutTarget: 0, unseen: {} }
    await expect(trainTable(broken)).rejects.toThrow(new DataError('row 81, column "size": "large" is not a number'))
    await trainTable(broken, { epochs: 1, onMisfit: 'skip', counts })
    expect(counts).toEqual({ rows: 80, misfits: 1, withoutTarget: 1, unseen: {} })
  })

  it('keeps the names of classes and inputs with the model', async () => {
    const rows = houses(90).map(({ size, town }) => ({ size, town }))
    const model = await train(rows, { epochs: 1 }, 'town')
    expect(model.network.labelNames).toEqual(['Bonn', 'Kiel', 'Ulm'])
    expect(model.network.inputNames).toEqual(['size'])
    const path = join(folder, 'towns.safetensors')
    await model.save(path)
    expect((await Network.load(path)).schema).toEqual(model.schema)
  })

  it.each<[TrainTableOptions, string]>([
    [{ validation: 1 }, 'validation must be a number above 0 and below 1, not 1'],
    [{ hidden: [0] }, 'hidden must be a whole number of at least 1, not 0'],
    [{ onMisfit: 'drop' as 'skip' }, 'onMisfit must be "throw", "skip" or a function, not "drop"'],
  ])('refuses %j', async (options, message) => {
    await expect(train(houses(40), options)).rejects.toThrow(new OptionError(message))
  })

  it('needs a target and some rows', async () => {
    await expect(trainTable(await tableOf(houses(9)))).rejects.toThrow(
      new OptionError('the table has no schema: open it with the option target'),
    )
    await expect(train(houses(3))).rejects.toThrow(new DataError('the rows: 3 rows are too few to learn from'))
    expect(() => tableModel(new Network([2, 1]))).toThrow(
      new OptionError('the network has no schema, because it did not learn from a table'),
    )
  })
})
