import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  augment,
  createPool,
  Dataset,
  kFold,
  loadNpz,
  loadOnnx,
  Network,
  saveJavaScript,
  saveNpz,
  saveOnnx,
  selectRows,
  splitDataset,
} from '#src/index'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const inputNames = ['age', 'income', 'rooms']
const count = 24
const people = Array.from({ length: count }, (_, i) => ({ age: i / 10, income: 2 - i / 7, rooms: i % 3, id: 100 + i }))
const labels = people.map((_, i) => i % 2)

/** A dataset with these columns of the table, in this order. */
const tableOf = (names: readonly (keyof (typeof people)[number])[]) =>
  new Dataset({ inputs: people.map((row) => names.map((name) => row[name])), inputNames: names, labels })

const table = tableOf(['age', 'income', 'rooms'])
const shuffled = tableOf(['rooms', 'id', 'age', 'income'])
const withoutAge = tableOf(['rooms', 'income', 'id'])
const missing = 'has no column "age", which is an input of the network; its columns are "rooms", "income", "id"'
const untrained = () => new Network([3, 4, 2], { seed: 1 })
const settings = { epochs: 2, learningRate: 0.5, batchSize: 5 }

async function trained(): Promise<Network> {
  const network = untrained()
  network.standardize(table)
  await network.fit(table, settings)
  return network
}

describe('the input names of a dataset', () => {
  it('stay with its slices, selections, parts, folds and pictures', async () => {
    const square = new Dataset({
      inputs: [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6, 7, 8)],
      inputNames: ['a', 'b', 'c', 'd'],
      labels: [0, 1],
    })
    const { training, validation } = splitDataset(table, { fraction: 0.25, seed: 1 })
    const [fold] = kFold(table, { folds: 3 })
    const pictures = augment(square, { shift: 1, seed: 1 })
    const targets = new Dataset({ inputs: [[1, 2, 3]], inputNames, targets: [[1]] })
    for (const part of [table.slice(1), training, validation, fold.validation, selectRows(targets, [0])]) {
      expect(part.inputNames).toEqual(inputNames)
    }
    expect((await pictures.epoch(0)).inputNames).toEqual(['a', 'b', 'c', 'd'])
    pictures.close()
    expect(Dataset.allocate({ rows: 1, width: 3, inputNames }).inputNames).toEqual(inputNames)
    expect(new Dataset({ inputs: [[1]] }).inputNames).toBeUndefined()
  })

  it('are one for each column', () => {
    const inputs = [[1, 2]]
    expect(() => new Dataset({ inputs, inputNames: ['a'] })).toThrow(
      'inputNames must have a name for each of the 2 inputs, not 1',
    )
    expect(() => new Dataset({ inputs, inputNames: ['a', 2 as unknown as string] })).toThrow(
      'inputNames must be a list of names, not ["a", 2]',
    )
  })
})

describe('the input names of a network', () => {
  it('are those of the first dataset with names that it learns from', async () => {
    const network = untrained()
    expect(network.inputNames).toBeUndefined()
    await network.fit(table.slice(0, 10), settings)
    expect(network.inputNames).toEqual(inputNames)
    const other = untrained()
    await other.partialFit(table)
    expect(other.inputNames).toEqual(inputNames)
    const third = untrained()
    await third.fit(async function* () {
      yield table
    }, settings)
    expect(third.inputNames).toEqual(inputNames)
    const twice = untrained()
    await twice.partialFit(new Dataset({ inputs: [[1, 2, 3]], inputNames: ['a', 'b', 'a'], labels: [1] }))
    expect(twice.inputNames).toBeUndefined()
  })

  it('can be set, and are checked', () => {
    const network = untrained()
    network.inputNames = inputNames
    expect(network.inputNames).toEqual(inputNames)
    const set = (names: unknown) => () => {
      network.inputNames = names as string[]
    }
    expect(set(['a'])).toThrow('inputNames must have one name for each of the 3 inputs, not 1')
    expect(set(['a', 'b', 'a'])).toThrow('inputNames has "a" twice')
    expect(set('abc')).toThrow('inputNames must be a list of names, not "abc"')
    network.inputNames = undefined
    expect(network.inputNames).toBeUndefined()
  })

  it('are saved in every format, and shared', async () => {
    const network = await trained()
    const path = (ending: string) => join(folder, `names.${ending}`)
    await network.save(path('safetensors'))
    await saveOnnx(path('onnx'), network)
    await saveNpz(path('npz'), network)
    const copies = [
      await Network.load(path('safetensors')),
      Network.fromBytes(network.toBytes()),
      Network.fromShared(network.share()),
      Network.fromShared(structuredClone(network.share())),
      await loadOnnx(path('onnx')),
    ]
    const answers = await network.predict(table)
    for (const copy of copies) {
      expect(copy.inputNames).toEqual(inputNames)
      expect(await copy.predict(shuffled)).toEqual(answers)
    }
    expect((await loadNpz(path('npz'))).inputNames).toEqual(inputNames)
  })

  it('are in an exported module, which finds the numbers of an object by name', async () => {
    const network = await trained()
    const path = join(folder, 'names.mjs')
    await saveJavaScript(path, network)
    const model = await import(pathToFileURL(path).href)
    expect(model.inputNames).toEqual(inputNames)
    const list = [0.5, 1, 2]
    const answers = model.predict(list)
    expect(answers).not.toEqual(model.predict([1, 2, 0.5]))
    expect(model.predict({ income: 1, id: 'x', rooms: 2, age: 0.5 })).toEqual(answers)
    expect(model.predict({ length: 3, 0: 0.5, 1: 1, 2: 2 })).toEqual(answers)
    expect(model.classify({ rooms: 2, income: 1, age: 0.5, length: 7 })).toEqual(model.classify(list))
    expect(() => model.predict({ age: 1, rooms: 2 })).toThrow('the row has no "income"')
    expect(() => model.predict({ age: 1, rooms: 2, income: 'pro' })).toThrow(
      'the row has pro as "income", expected a finite number',
    )
    expect(() => model.predict(undefined)).toThrow('the row has no "age"')
  })
})

describe('a dataset with names', () => {
  it('is matched by name in predict, classify, evaluate and batches', async () => {
    const network = await trained()
    const outputs = await network.predict(table)
    const classes = await network.classify(table)
    expect(await network.predict(shuffled)).toEqual(outputs)
    expect(await network.classify(shuffled)).toEqual(classes)
    expect(await network.evaluate(shuffled, { metrics: ['f1'] })).toEqual(
      await network.evaluate(table, { metrics: ['f1'] }),
    )
    const halves = [shuffled.slice(0, 12), table.slice(12)]
    const found: number[] = []
    for await (const { outputs } of network.predictBatches(halves)) found.push(...outputs)
    expect(found).toEqual([...outputs])
    const foundClasses: number[] = []
    for await (const { classes } of network.classifyBatches(halves)) foundClasses.push(...classes)
    expect(foundClasses).toEqual([...classes])
  })

  it('is matched by name in a pool', async () => {
    const network = await trained()
    const pool = createPool(network, { threads: 1 })
    expect(await pool.predict(shuffled)).toEqual(await network.predict(table))
    const found: number[] = []
    for await (const classes of pool.classifyBatches([shuffled])) found.push(...classes)
    expect(found).toEqual([...(await network.classify(table))])
    expect(await failure(pool.predict(withoutAge))).toBe(`DataError: the dataset ${missing}`)
    await pool.close()
  })

  it('is matched by name in training, standardization and validation', async () => {
    const expected = untrained()
    expected.standardize(table)
    const [, last] = await expected.fit(table, { ...settings, validation: table, trainingMetrics: ['f1'] })
    const network = untrained()
    network.standardize(table)
    const options = { ...settings, validation: shuffled, trainingMetrics: ['f1'] as const }
    const [, end] = await network.fit(shuffled, options)
    expect(network.parameters).toEqual(expected.parameters)
    expect([end.validation, end.training]).toEqual([last.validation, last.training])

    await network.partialFit(shuffled)
    await expected.partialFit(table)
    expect(network.parameters).toEqual(expected.parameters)

    network.standardize(shuffled)
    await network.fit(async function* () {
      yield shuffled.slice(0, 10)
      yield table.slice(10)
    }, settings)
    expected.standardize(table)
    await expected.fit(async function* () {
      yield table
    }, settings)
    expect(network.parameters).toEqual(expected.parameters)

    // The network takes the names of the training rows, and the columns of the validation rows are found by them.
    const fresh = untrained()
    const [first] = await fresh.fit(table, { ...settings, epochs: 1, validation: shuffled })
    expect(first.validation).toEqual(await fresh.evaluate(table))
  })

  it('is matched by the names of a checkpoint from which a run resumes', async () => {
    const checkpoint = { folder: join(folder, 'run') }
    const expected = untrained()
    await expected.fit(table, settings)
    await untrained().fit(table, { ...settings, epochs: 1, checkpoint })
    const resumed = untrained()
    const reordered = tableOf(['rooms', 'age', 'income'])
    await resumed.fit(reordered, { ...settings, checkpoint: { ...checkpoint, resume: true } })
    expect(resumed.inputNames).toEqual(inputNames)
    expect(resumed.parameters).toEqual(expected.parameters)
  })

  it('is refused if it lacks an input, which the error names', async () => {
    const network = await trained()
    const ignored = new Dataset({ inputs: [[1, 2]], inputNames: ['age', 'age'], labels: [0] })
    const source = async function* () {
      yield withoutAge
    }
    expect(await failure(network.predict(withoutAge))).toBe(`DataError: the dataset ${missing}`)
    expect(await failure(network.classify(withoutAge))).toBe(`DataError: the dataset ${missing}`)
    expect(await failure(network.evaluate(withoutAge))).toBe(`DataError: the dataset ${missing}`)
    expect(await failure(network.partialFit(withoutAge))).toBe(`DataError: the batch ${missing}`)
    expect(await failure(network.fit(withoutAge))).toBe(`DataError: the training dataset ${missing}`)
    expect(await failure(network.fit(table, { validation: withoutAge }))).toBe(
      `DataError: the validation dataset ${missing}`,
    )
    expect(await failure(network.fit(source))).toBe(`DataError: batch 1 of epoch 1 ${missing}`)
    expect(
      await failure(
        network
          .predictBatches([table, withoutAge])
          .next()
          .then(() => network.predict(ignored)),
      ),
    ).toBe('DataError: the dataset has several columns named "age"')
    expect(() => network.standardize(withoutAge)).toThrow(`the dataset ${missing}`)
    const batches = network.predictBatches([withoutAge])
    expect(await failure(batches.next())).toBe(`DataError: batch 0: the dataset ${missing}`)
  })

  it('does not change rows without names, which are taken by position', async () => {
    const network = await trained()
    const { inputs, rows, width } = table
    const unnamed = new Dataset({ inputs, width })
    expect(await network.predict(unnamed)).toEqual(await network.predict(table))
    expect(network.feedforward(inputs)).toEqual(await network.predict(table))
    const nameless = untrained()
    expect(await nameless.predict(table)).toEqual(nameless.feedforward(inputs))
    expect(rows).toBe(count)
    expect(await failure(nameless.predict(shuffled))).toBe(
      'DataError: the dataset has rows of 4 numbers, the network takes 3',
    )
  })
})

describe('a model file with input names', () => {
  it('is refused if they are not different names, one for each input', async () => {
    const network = untrained()
    network.inputNames = inputNames
    const text = Buffer.from(network.toBytes()).toString('latin1')
    const edited = (from: string, to: string) => () => Network.fromBytes(Buffer.from(text.replace(from, to), 'latin1'))
    const said = `the model of ${text.length} bytes is not a model of descent: its inputs are not`
    expect(edited('rooms', 'olive')).not.toThrow()
    expect(edited('\\"income\\"', '\\"inco,e\\"')).not.toThrow()
    expect(edited('[\\"age\\",', '[ 12345 ,')).toThrow(`${said} a list of 3 names`)
    expect(edited('\\"income\\",\\"rooms\\"', '\\"rooms\\" ,\\"rooms\\"')).toThrow(`${said} 3 different names`)
  })
})
