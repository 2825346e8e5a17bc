import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
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
      `ModelError: the folder ${file} cannot be created: EEXIST: file already exists, mkdir '${file}'`,
    )
    const inFile = join(file, 'run')
    expect(await failure(start({ folder: inFile }, network).next())).toMatch(
      /^ModelError: the folder .* cannot be created: (ENOTDIR|ENOENT|EEXIST): /,
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

  it('is not shared by two runs of a process', async () => {
    const place = join(folder, 'shared')
    const first = start({ folder: place, everyEpochs: 3 })
    await first.next()
    expect(await failure(start({ folder: place, resume: true }).next())).toBe(
      `ModelError: ${place} is in use by another run of this process: use another folder for this run; or end that run first`,
    )
    await first.next()
    await first.next()
    await first.next()
    expect(readdirSync(place)).toEqual(['checkpoint-000004-000000000.safetensors'])
    // The first run has ended.
    for await (const _ of start({ folder: place, resume: true }));
    const [one, other] = await Promise.allSettled([1, 2].map(() => start({ folder: join(folder, 'both') }).next()))
    expect([one.status, other.status].sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('is not shared with another process that is running', async () => {
    const place = join(folder, 'locked')
    mkdirSync(place)
    const lock = join(place, 'run.lock')
    writeFileSync(lock, `${process.ppid}/1 ${hostname()}\n`)
    expect(await failure(start({ folder: place }).next())).toBe(
      `ModelError: ${place} is in use by another run, process ${process.ppid} on ${hostname()}: use another folder for this run; if that run has ended, remove ${lock}`,
    )
    // Marks that do not count: of a process that has ended, of another machine, and a file that is not a mark.
    for (const mark of [`999999999/1 ${hostname()}\n`, `${process.ppid}/1 elsewhere\n`, '']) {
      writeFileSync(lock, mark)
      for await (const _ of start({ folder: place, resume: true }));
      expect(readdirSync(place)).not.toContain('run.lock')
    }
  })

  it.runIf(process.platform === 'linux')(
    'is free if its process has ended, but its parent has not noticed',
    async () => {
      const place = join(folder, 'zombie')
      mkdirSync(place)
      // The shell becomes a program that does not wait for the child that the shell has started.
      const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
      const [text] = await once(parent.stdout, 'data')
      const child = Number(text)
      while (!/^State:\s+Z/m.test(readFileSync(`/proc/${child}/status`, 'utf8'))) await delay(10)
      writeFileSync(join(place, 'run.lock'), `${child}/${child} ${hostname()}\n`)
      await start({ folder: place }).next()
      expect(readFileSync(join(place, 'run.lock'), 'utf8')).toMatch(`${process.pid}/`)
      parent.kill('SIGKILL')
    },
  )

  it('is not shared by a run that does not see the mark of another', async () => {
    const place = join(folder, 'unseen')
    const run = start({ folder: place })
    await run.next()
    writeFileSync(join(place, 'checkpoint-000009-000000000.safetensors'), '')
    expect(await failure(run.next())).toBe(
      `ModelError: no checkpoint is saved in ${place}: another run has saved checkpoint-000009-000000000.safetensors there since this run began; each run needs its own folder`,
    )
  })

  it.runIf(process.platform === 'linux')('that the system cannot create is an error, not an endless wait', async () => {
    expect(await failure(start({ folder: '/proc/descent/run' }).next())).toBe(
      "ModelError: the folder /proc/descent/run cannot be created: ENOENT: no such file or directory, mkdir '/proc/descent'",
    )
  })

  it('has a function for its errors', () => {
    const wrong = { folder: 'run', onError: true } as unknown as CheckpointOptions
    expect(() => start(wrong)).toThrow(/^onError must be a function, not true$/)
  })
})
