import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  Dataset,
  dense,
  type Epoch,
  type Evaluation,
  loadNpz,
  loadOnnx,
  ModelError,
  Network,
  OptionError,
  type PastEpoch,
  readSafetensors,
  type SharedNetwork,
  saveNpz,
  saveOnnx,
  type TrainOptions,
  writeSafetensors,
} from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals } from '../support/numbers.js'

const folder = mkdtempSync(join(tmpdir(), 'descent-history-'))
afterAll(() => rmSync(folder, { recursive: true }))

const rowsOf = (seed: number) =>
  new Dataset({
    inputs: Float64Array.from(normals(60, seed)),
    width: 3,
    labels: new Int32Array(20).map((_, row) => row % 2),
  })
const data = rowsOf(1)
const options: TrainOptions = {
  epochs: 3,
  learningRate: 1,
  schedule: 'cosine',
  validation: rowsOf(2),
  metrics: ['f1'],
  trainingMetrics: ['precision'],
}

const measuresOf = (evaluation: Evaluation | undefined) =>
  evaluation && { cost: evaluation.cost, accuracy: evaluation.accuracy, metrics: evaluation.metrics }

/** The part of these epochs that a history keeps, if `before` epochs came before them. */
const keptOf = (epochs: readonly Epoch[], before = 0) =>
  epochs.map(({ number, cost, learningRate, accuracy, validation, training }) => ({
    number: before + number,
    cost,
    learningRate,
    accuracy,
    validation: measuresOf(validation),
    training: measuresOf(training),
  }))

/** Saves a network whose history is replaced by `history`, as text. */
async function saveWith(path: string, history: string | undefined): Promise<void> {
  const network = new Network([3, 2], { seed: 1 })
  await network.fit(data, { epochs: 1, learningRate: 1 })
  await network.save(path)
  const { tensors, metadata } = await readSafetensors(path)
  const { history: _, ...others } = metadata
  await writeSafetensors(path, { tensors, metadata: history === undefined ? others : { ...others, history } })
}

describeOnBackends('the history of a network', (backend) => {
  const create = () => new Network([3, 4, 2], { seed: 1, backend })

  it('has the numbers of every epoch, is saved and loaded, and goes on with the next run', async () => {
    const path = join(folder, `${backend}.safetensors`)
    const network = create()
    expect(network.history).toEqual([])
    const first = await network.fit(data, options)
    expect(first[2].validation?.confusion).toHaveLength(2)
    expect(network.history).toEqual(keptOf(first))
    await network.save(path)

    const loaded = await Network.load(path, { backend })
    expect(loaded.history).toEqual(keptOf(first))
    expect(Network.fromBytes(network.toBytes()).history).toEqual(keptOf(first))
    const before = loaded.history
    const second = await loaded.fit(data, { epochs: 2, learningRate: 1 })
    expect(loaded.history).toEqual([...keptOf(first), ...keptOf(second, 3)])
    expect(before).toHaveLength(3)
  })

  it('has no times and no confusion matrices, so that the same run gives the same bytes', async () => {
    const [one, other] = [create(), create()]
    const [epochs] = await Promise.all([one, other].map((network) => network.fit(data, options)))
    expect(one.toBytes()).toEqual(other.toBytes())
    const path = join(folder, `${backend}-bytes.safetensors`)
    await one.save(path)
    expect(JSON.parse((await readSafetensors(path)).metadata.history)).toEqual(keptOf(epochs))
  })

  it('is that of the checkpoint from which a run resumes', async () => {
    const checkpoint = { folder: join(folder, `${backend}-run`), everyEpochs: 1 }
    const straight = create()
    await straight.fit(data, { learningRate: 1, epochs: 2 })
    await straight.fit(data, { learningRate: 1, epochs: 4 })
    const broken = create()
    await broken.fit(data, { learningRate: 1, epochs: 2 })
    await broken.fit(data, { learningRate: 1, epochs: 3, checkpoint })
    const resumed = create()
    await resumed.fit(data, { learningRate: 1, epochs: 4, checkpoint: { ...checkpoint, resume: true } })
    expect(resumed.history.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6])
    expect(resumed.history).toEqual(straight.history)
    expect(resumed.toBytes()).toEqual(straight.toBytes())
  })

  it.each([
    ['ONNX', saveOnnx, loadOnnx],
    ['npz', saveNpz, loadNpz],
  ] as const)(
    'is not in %s files, although the loaded network goes on with the same bits',
    async (name, save, load) => {
      const path = join(folder, `${backend}.${name}`)
      const network = create()
      await network.fit(data, { epochs: 2, learningRate: 1 })
      await save(path, network)
      const loaded = await load(path, { backend })
      expect(loaded.history).toEqual([])
      // The order of the rows follows from the number of epochs. The file has it.
      const next = await network.fit(data, { epochs: 2, learningRate: 1 })
      await loaded.fit(data, { epochs: 2, learningRate: 1 })
      expect(loaded.history).toEqual(keptOf(next))
      expect(loaded.parameters).toEqual(network.parameters)
    },
  )

  it('leaves out measures that are not finite, which a file could not keep', async () => {
    const network = new Network({ inputs: 1, layers: [dense(1, 'identity')] }, { seed: 1, backend })
    network.parameters.set([1e30, 0])
    const zero = new Dataset({ inputs: [[0]], targets: [[0]] })
    const validation = new Dataset({ inputs: [[1e30]], targets: [[0]] })
    const [epoch] = await network.fit(zero, { epochs: 1, learningRate: 0.1, validation, metrics: ['mse'] })
    expect(epoch.validation?.cost).toBe(Number.POSITIVE_INFINITY)
    const expected = [
      {
        number: 1,
        cost: 0,
        learningRate: 0.1,
        accuracy: undefined,
        validation: { cost: undefined, accuracy: undefined, metrics: {} },
        training: undefined,
      },
    ]
    expect(network.history).toEqual(expected)
    expect(Network.fromBytes(network.toBytes()).history).toEqual(expected)
  })
})

describe('a history in a model file', () => {
  const path = join(folder, 'model.safetensors')
  const epoch = { number: 1, cost: 2, learningRate: 3 }
  const epochs = (count: number): Partial<PastEpoch>[] =>
    Array.from({ length: count }, (_, index) => ({ ...epoch, number: index + 1 }))

  it('may be missing, as in files of earlier versions: then it is empty', async () => {
    await saveWith(path, undefined)
    expect((await Network.load(path)).history).toEqual([])
  })

  it('keeps the newest 10,000 epochs', async () => {
    await saveWith(path, JSON.stringify(epochs(10_000)))
    const network = await Network.load(path)
    await network.fit(data, { epochs: 2, learningRate: 1 })
    const numbers = network.history.map(({ number }) => number)
    expect([numbers.length, numbers[0], numbers.at(-1)]).toEqual([10_000, 3, 10_002])
    expect(Network.fromBytes(network.toBytes()).history).toEqual(network.history)
  })

  it('may have members of a later version, which are left out', async () => {
    await saveWith(path, JSON.stringify([{ ...epoch, mood: 'good' }]))
    expect((await Network.load(path)).history).toEqual([epoch])
  })

  const entries = 'entry 0 of its history has the'
  it.each<[problem: string, text: string]>([
    ['its history is not JSON', '['],
    ['its history is not a list of at most 10000 epochs', '{}'],
    ['its history is not a list of at most 10000 epochs', JSON.stringify(epochs(10_001))],
    ['entry 0 of its history is null, not an object', '[null]'],
    [`${entries} number 0, not a whole number of at least 1`, '[{"number":0}]'],
    [`${entries} cost null, not a finite number`, '[{"number":1,"cost":null}]'],
    [`${entries} cost Infinity, not a finite number`, '[{"number":1,"cost":1e999}]'],
    [`${entries} learningRate undefined, not a finite number`, '[{"number":1,"cost":2}]'],
    [`${entries} accuracy "all", not a finite number`, JSON.stringify([{ ...epoch, accuracy: 'all' }])],
    [`${entries} validation [1], not an object`, JSON.stringify([{ ...epoch, validation: [1] }])],
    [`${entries} training.metrics undefined, not an object`, JSON.stringify([{ ...epoch, training: {} }])],
    [
      `${entries} validation.metrics["f\\n1"] [], not a finite number`,
      JSON.stringify([{ ...epoch, validation: { metrics: { 'f\n1': [] } } }]),
    ],
    [
      'entry 1 of its history is epoch 3, but the entry before it is epoch 1',
      JSON.stringify([epoch, { ...epoch, number: 3 }]),
    ],
  ])('is refused if it is damaged: %s', async (problem, text) => {
    await saveWith(path, text)
    await expect(Network.load(path)).rejects.toThrow(new ModelError(`${path} is not a model of descent: ${problem}`))
  })

  it('goes along to another thread, where it is checked', async () => {
    const network = new Network([3, 2], { seed: 1 })
    await network.fit(data, { epochs: 2, learningRate: 1 })
    expect(Network.fromShared(network.share()).history).toEqual(network.history)
    const shared = { ...network.share(), history: [{}] } as unknown as SharedNetwork
    expect(() => Network.fromShared(shared)).toThrow(
      new OptionError(
        'shared cannot be used: entry 0 of its history has the number undefined, not a whole number of at least 1',
      ),
    )
  })
})
