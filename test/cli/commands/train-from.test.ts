import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readRun } from '#src/cli/run/run-description'
import { Network, readIdxFolder } from '#src/index'
import { failure, temporaryFolder } from '../../support/files.js'
import { backendsHere, run, writeExamples } from '../program.js'

const folder = temporaryFolder()
const data = await writeExamples(join(folder, 'shapes'))

const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

describe.concurrent('descent-nn train --from', () => {
  it.each(backendsHere)('repeats a run of 600 digits to the last bit, on %s', async (backend) => {
    const [first, again] = ['first', 'again'].map((name) => join(folder, `${name}-${backend}`))
    const machine = ['--backend', backend]
    const options =
      '--count 600 --epochs 2 --hidden 12 --activation relu --initializer he --cost log-likelihood --optimizer adam ' +
      '--schedule one-cycle --warm-up 5 --dropout 0.1 --lambda 0.3 --early-stopping 1 --augment --standardize ' +
      '--metrics top-2 --seed 9'
    const one = await run(['train', ...options.split(' '), ...machine, '--output', `${first}.safetensors`])
    expect(one).toMatchObject({ code: 0, stderr: '' })
    const other = await run(['train', '--from', `${first}.json`, ...machine, '--output', `${again}.safetensors`])
    expect(other).toMatchObject({ code: 0, stderr: '' })
    expect(hash(`${again}.safetensors`)).toBe(hash(`${first}.safetensors`))
    expect(readFileSync(`${again}.json`, 'utf8')).toBe(readFileSync(`${first}.json`, 'utf8'))
  })

  it('finds a folder that was named from another directory, and accepts overrides', async () => {
    const [here, there] = ['here', 'there'].map((name) => join(folder, name))
    for (const place of [here, there]) mkdirSync(place)
    const typed = '--hidden 6 --count 20 --epochs 2 --rate 0.7 --seed 4 --dtype float64 --backend typescript'
    const { code: exit, ...said } = await run(
      ['train', '--data', '../shapes', ...typed.split(' '), '--output', '../there/model'],
      { cwd: here },
    )
    expect({ exit, stderr: said.stderr }).toEqual({ exit: 0, stderr: '' })
    expect(readFileSync(join(there, 'model.json'), 'utf8').endsWith('}\n')).toBe(true)
    const { descent: _, ...first } = read(join(there, 'model.json'))
    const dense = { kind: 'dense', activation: 'sigmoid' }
    expect(first).toEqual({
      format: 2,
      network: {
        inputs: 4,
        layers: [
          { ...dense, outputs: 6 },
          { ...dense, outputs: 3 },
        ],
        cost: 'quadratic',
        initializer: 'normal',
      },
      dtype: 'float64',
      seed: 4,
      data: { folder: '../shapes', count: 20 },
      training: { epochs: 2, batchSize: 10, learningRate: 0.7 },
      result: { epochs: 2, accuracy: expect.any(Number), cost: expect.any(Number) },
    })

    // As another version would have written it.
    writeFileSync(join(there, 'model.json'), JSON.stringify({ descent: '0.0.1', ...first }))
    const overrides = '--epochs 3 --seed 5 --count 23 --lambda 0.46 --activation tanh --backend typescript'
    const { code, stderr, stdout } = await run(
      ['train', '--from', 'model.json', ...overrides.split(' '), '-o', 'other.safetensors'],
      { cwd: there },
    )
    expect(code).toBe(0)
    expect(stderr).toMatch(/^model.json was written by descent 0.0.1; this is [\d.]+, whose results may differ\n$/)
    expect(stdout).toMatch(
      /\n {2}# the same test again\n {2}node .*main\.js evaluate other.safetensors --data \.\.\/shapes\n/,
    )
    const { training, test } = await readIdxFolder(data)
    const layers = [
      { kind: 'dense', outputs: 6, activation: 'tanh' },
      { kind: 'dense', outputs: 3, activation: 'sigmoid' },
    ] as const
    const expected = new Network({ inputs: 4, layers }, { seed: 5, dtype: 'float64', backend: 'typescript' })
    const options = { epochs: 3, batchSize: 10, learningRate: 0.7, l2: 0.02, validation: test }
    await expected.fit(training.slice(0, 23), options)
    const actual = await Network.load(join(there, 'other.safetensors'), { backend: 'typescript' })
    expect(actual.dtype).toBe('float64')
    expect(actual.parameters).toEqual(expected.parameters)
  })

  it('uses the sizes of other data', async () => {
    const digits = join(folder, 'digits')
    const first = await run(['train', '--count', '10', '--epochs', '1', '--output', `${digits}.safetensors`])
    expect(first.code).toBe(0)
    const model = join(folder, 'other-data')
    await run(['train', '--from', `${digits}.json`, '--data', data, '--output', model])
    expect(read(`${model}.json`)).toMatchObject({
      network: { inputs: 4, layers: [{ outputs: 30 }, { outputs: 3 }] },
      data: { folder: data, count: 30 },
      training: { epochs: 1 },
    })
  })
})

const good = {
  descent: '0.1.0',
  format: 2,
  network: { inputs: 4, layers: [{ kind: 'dense', outputs: 3, activation: 'sigmoid' }], cost: 'quadratic' },
  dtype: 'float32',
  seed: 1,
  data: { dataset: 'digits', count: 20 },
  training: { epochs: 2, batchSize: 10, learningRate: 0.7 },
  result: { epochs: 2, accuracy: 0.5, cost: 0.1 },
}
const withTraining = (fields: object): object => ({ ...good, training: { ...good.training, ...fields } })
const without = (name: keyof typeof good): object =>
  Object.fromEntries(Object.entries(good).filter(([key]) => key !== name))
const fields = 'descent, network, dtype, seed, data, training'
const ofTraining =
  'epochs, batchSize, learningRate, optimizer, schedule, l1, l2, lambda, maxNorm, clipNorm, clipValue, labelSmoothing, ' +
  'classWeights, earlyStopping, validationShare, metrics, trainingMetrics, shuffle, augmentation, syncEvery, standardize'

describe('a description that is wrong', () => {
  const path = join(folder, 'wrong.json')
  /** What is said of a file of this text, after "ModelError: " and its name. */
  const complaint = async (text: string): Promise<string> => {
    writeFileSync(path, text)
    const sentence = await failure(readRun(path))
    expect(sentence.startsWith(`ModelError: ${path}`)).toBe(true)
    return sentence.slice(`ModelError: ${path}`.length)
  }

  it('is accepted if nothing is wrong', async () => {
    writeFileSync(path, JSON.stringify(good))
    expect(await readRun(path)).toMatchObject({ version: '0.1.0', run: { seed: 1, sizes: { inputs: 4, outputs: 3 } } })
    // What came of the run is not needed to repeat it.
    writeFileSync(path, JSON.stringify(without('result')))
    expect((await readRun(path)).run.count).toBe(20)
  })

  it.each<[object, string]>([
    [[1], `: the description of a run must be an object with ${fields}, format, result, not [1]`],
    [{ ...good, sede: 1 }, `: the description of a run has an unknown field "sede"; known: ${fields}, format, result`],
    [
      { ...good, format: undefined },
      ': the description of a run has no format, but this version of descent reads 2: use the version that wrote it, or write the description again',
    ],
    [
      { ...good, format: 1 },
      ': the description of a run has the format 1, but this version of descent reads 2: use the version that wrote it, or write the description again',
    ],
    ...(['descent', 'network', 'dtype', 'seed', 'data', 'training'] as const).map((name): [object, string] => [
      without(name),
      `: the description of a run lacks the field ${name}; it must have ${fields}`,
    ]),
    [{ ...good, descent: 1 }, ': descent must be the version that wrote it, not 1'],
    [{ ...good, seed: -1 }, ': seed must be a whole number of at least 0, not -1'],
    [{ ...good, seed: '1' }, ': seed must be a whole number of at least 0, not "1"'],
    [{ ...good, dtype: 'int8' }, ': dtype must be one of float32, float64, not "int8"'],
    [{ ...good, network: [4, 3] }, ': network must be an object with inputs and layers, not [4, 3]'],
    [
      { ...good, network: { ...good.network, cots: 'huber' } },
      ': network: unknown network option "cots"; known: inputs, layers, inputDropout, scaling, cost, initializer',
    ],
    [
      { ...good, network: { ...good.network, inputs: 0 } },
      ': network: inputs must be a whole number of at least 1, not 0',
    ],
    [{ ...good, data: {} }, ': data lacks the field count; it must have count'],
    [{ ...good, data: { count: 1 } }, ': data must have one of dataset, folder, table, sql'],
    [
      { ...good, data: { count: 1, dataset: 'digits', folder: '.' } },
      ': data must have one of dataset, folder, table, sql',
    ],
    [{ ...good, data: { count: 1, dataset: 'cifar' } }, ': data.dataset must be one of digits, mnist, not "cifar"'],
    [{ ...good, data: { count: 1, folder: 7 } }, ': data.folder must be the path of a folder, not 7'],
    [{ ...good, data: { count: 0, folder: '.' } }, ': data.count must be a whole number of at least 1, not 0'],
    [{ ...good, training: 5 }, `: training must be an object with ${ofTraining}, not 5`],
    [withTraining({ rate: 3 }), `: training has an unknown field "rate"; known: ${ofTraining}`],
    [
      { ...good, training: { epochs: 1, batchSize: 1 } },
      ': training lacks the field learningRate; it must have epochs, batchSize, learningRate',
    ],
    [withTraining({ learningRate: 0 }), ': training: learningRate must be a number above 0, not 0'],
    [
      withTraining({ optimizer: { name: 'adam', beta: 1 } }),
      ': training: unknown adam option "beta"; known: beta1, beta2, epsilon',
    ],
    [
      withTraining({ earlyStopping: { patience: 0 } }),
      ': training: patience must be a whole number of at least 1, not 0',
    ],
    [withTraining({ lambda: -1 }), ': training.lambda must be a number of at least 0, not -1'],
    [withTraining({ lambda: 1, l2: 1 }), ': training.lambda must be left out if training.l2 is set, not 1'],
    [withTraining({ validationShare: 1 }), ': training.validationShare must be a number above 0 and below 1, not 1'],
    [withTraining({ classWeights: 'x' }), ': training.classWeights must be "balanced" or a list of numbers, not "x"'],
    [
      withTraining({ classWeights: [1, 2] }),
      ': training: classWeights must have one number for each class, 3 in all, not 2',
    ],
    [withTraining({ shuffle: 1 }), ': training: shuffle must be true, false or a function of the epoch, not 1'],
    [withTraining({ standardize: 1 }), ': training.standardize must be true or false, not 1'],
    [
      withTraining({ augmentation: { seed: 1 } }),
      ': training.augmentation has an unknown field "seed"; known: shift, rotation, scale, elastic',
    ],
    [withTraining({ augmentation: { scale: 1 } }), ': training: scale must be a fraction from 0 to below 1, not 1'],
    [
      { ...good, result: { epoch: 1 } },
      ': result has an unknown field "epoch"; known: epochs, accuracy, cost, metrics, interrupted',
    ],
  ])('%j', async (content, sentence) => {
    expect(await complaint(JSON.stringify(content))).toBe(sentence)
  })

  it('is not JSON, or too long', async () => {
    expect(await complaint('{')).toMatch(/^ must be the description of a run in JSON: .+$/)
    expect(await complaint(' '.repeat(2 ** 20 + 1))).toBe(
      ' has 1048577 bytes: the description of a run has at most 1048576',
    )
    const missing = join(folder, 'missing.json')
    const { code, stderr } = await run(['train', '--from', missing])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `descent: cannot read ${missing}: there is no such file\n`,
    })
  })
})
