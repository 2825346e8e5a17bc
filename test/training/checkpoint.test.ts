import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  augment,
  Dataset,
  dense,
  dropout,
  ModelError,
  Network,
  newestCheckpoint,
  OptionError,
  type TrainOptions,
} from '#src/index'
import { abortingAtValidation } from '../support/aborting.js'
import { addon, nativeExpected } from '../support/backends.js'
import { normals, sameBits } from '../support/numbers.js'

const folder = mkdtempSync(join(tmpdir(), 'descent-checkpoint-'))
afterAll(() => rmSync(folder, { recursive: true }))
let folders = 0
const newFolder = () => join(folder, String(++folders))

const rows = 47
const pictures = new Dataset({
  inputs: Uint8Array.from(normals(rows * 64, 1, 'pictures'), (value) => Math.min(255, Math.abs(value) * 100)),
  width: 64,
  labels: Array.from({ length: rows }, (_, i) => (i * 7) % 3),
})
const validation = new Dataset({
  inputs: Uint8Array.from(normals(20 * 64, 1, 'validation'), (value) => Math.min(255, Math.abs(value) * 100)),
  width: 64,
  labels: Array.from({ length: 20 }, (_, i) => i % 3),
})

const description = {
  inputs: 64,
  layers: [dropout(0.1), dense(9, 'tanh'), dropout(0.3), dense(3, 'softmax')],
  cost: 'cross-entropy',
} as const

/** Options that use every part of a run's state. */
const options: TrainOptions = {
  epochs: 5,
  batchSize: 6,
  learningRate: 0.01,
  optimizer: 'adam',
  schedule: { name: 'cosine', warmUp: 7 },
  validation,
  earlyStopping: { patience: 3 },
  clipNorm: 2,
  l2: 0.001,
}

const native = 'reason' in addon && !nativeExpected ? [] : (['native'] as const)

describe.each([...native, 'wasm', 'typescript'] as const)('a run with checkpoints on %s', (backend) => {
  const create = () => new Network(description, { seed: 4, backend })
  const timeless = (history: readonly { seconds: number }[]) => history.map((epoch) => ({ ...epoch, seconds: 0 }))

  it.each([
    ['adam, dropout, a schedule and early stopping', {}],
    ['complete batches only', { dropLastBatch: true, schedule: 'coslog4' }],
    ['rates of weights and biases', { rates: { weights: 0.5, biases: 0.1 } }],
    ['the plateau rule', { schedule: { name: 'plateau', patience: 1 } }],
    ['momentum and weights of rows', { optimizer: { name: 'sgd', momentum: 0.9 }, classWeights: 'balanced' }],
  ] as [string, Partial<TrainOptions>][])('resumes from any abort with the same bits: %s', async (_name, extra) => {
    const whole = create()
    const history = await whole.fit(pictures, { ...options, ...extra })
    // Aborted at the first stop in the middle of the third epoch. The second run continues from there.
    const run = newFolder()
    const controller = new AbortController()
    const aborted = create().fit(pictures, {
      ...options,
      ...extra,
      checkpoint: { folder: run, everySteps: 5 },
      signal: controller.signal,
      onProgress: ({ epoch, done }) => {
        if (epoch === 3 && done > 0 && done < rows) controller.abort()
      },
    })
    await expect(aborted).rejects.toThrow('This operation was aborted')
    const resumed = create()
    const checkpoint = { folder: run, resume: true }
    expect(timeless(await resumed.fit(pictures, { ...options, ...extra, checkpoint }))).toEqual(timeless(history))
    expect(sameBits(resumed.parameters, whole.parameters)).toBe(true)
    const file = join(folder, 'whole.safetensors')
    await whole.save(file)
    const bytes = readFileSync(file)
    await resumed.save(file)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  it.each([
    ['with its last batch', {}],
    ['in its last batch, without validation', { validation: undefined, earlyStopping: undefined }],
    ['during validation', abortingAtValidation(validation, 2)],
  ] as [string, Partial<TrainOptions>][])('keeps an epoch that is aborted %s', async (_name, extra) => {
    const controller = new AbortController()
    const { signal = controller.signal, ...stopped } = { ...options, ...extra }
    const judged = { ...stopped, ...(extra.signal && { validation }) }
    const whole = create()
    const history = await whole.fit(pictures, judged)
    const onProgress = ({ epoch, done }: { epoch: number; done: number }) => {
      if (!extra.signal && epoch === 2 && done === rows) controller.abort()
    }
    const checkpoint = { folder: newFolder(), everyEpochs: 9, resume: true }
    const aborted = create().fit(pictures, { ...stopped, signal, onProgress, checkpoint })
    await expect(aborted).rejects.toThrow('This operation was aborted')
    expect(readdirSync(checkpoint.folder)).toEqual(['checkpoint-000002-000000047.safetensors'])
    const resumed = create()
    expect(timeless(await resumed.fit(pictures, { ...judged, checkpoint }))).toEqual(timeless(history))
    expect(sameBits(resumed.parameters, whole.parameters)).toBe(true)
  })

  it('augments pictures like the whole run', async () => {
    const augmentation = () =>
      augment(pictures, { shift: 1, rotation: 10, elastic: { alpha: 5, sigma: 2 }, threads: 1 })
    const whole = create()
    const first = augmentation()
    await whole.fit(pictures, { ...options, augmentation: first })
    first.close()
    const checkpoint = { folder: newFolder(), everySteps: 3, keep: 99 }
    const second = augmentation()
    await create().fit(pictures, { ...options, augmentation: second, checkpoint })
    second.close()
    // As after kill -9: everything after a checkpoint in the middle of an epoch is lost.
    const names = readdirSync(checkpoint.folder).sort()
    const lost = names.findIndex((name) => name.startsWith('checkpoint-000003') && !name.includes('-000000000.')) + 1
    for (const name of names.slice(lost)) rmSync(join(checkpoint.folder, name))
    const resumed = create()
    const third = augmentation()
    await resumed.fit(pictures, { ...options, augmentation: third, checkpoint: { ...checkpoint, resume: true } })
    third.close()
    expect(sameBits(resumed.parameters, whole.parameters)).toBe(true)
  })
})

describe('checkpoints', () => {
  const create = () => new Network(description, { seed: 4, backend: 'typescript' })
  const plain: TrainOptions = { epochs: 4, batchSize: 6, learningRate: 0.1 }

  it('are kept up to the last k, by epoch and by step, and load as models', async () => {
    const byEpoch = newFolder()
    const network = create()
    await network.fit(pictures, { ...plain, checkpoint: { folder: byEpoch, keep: 2 } })
    expect(readdirSync(byEpoch).sort()).toEqual([
      'checkpoint-000004-000000000.safetensors',
      'checkpoint-000005-000000000.safetensors',
    ])
    const loaded = await Network.load(join(byEpoch, 'checkpoint-000005-000000000.safetensors'))
    expect(sameBits(loaded.parameters, network.parameters)).toBe(true)
    // 8 steps per epoch, 32 in all: saved at steps 7, 14, 21 and 28, and at the end of the run.
    const bySteps = newFolder()
    const checkpoint = { folder: bySteps, everySteps: 7, everyEpochs: 9, keep: 9 }
    await create().fit(pictures, { ...plain, checkpoint })
    expect(readdirSync(bySteps).sort()).toEqual([
      'checkpoint-000001-000000042.safetensors',
      'checkpoint-000002-000000036.safetensors',
      'checkpoint-000003-000000030.safetensors',
      'checkpoint-000004-000000024.safetensors',
      'checkpoint-000005-000000000.safetensors',
    ])
  })

  it('of a finished run resume to its end, and an empty folder starts a new run', async () => {
    const checkpoint = { folder: newFolder(), resume: true }
    const network = create()
    const history = await network.fit(pictures, { ...plain, checkpoint })
    const again = create()
    expect(await again.fit(pictures, { ...plain, checkpoint })).toEqual(history)
    expect(sameBits(again.parameters, network.parameters)).toBe(true)
  })

  it('are the newest by their numbers, of more than nine digits too', async () => {
    const where = newFolder()
    mkdirSync(where)
    expect(await newestCheckpoint(where)).toBeUndefined()
    for (const row of ['000000000', '999999999', '1000000000']) {
      writeFileSync(join(where, `checkpoint-000002-${row}.safetensors`), '')
    }
    const path = join(where, 'checkpoint-000002-1000000000.safetensors')
    expect(await newestCheckpoint(where)).toEqual({ path, epoch: 2, row: 1_000_000_000 })
  })

  it('of another run are neither overwritten nor resumed by mistake', async () => {
    const checkpoint = { folder: newFolder() }
    await create().fit(pictures, { ...plain, checkpoint })
    const names = readdirSync(checkpoint.folder)
    const path = join(checkpoint.folder, 'checkpoint-000005-000000000.safetensors')
    const network = create()
    const before = network.parameters.slice()
    await expect(network.fit(pictures, { ...plain, checkpoint })).rejects.toThrow(
      new OptionError(
        `${checkpoint.folder} already has checkpoints of a run: resume: true continues from ${path}; to start a new run, use another folder or remove them`,
      ),
    )
    expect(readdirSync(checkpoint.folder)).toEqual(names)
    expect(sameBits(network.parameters, before)).toBe(true)
  })

  it('are refused if they are from another run or damaged', async () => {
    const checkpoint = { folder: newFolder(), resume: true }
    await create().fit(pictures, { ...plain, checkpoint })
    const path = join(checkpoint.folder, 'checkpoint-000005-000000000.safetensors')
    const seeded = new Network(description, { seed: 5, backend: 'typescript' })
    await expect(seeded.fit(pictures, { ...plain, checkpoint })).rejects.toThrow(
      new OptionError(`${path} is from another run: its seed is 4, but this run's is 5`),
    )
    const others: [object, string][] = [
      [{ batchSize: 7 }, "its batchSize is 6, but this run's is 7"],
      [{ rates: { biases: 0.1 } }, `its rates is not set, but this run's is {"scale":1,"weights":1,"biases":0.1}`],
      [{ dropLastBatch: true }, "its dropLastBatch is not set, but this run's is true"],
      [{ clipNorm: 2 }, "its clipNorm is not set, but this run's is 2"],
      [
        { optimizer: 'adam' },
        `its optimizer is {"name":"sgd","settings":{"momentum":0,"nesterov":false}}, but this run's is {"name":"adam","settings":{"beta1":0.9,"beta2":0.999,"epsilon":1e-8}}`,
      ],
      [{ validation: pictures }, `its monitor is "training cost", but this run's is "validation accuracy"`],
    ]
    for (const [other, what] of others) {
      await expect(create().fit(pictures, { ...plain, ...other, checkpoint })).rejects.toThrow(
        new OptionError(`${path} is from another run: ${what}`),
      )
    }
    writeFileSync(path, readFileSync(path).subarray(0, 5000))
    await expect(create().fit(pictures, { ...plain, checkpoint })).rejects.toThrow(ModelError)
    const model = { folder: newFolder(), resume: true }
    await create().fit(pictures, { ...plain, epochs: 1, checkpoint: model })
    await create().save(join(model.folder, 'checkpoint-000009-000000000.safetensors'))
    await expect(create().fit(pictures, { ...plain, checkpoint: model })).rejects.toThrow(
      new ModelError(
        `${join(model.folder, 'checkpoint-000009-000000000.safetensors')} is a model, not a checkpoint: it has no state of a training run`,
      ),
    )
  })

  it.each([
    [{}, 'folder must be the path of a folder, not undefined'],
    [{ folder: 'x', keep: 0 }, 'keep must be a whole number of at least 1, not 0'],
    [{ folder: 'x', everySteps: 1.5 }, 'everySteps must be a whole number of at least 1, not 1.5'],
    [{ folder: 'x', resume: 'yes' }, 'resume must be true or false, not "yes"'],
    [
      { folder: 'x', every: 1 },
      'unknown checkpoint option "every"; known: folder, everySteps, everyEpochs, keep, resume, onError',
    ],
  ])('need sensible options: %j', (checkpoint, message) => {
    expect(() => create().train(pictures, { ...plain, checkpoint: checkpoint as never })).toThrow(
      new OptionError(message),
    )
  })
})
