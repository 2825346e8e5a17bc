import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CheckpointOptions, Dataset, Network } from '#src/index'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const data = new Dataset({ inputs: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), width: 2, labels: [0, 1, 1, 0] })
const create = () => new Network([2, 3, 2], { seed: 1, backend: 'typescript' })
const start = (checkpoint: CheckpointOptions, network = create()) =>
  network.train(data, { epochs: 3, batchSize: 2, learningRate: 1, checkpoint })

describe('a folder of checkpoints', () => {
  it('is checked before the first epoch', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const network = create()
    const before = network.parameters.slice()
    expect(await failure(start({ folder: file }, network).next())).toBe(
      `ModelError: ${file} cannot be read as a folder of checkpoints: ENOTDIR: not a directory, scandir '${file}'`,
    )
    expect(await failure(start({ folder: join(file, 'run') }, network).next())).toMatch(
      /^ModelError: .* cannot be (created|read as a folder of checkpoints): ENOTDIR/,
    )
    expect(network.parameters).toEqual(before)
  })

  it('that cannot be written any more ends the run, or is reported while the run goes on', async () => {
    const place = join(folder, 'gone')
    const breakIt = () => {
      rmSync(place, { recursive: true, force: true })
      writeFileSync(place, '')
    }
    const run = start({ folder: place })
    await run.next()
    breakIt()
    const message = `the folder ${place} cannot be created: EEXIST: file already exists, mkdir '${place}'`
    expect(await failure(run.next())).toBe(`ModelError: ${message}`)

    rmSync(place)
    const errors: string[] = []
    const network = create()
    const tolerant = start({ folder: place, onError: (error) => errors.push(String(error)) }, network)
    await tolerant.next()
    breakIt()
    for await (const epoch of tolerant) expect(epoch.number).toBeGreaterThan(1)
    expect(errors).toEqual([`ModelError: ${message}`, `ModelError: ${message}`])
    const whole = create()
    await whole.fit(data, { epochs: 3, batchSize: 2, learningRate: 1 })
    expect(network.parameters).toEqual(whole.parameters)
  })

  it('is not shared by two runs', async () => {
    const place = join(folder, 'shared')
    mkdirSync(place)
    const second = start({ folder: place, everyEpochs: 3 })
    await second.next()
    await start({ folder: place }).next()
    await second.next()
    expect(await failure(second.next())).toBe(
      `ModelError: no checkpoint is saved in ${place}: another run has saved checkpoint-000002-000000000.safetensors there since this run began; each run needs its own folder`,
    )
    expect(readdirSync(place)).toEqual(['checkpoint-000002-000000000.safetensors'])
  })

  it('has a function for its errors', () => {
    const wrong = { folder: 'run', onError: true } as unknown as CheckpointOptions
    expect(() => start(wrong)).toThrow(/^onError must be a function, not true$/)
  })
})
