import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Dataset, Network } from '#src/index'
import { addon } from '../support/backends.js'
import { exitInTraining, terminateInTraining, trainInWorkers } from '../support/interrupt.js'
import { type Floats, normals, sameBits } from '../support/numbers.js'

const missing = 'reason' in addon ? ` [not here: ${addon.reason}]` : ''
/** A network whose products are shared. */
const shared = { hidden: 200, batchSize: 128, threads: 4 }

/**
 * Names of sets of OpenBLAS's kernels. Those for Nehalem take rows by eights, the others for x64 by twelves. An OpenBLAS with a
 * single set ignores the name.
 */
const cores =
  process.arch === 'arm64'
    ? ['CORTEXA53', 'CORTEXA57', 'NEOVERSEN1', 'THUNDERX2T99']
    : ['Nehalem', 'Sandybridge', 'Haswell', 'Zen']

const limits = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0

/** What no-threads.mjs prints: the threads that it got, and the parameters of each network. */
async function trainWithoutThreads(limit: string): Promise<[number, number[][]]> {
  const program = fileURLToPath(new URL('../support/no-threads.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [program, limit], { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout)
}

/** What worker-threads.mjs prints. Only Linux tells how many threads a process has. */
async function countThreads(where: 'runs' | 'workers'): Promise<Record<string, number[]>> {
  const program = fileURLToPath(new URL('../support/worker-threads.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [program, where], { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout)
}

describe.skipIf(missing !== '')(`the threads of the native backend${missing}`, () => {
  it('train several networks at once, each with the same bits as alone', async () => {
    const inputs = Float32Array.from(normals(600 * 300, 1, 'threads'))
    const data = new Dataset({ inputs, width: 300, labels: Int32Array.from({ length: 600 }, (_, r) => r % 2) })
    const train = async (seed: number, threads: number) => {
      const network = new Network([300, 200, 2], { seed, backend: 'native', threads })
      await network.fit(data, { epochs: 4, batchSize: 150, learningRate: 0.1 })
      return network.parameters
    }
    const seeds = [1, 2, 3]
    const alone: Floats[] = []
    for (const seed of seeds) alone.push(await train(seed, 1))
    const together = await Promise.all(seeds.map((seed) => train(seed, seed + 1)))
    together.forEach((parameters, i) => {
      expect(sameBits(parameters, alone[i])).toBe(true)
    })
  })

  it('give the bits of one if the rows of a large batch are shorter than a vector', async () => {
    const rows = 10_000
    const inputs = Float32Array.from(normals(rows * 4, 1, 'narrow rows'))
    const data = new Dataset({ inputs, width: 4, labels: Int32Array.from({ length: rows }, (_, r) => r % 3) })
    const learn = async (threads: number) => {
      const network = new Network([4, 64, 3], { seed: 1, backend: 'native', threads })
      await network.fit(data, { epochs: 3, batchSize: rows, learningRate: 0.5 })
      return network.parameters
    }
    const alone = await learn(1)
    for (const threads of [2, 3]) expect(sameBits(await learn(threads), alone), `${threads} threads`).toBe(true)
  })

  it.each(cores)('give the bits of one with the kernels for %s', async (core) => {
    const program = fileURLToPath(new URL('../support/thread-bits.mjs', import.meta.url))
    const env = { ...process.env, OPENBLAS_CORETYPE: core }
    const { stdout } = await promisify(execFile)(process.execPath, [program], { env })
    expect(JSON.parse(stdout)).toEqual([0, 0, 0])
  })

  it('outlive worker.terminate() in the middle of training', async () => {
    const [alone] = await trainInWorkers('native', 1, 2, { ...shared, threads: 1 })
    await terminateInTraining('native', 3, shared)
    const [after] = await trainInWorkers('native', 1, 2, shared)
    expect(sameBits(after, alone)).toBe(true)
  })

  it('end with process.exit() in the middle of training', async () => {
    expect(await exitInTraining('native', 3, shared)).toEqual([7, 7, 7])
  })

  it.skipIf(!existsSync('/proc/self/task'))('are started only once, however often a network runs', async () => {
    expect((await countThreads('runs')).helpers).toEqual([3, 3])
  })

  it.skipIf(!existsSync('/proc/self/task'))('stay when the last worker that opened the addon ends', async () => {
    const { grown, parameters } = await countThreads('workers')
    expect(grown).toEqual([0, 0, 0, 0])
    const [alone] = await trainInWorkers('native', 1, 2, { ...shared, threads: 1 })
    expect(sameBits(Float32Array.from(parameters), alone)).toBe(true)
  })

  it.skipIf(!limits)(
    'are not needed: where the system gives none, networks train on those that are there',
    async () => {
      const [none, limited] = await trainWithoutThreads('limit')
      const [some, free] = await trainWithoutThreads('no limit')
      expect(none).toBe(0)
      expect(some).toBeGreaterThan(0)
      expect(limited).toEqual(free)
    },
  )
})
