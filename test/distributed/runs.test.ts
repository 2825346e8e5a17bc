import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { selectRows } from '#src/data/select-rows'
import { Network } from '#src/index'
import { mpiExpected, mpiLaunchers, runJob } from '../support/mpi-jobs.js'
import { normwiseError } from '../support/numbers.js'
import { dataset, spec } from '../support/shared-runs.mjs'

const shared = JSON.stringify(new URL('../support/shared-runs.mjs', import.meta.url))
const library = JSON.stringify(new URL('../../dist/index.js', import.meta.url))

/** What the programs of all tests begin with. `print` checks that all ranks have the same bits. */
const beginning = `
const { bitsOf, dataset, spec } = await import(${shared})
const { Network } = await import(${library})
const communicator = await connect({ timeoutMs: 20000 })
const { rank, size } = communicator
async function print(network, ...more) {
  await communicator.agree({ parameters: bitsOf(network.parameters) })
  if (rank === 0) console.log(JSON.stringify([[...network.parameters], ...more]))
}
`
const end = '\nawait communicator.close()'

/** The rows of each rank in a source, and those of each batch: the ranks take 4, 4 and 4 rows until they run out. */
const parts = [
  [0, 30],
  [30, 39],
  [39, 60],
] as const
const batches = [
  [0, 4, 30, 34, 39, 43],
  [4, 8, 34, 38, 43, 47],
  [8, 12, 38, 39, 47, 51],
  [12, 16, 51, 55],
  [16, 20, 55, 59],
  [20, 24, 59, 60],
  [24, 28],
  [28, 30],
]

describe.each(mpiLaunchers)('runs of several ranks, $title', (launcher) => {
  const test = it.skipIf(launcher.isMissing && !mpiExpected).concurrent

  test('learn from sources of which each rank has its own part, from every row once', async () => {
    const program = `${beginning}
    const [from, to] = ${JSON.stringify(parts)}[rank]
    async function* source() {
      for (let row = from; row < to; row += 7) yield dataset(60).slice(row, Math.min(row + 7, to))
    }
    const network = new Network(spec, { seed: 2, dtype: 'float64' })
    const epochs = []
    const options = { epochs: 2, batchSize: 12, learningRate: 0.2, shuffle: false, window: 24, communicator, rows: 60 }
    for await (const { cost } of network.train(() => source(), options)) epochs.push(cost)
    await print(network, epochs)
    const wrong = network.train(() => source(), { ...options, rows: 61 })
    await wrong.next().catch((error) => { if (rank === 0) console.log(JSON.stringify(String(error))) })
    try {
      network.train(() => source(), { ...options, batchSize: 2 })
    } catch (error) {
      if (rank === 0) console.log(JSON.stringify(String(error)))
    }
    ${end}`
    const { code, stdout, stderr } = await runJob(launcher, program, { ranks: 3 })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [[parameters, costs], error, tooFew] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const alone = new Network(spec, { seed: 2, dtype: 'float64' })
    const sums: number[] = []
    for (let epoch = 0; epoch < 2; epoch++) {
      let sum = 0
      for (const ranges of batches) {
        const rows = ranges.flatMap((from, i) =>
          i % 2 === 0 ? Array.from({ length: ranges[i + 1] - from }, (_, row) => from + row) : [],
        )
        const batch = selectRows(dataset(60), rows)
        sum += rows.length * (await alone.partialFit(batch, { learningRate: 0.2 }))
      }
      sums.push(sum / 60)
    }
    expect(normwiseError(parameters, alone.parameters)).toBeLessThan(1e-12)
    expect(normwiseError(costs, sums)).toBeLessThan(1e-12)
    expect(error).toBe('DataError: the sources of all ranks gave 60 rows in epoch 1, but the option rows is 61')
    expect(tooFew).toBe('OptionError: each of the 3 ranks needs a row of its source in each batch: a batch has 2')
  })

  test('end together when one rank is told to, and go on with any number of ranks', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'descent-ranks-'))
    const run = (options: string) => `
    const network = new Network(spec, { seed: 2 })
    const options = { epochs: 4, batchSize: 10, optimizer: 'adam', ${options}communicator }`
    const stopped = `${beginning}
    const stop = new AbortController()
    ${run(`checkpoint: { folder: ${JSON.stringify(folder)} }, signal: stop.signal, yieldEvery: 3, `)}
    let batches = 0
    try {
      for await (const { done } of network.train(dataset(95), options)) {
        if (done !== undefined) batches += 3
        if (rank === 1 && batches === 12) stop.abort(new Error('rank 1 was told to stop'))
      }
    } catch (error) {
      const texts = ['another rank ended the run', 'rank 1 was told to stop']
      if (error.message !== texts[rank === 1 ? 1 : 0]) throw error
    }
    await print(network)
    ${end}`
    const resumed = `${beginning}
    ${run(`checkpoint: { folder: process.env.FOLDER, resume: true }, `)}
    const epochs = []
    for await (const { cost } of network.train(dataset(95), options)) epochs.push(cost)
    await print(network, epochs)
    ${end}`
    const outcome = await runJob(launcher, stopped, { ranks: 3 })
    expect({ code: outcome.code, stderr: outcome.stderr }).toEqual({ code: 0, stderr: '' })
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith('checkpoint'))
        .at(-1),
    ).toBe('checkpoint-000002-000000040.safetensors')

    const whole = new Network(spec, { seed: 2 })
    const costs: number[] = []
    for await (const { cost } of whole.train(dataset(95), { epochs: 4, batchSize: 10, optimizer: 'adam' })) {
      costs.push(cost)
    }
    for (const ranks of [1, 2]) {
      const copy = mkdtempSync(join(tmpdir(), 'descent-ranks-'))
      cpSync(folder, copy, { recursive: true })
      const { code, stdout, stderr } = await runJob(launcher, resumed, { ranks, env: { FOLDER: copy } })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const [parameters, epochs] = JSON.parse(stdout)
      expect(normwiseError(parameters, whole.parameters)).toBeLessThan(1e-5)
      expect(normwiseError(epochs, costs.slice(-epochs.length))).toBeLessThan(1e-5)
      rmSync(copy, { recursive: true })
    }
    rmSync(folder, { recursive: true })
  })

  test('that learn apart for one batch equal those that sum gradients, and for more batches do not', async () => {
    const program = `${beginning}
    for (const every of [undefined, 1, 5]) {
      const network = new Network(spec, { seed: 2, dtype: 'float64' })
      const sync = every && { sync: { every } }
      const epochs = []
      const options = { epochs: 2, batchSize: 12, learningRate: 0.3, communicator, ...sync }
      for await (const { cost } of network.train(dataset(96), options)) epochs.push(cost)
      await print(network, epochs)
    }
    ${end}`
    const { code, stdout, stderr } = await runJob(launcher, program, { ranks: 3 })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [summed, one, five] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(normwiseError(one[0], summed[0])).toBeLessThan(1e-12)
    expect(normwiseError(one[1], summed[1])).toBeLessThan(1e-12)
    const difference = normwiseError(five[0], summed[0])
    expect(difference).toBeGreaterThan(1e-6)
    expect(difference).toBeLessThan(0.2)
  })

  // What the ranks compare does not depend on the library of MPI.
  const differences = it.skipIf(
    (launcher.isMissing && !mpiExpected) || launcher.name !== mpiLaunchers[0].name,
  ).concurrent
  differences.each([
    ['the seed', 'seed: rank', 'dataset(20)', '', 'seed 1, rank 0 has seed 0'],
    [
      'the data',
      'seed: 1',
      'dataset(20, 1 + rank)',
      '',
      /training data 20 rows with scale 0\.00392.* and checksum \d+/,
    ],
    ['the rows', 'seed: 1', 'dataset(20 + rank)', '', 'rows 21, rank 0 has rows 20'],
    ['an option', 'seed: 1', 'dataset(20)', 'l2: rank / 10', 'l2 0.1, rank 0 has l2 0'],
    ['the epochs', 'seed: 1', 'dataset(20)', 'epochs: 2 + rank', 'epochs 3, rank 0 has epochs 2'],
    [
      'the backend',
      "seed: 1, backend: rank ? 'typescript' : 'native'",
      'dataset(20)',
      '',
      'backend typescript, rank 0 has backend native',
    ],
    [
      'the order',
      'seed: 1',
      'dataset(3)',
      'shuffle: () => [rank, 1 - rank, 2]',
      /order of the rows in epoch 1 \d+, rank 0 has/,
    ],
  ])('end with exit code 74 if the ranks differ in %s', async (_what, network, data, options, message) => {
    const program = `${beginning}
    const network = new Network(spec, { ${network} })
    await network.fit(${data}, { epochs: 2, communicator, ${options} })
    ${end}`
    const { code, stderr } = await runJob(launcher, program, { ranks: 2 })
    expect(code).toBe(74)
    expect(stderr).toMatch(message)
    expect(stderr.match(/all ranks must have the same facts/g)).toHaveLength(1)
  })
})
