import { expect, it } from 'vitest'
import {
  augment,
  createPool,
  Dataset,
  dense,
  kFold,
  Network,
  OptionError,
  Perceptron,
  selectRows,
  splitDataset,
  standardization,
} from '#src/index'

// The files of a bundle have classes of their own, as a second copy of the package in node_modules has.
const copies = await Promise.all(
  ['index', 'browser'].map(async (name) => {
    const module: { Dataset: typeof Dataset } = await import(
      new URL(`../../dist/bundle/${name}.js`, import.meta.url).href
    )
    return [name, module.Dataset] as const
  }),
)

async function* source(data: Dataset) {
  yield data
}

it.each(copies)('a dataset of a second copy, dist/bundle/%s.js, is taken everywhere', async (_, Copy) => {
  const options = { inputs: Uint8Array.from({ length: 36 }, (_, i) => i), width: 9, labels: [0, 1, 0, 1] }
  const [own, other] = [new Dataset(options), new Copy(options)]
  expect(other).not.toBeInstanceOf(Dataset)
  const create = () => new Network({ inputs: 9, layers: [dense(2)] }, { seed: 1, backend: 'typescript' })
  const learning = { epochs: 2, batchSize: 2, learningRate: 1 }
  const results = async (data: Dataset) => {
    const network = create()
    network.standardize(data)
    const epochs = await network.fit(data, { ...learning, validation: data })
    const costs = [...(await network.fit(() => source(data), learning)), ...epochs].map(({ cost }) => cost)
    const pool = createPool(network, { threads: 1 })
    const pooled = await pool.predict(data)
    const batches: number[][] = []
    for await (const batch of pool.predictBatches([data])) batches.push([...batch])
    await pool.close()
    const { cost, metrics } = await network.evaluate(data, { metrics: ['mse'] })
    return {
      costs,
      pooled,
      batches,
      update: await network.partialFit(data, { learningRate: 1 }),
      outputs: await network.predict(data),
      classes: await network.classify(data),
      evaluation: [cost, metrics],
      learned: new Perceptron({ inputs: 9 }).learn(data),
      measures: standardization(data),
      rows: selectRows(data, [1, 0]),
      split: splitDataset(data, { fraction: 0.5 }),
      folds: [...kFold(data, { folds: 2 })],
      augmented: await augment(data, { shift: 1, threads: 1 }).epoch(1),
    }
  }
  const found = await results(other)
  expect(found).toEqual({ ...(await results(own)), augmented: expect.anything() })
})

it('what only resembles a dataset is refused', async () => {
  const network = new Network([2, 2], { backend: 'typescript' })
  const { inputs, width, scale, labels, rows, targetWidth } = new Dataset({ inputs: [[1, 2]], labels: [0] })
  for (const change of [{ rows: 2 }, { inputs: [1, 2] }, { labels: [0] }, { scale: '1' }, { slice: undefined }]) {
    const like = { inputs, width, scale, labels, rows, targetWidth, slice: () => undefined, ...change } as never
    await expect(network.evaluate(like)).rejects.toThrow(
      new OptionError('the dataset must be a Dataset, not an object (Object)'),
    )
  }
})
