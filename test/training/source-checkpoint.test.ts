import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { DataError, Dataset, dense, dropout, Network, OptionError, type SourceOptions } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, sameBits } from '../support/numbers.js'
import { slices } from '../support/sources.js'

const folder = mkdtempSync(join(tmpdir(), 'descent-source-checkpoint-'))
afterAll(() => rmSync(folder, { recursive: true }))
let folders = 0
const newFolder = () => join(folder, String(++folders))

const rows = 107
const data = new Dataset({
  inputs: Uint8Array.from(normals(rows * 5, 1), (value) => Math.min(255, Math.abs(value) * 100)),
  width: 5,
  labels: Array.from({ length: rows }, (_, row) => (row * 7) % 3),
})
const description = {
  inputs: 5,
  layers: [dropout(0.2), dense(6, 'tanh'), dense(3, 'softmax')],
  cost: 'cross-entropy',
} as const
const options: SourceOptions = {
  epochs: 4,
  batchSize: 4,
  learningRate: 0.05,
  optimizer: 'adam',
  schedule: { name: 'exponential', factor: 0.7, warmUp: 40 },
  window: 20,
}
const timeless = (history: readonly { seconds: number }[]) => history.map((epoch) => ({ ...epoch, seconds: 0 }))

describeOnBackends('a run from a source with checkpoints', (backend) => {
  const create = () => new Network(description, { seed: 4, backend })

  it.each<[string, Partial<SourceOptions>, object]>([
    ['within windows', {}, { everySteps: 3 }],
    ['at the ends of windows', {}, { everySteps: 5 }],
    ['at the ends of epochs', { rows }, {}],
    ['in the order of the source', { shuffle: false, rows, schedule: 'cosine' }, { everySteps: 7 }],
    ['with the best parameters', { validation: data, earlyStopping: { patience: 2 } }, { everySteps: 11 }],
  ])('resumes from any of them with the same bits: %s', async (_name, extra, every) => {
    const whole = create()
    const history = await whole.fit(slices(data, 9), { ...options, ...extra })
    const checkpoint = { folder: newFolder(), keep: 999, ...every }
    await create().fit(slices(data, 9), { ...options, ...extra, checkpoint })
    const names = readdirSync(checkpoint.folder).sort()
    for (const name of names.filter((_, i) => i % 5 === 0 || names.length < 9)) {
      const resumed = create()
      const other = newFolder()
      mkdirSync(other)
      copyFileSync(join(checkpoint.folder, name), join(other, name))
      const resume = { folder: other, everyEpochs: 999, resume: true }
      // The sizes of batches may differ, the rows may not.
      const run = await resumed.fit(slices(data, 13), { ...options, ...extra, checkpoint: resume })
      expect(timeless(run), name).toEqual(timeless(history))
      expect(sameBits(resumed.parameters, whole.parameters), name).toBe(true)
    }
  })

  it('counts steps across epochs like a run on a dataset', async () => {
    const checkpoints = () => ({ folder: newFolder(), everySteps: 7, everyEpochs: 9, keep: 99 })
    const [ofSource, ofDataset] = [checkpoints(), checkpoints()]
    await create().fit(slices(data, 9), { ...options, checkpoint: ofSource })
    const { window: _, ...plain } = options
    await create().fit(data, { ...plain, checkpoint: ofDataset })
    expect(readdirSync(ofSource.folder).length).toBe(16)
    expect(readdirSync(ofSource.folder).sort()).toEqual(readdirSync(ofDataset.folder).sort())
  })

  it('is saved when it is aborted, and resumes from there', async () => {
    const whole = create()
    await whole.fit(slices(data, 9), options)
    const checkpoint = { folder: newFolder(), resume: true }
    const controller = new AbortController()
    const onProgress = ({ epoch }: { epoch: number }) => epoch === 2 && controller.abort()
    const aborted = create().fit(slices(data, 9), { ...options, checkpoint, onProgress, signal: controller.signal })
    await expect(aborted).rejects.toThrow('This operation was aborted')
    expect(readdirSync(checkpoint.folder).at(-1)).toMatch(/^checkpoint-000002-0000000[1-9]/)
    const resumed = create()
    await resumed.fit(slices(data, 9), { ...options, checkpoint })
    expect(sameBits(resumed.parameters, whole.parameters)).toBe(true)
  })

  it('resumes at the end of the last window', async () => {
    // 40 rows are two windows, but the run could not know that no third one would follow.
    const source = slices(data.slice(0, 40), 7)
    const whole = create()
    const history = await whole.fit(source, { ...options, epochs: 2 })
    const checkpoint = { folder: newFolder(), everySteps: 10, everyEpochs: 2, keep: 9 }
    await create().fit(source, { ...options, epochs: 2, checkpoint })
    const names = readdirSync(checkpoint.folder).sort()
    expect(names[0]).toBe('checkpoint-000001-000000040.safetensors')
    for (const name of names.slice(1)) rmSync(join(checkpoint.folder, name))
    const resumed = create()
    const run = await resumed.fit(source, { ...options, epochs: 2, checkpoint: { ...checkpoint, resume: true } })
    expect(timeless(run)).toEqual(timeless(history))
    expect(sameBits(resumed.parameters, whole.parameters)).toBe(true)
  })

  it('is refused if the rows or the windows differ', async () => {
    const checkpoint = { folder: newFolder(), everySteps: 9, keep: 99, resume: true }
    await create().fit(slices(data, 9), { ...options, epochs: 1, checkpoint })
    const name = 'checkpoint-000001-000000072.safetensors'
    for (const other of readdirSync(checkpoint.folder)) if (other > name) rmSync(join(checkpoint.folder, other))
    const path = join(checkpoint.folder, name)
    for (const length of [50, 65]) {
      await expect(create().fit(slices(data.slice(0, length), 9), { ...options, checkpoint })).rejects.toThrow(
        new DataError(
          `the source gave ${length} rows in epoch 1, but the resumed run has already learned from 72: it must give the same rows again`,
        ),
      )
    }
    await expect(create().fit(slices(data, 9), { ...options, window: 30, checkpoint })).rejects.toThrow(
      new OptionError(`${path} is from another run: its window is 20, but this run's is 30`),
    )
    const { window: _, ...ofDataset } = options
    await expect(create().fit(data, { ...ofDataset, checkpoint })).rejects.toThrow(
      new OptionError(`${path} is from another run: its rows is not set, but this run's is 107`),
    )
  })
})
