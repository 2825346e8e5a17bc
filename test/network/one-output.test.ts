import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import {
  classificationMetrics,
  createPool,
  DataError,
  Dataset,
  dense,
  Network,
  OptionError,
  saveJavaScript,
} from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const rows = [[-9], [-0.25], [0], [0.25], [9]]
const classes = [0, 0, 1, 1, 1]

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const value of values) list.push(value)
  return list
}

describeOnBackends('a network with a single output', (backend) => {
  const create = (dtype: 'float32' | 'float64' = 'float32') =>
    new Network({ inputs: 1, layers: [dense(1)] }, { parameters: [1, 0], backend, dtype })

  it('answers class 1 from an output of 0.5 up, and class 0 below', async () => {
    for (const dtype of ['float32', 'float64'] as const) {
      expect([...(await create(dtype).classify(rows))]).toEqual(classes)
    }
    const many = Float64Array.from({ length: 3000 }, (_, row) => (row % 7) - 3)
    expect([...(await create().classify(many))]).toEqual(Array.from(many, (x) => (x < 0 ? 0 : 1)))
    const batches = await all(create().classifyBatches([rows, rows]))
    expect(batches.map((batch) => [...batch.classes])).toEqual([classes, classes])
  })

  it('answers the same in worker threads', async () => {
    const pool = createPool(create(), { threads: 1 })
    expect([...(await pool.classify(rows))]).toEqual(classes)
    await pool.close()
  })

  it('streams the class, one of two names, and the confidence in that class', async () => {
    const network = create()
    const streamed = (options: object) => all<unknown>(Readable.from(rows).pipe(network.classifier(options)))
    expect(await streamed({})).toEqual(classes)
    network.labelNames = ['no', 'yes']
    expect(await streamed({})).toEqual(['no', 'no', 'yes', 'yes', 'yes'])
    const outputs = await network.predict(rows)
    expect(await streamed({ keep: (_: unknown, answer: object) => answer })).toEqual(
      classes.map((number, row) => ({
        class: number,
        label: ['no', 'yes'][number],
        confidence: number === 1 ? outputs[row] : 1 - outputs[row],
      })),
    )
  })

  it('is exported with the same classes, names and confidences', async () => {
    const path = join(folder, `${backend}.mjs`)
    const network = create('float64')
    network.labelNames = ['no', 'yes']
    await saveJavaScript(path, network)
    const { classify } = await import(pathToFileURL(path).href)
    expect(rows.map(classify)).toEqual(
      rows.map(([x], row) => ({
        number: classes[row],
        label: ['no', 'yes'][classes[row]],
        answer: expect.closeTo(1 / (1 + Math.exp(-Math.abs(x))), 12),
      })),
    )
  })

  it('learns from the labels 0 and 1 as from targets of 0 and 1', async () => {
    const inputs = Float64Array.from({ length: 60 }, (_, row) => (row - 30) / 10)
    const answers = Array.from(inputs, (x) => (x < 0.4 ? 0 : 1))
    const labeled = new Dataset({ inputs, width: 1, labels: answers })
    const targeted = new Dataset({ inputs, width: 1, targets: answers.map((answer) => [answer]) })
    const settings = { epochs: 60, batchSize: 7, learningRate: 3, labelSmoothing: 0.1 }
    const train = async (examples: Dataset, options: object = {}) => {
      const network = new Network({ inputs: 1, layers: [dense(1)], cost: 'cross-entropy' }, { seed: 1, backend })
      await network.fit(examples, { ...settings, ...options })
      return network
    }
    const network = await train(labeled)
    expect(network.parameters).toEqual((await train(targeted)).parameters)
    expect(network.parameters).toEqual((await train(labeled, { classWeights: [1, 1] })).parameters)
    const weighted = await train(labeled, { classWeights: 'balanced' })
    const source = async function* () {
      yield labeled
    }
    const streamed = new Network({ inputs: 1, layers: [dense(1)], cost: 'cross-entropy' }, { seed: 1, backend })
    const balanced = [60 / (2 * 34), 60 / (2 * 26)]
    await streamed.fit(source, { ...settings, classWeights: balanced, shuffle: false })
    expect(streamed.parameters).toEqual((await train(labeled, { classWeights: balanced, shuffle: false })).parameters)
    expect(weighted.parameters).not.toEqual(network.parameters)

    const names = ['accuracy', 'precision', 'recall', 'f1', 'mse', 'mae'] as const
    const evaluation = await network.evaluate(labeled, { metrics: names })
    const found = await network.classify(labeled)
    const confusion = [0, 1].map((label) =>
      [0, 1].map((answer) => answers.filter((own, row) => own === label && found[row] === answer).length),
    )
    const correct = confusion[0][0] + confusion[1][1]
    expect(correct).toBeGreaterThanOrEqual(58)
    const { accuracy, macro } = classificationMetrics(confusion)
    expect(evaluation).toMatchObject({ accuracy, correct, confusion })
    const { precision, recall, f1 } = macro
    expect(evaluation.metrics).toMatchObject({ accuracy, precision, recall, f1 })
    const { metrics, cost } = await network.evaluate(targeted, { metrics: ['mse', 'mae'] })
    expect(evaluation.metrics).toMatchObject(metrics)
    expect(evaluation.cost).toBe(cost)
  })

  it('smooths its labels towards 1/2', async () => {
    for (const [label, expected] of [
      [0, 0.1],
      [1, 0.9],
    ]) {
      const examples = new Dataset({ inputs: [[1]], labels: [label] })
      const network = create('float64')
      await network.fit(examples, { epochs: 3000, batchSize: 1, learningRate: 3, labelSmoothing: 0.2 })
      expect(network.feedforward([1])[0]).toBeCloseTo(expected, 6)
    }
  })

  it('refuses other labels', async () => {
    const examples = new Dataset({ inputs: [[1], [2]], labels: [1, 2] })
    const error = new DataError('label 2 at row 1 is out of range: the network has one output, so labels are 0 and 1')
    await expect(create().fit(examples)).rejects.toThrow(error)
    await expect(create().evaluate(examples)).rejects.toThrow(error)
  })

  it('keeps its two names in a file, and takes no other number of names', async () => {
    const network = create()
    network.labelNames = ['no', 'yes']
    const path = join(folder, `${backend}.safetensors`)
    await network.save(path)
    expect((await Network.load(path, { backend })).labelNames).toEqual(['no', 'yes'])
    const wrong = ['yes']
    expect(() => {
      network.labelNames = wrong
    }).toThrow(
      new OptionError('labelNames must have two names for a network with one output, those of class 0 and 1, not 1', {
        option: 'labelNames',
        value: wrong,
      }),
    )
  })
})
