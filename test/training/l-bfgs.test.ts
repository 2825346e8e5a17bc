import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Dataset, dense, dropout, Network, OptionError, type TrainOptions } from '#src/index'
import { abortingAtValidation } from '../support/aborting.js'
import { addon, nativeExpected } from '../support/backends.js'
import { normals, normwiseError, sameBits } from '../support/numbers.js'

const native = 'reason' in addon && !nativeExpected ? [] : (['native'] as const)
const lbfgs = { learningRate: 1, optimizer: 'l-bfgs' } as const

/** Linear regression with more rows than fit into one pass. */
const rows = 700
const x = normals(rows * 3, 1, 'x').map((value, i) => value * [1, 3, 0.3][i % 3])
const y = Array.from({ length: rows }, (_, r) => 2 * x[3 * r] - 0.3 * x[3 * r + 1] + 5 * x[3 * r + 2] + 1)
const noisy = y.map((value, r) => value + normals(rows, 1, 'noise')[r] * 0.1)
const data = new Dataset({ inputs: Float64Array.from(x), width: 3, targets: Float64Array.from(noisy) })

describe.each([...native, 'wasm', 'typescript'] as const)('l-bfgs on %s', (backend) => {
  it('never increases the cost', async () => {
    const network = new Network([3, 4, 1], { seed: 1, backend })
    const history = await network.fit(data, { ...lbfgs, epochs: 25 })
    history.slice(1).forEach(({ cost }, i) => {
      expect(cost).toBeLessThanOrEqual(history[i].cost)
    })
  })

  it('first steps against the gradient of all rows, penalties included, in several passes', async () => {
    const penalties = { l1: 0.02, l2: 0.3 }
    const network = new Network([3, 4, 1], { seed: 1, dtype: 'float64', backend })
    const before = network.parameters.slice()
    // One pass over all 700 rows, with a program that does not accumulate.
    const { cost, parameters: gradient } = network.gradients(
      x,
      noisy.map((value) => [value]),
      penalties,
    )
    const [epoch] = await network.fit(data, { ...lbfgs, ...penalties, epochs: 1 })
    const step = network.parameters.map((value, i) => value - before[i])
    const length = Math.hypot(...step) / Math.hypot(...gradient)
    expect(length).toBeGreaterThan(0)
    expect(
      normwiseError(
        step,
        gradient.map((value) => -length * value),
      ),
    ).toBeLessThan(1e-12)
    expect(epoch.cost).toBeCloseTo(cost, 12)
  })

  it('gets far closer to the minimum than the same number of steps of plain gradient descent', async () => {
    const create = () => new Network([3, 4, 1], { seed: 1, dtype: 'float64', backend })
    const targets = noisy.map((value) => 1 / (1 + Math.exp(-value / 4)))
    const bent = new Dataset({ inputs: Float64Array.from(x), width: 3, targets: Float64Array.from(targets) })
    const quick = await create().fit(bent, { ...lbfgs, epochs: 40 })
    const slow = await create().fit(bent, { learningRate: 1, epochs: 40, batchSize: rows })
    expect(quick[39].cost).toBeLessThan(slow[39].cost / 10)
  })

  it.each([1, 2, 10])('resumes from a checkpoint with the same bits, with a history of %d steps', async (memory) => {
    const options = { learningRate: 1, optimizer: { name: 'l-bfgs', historySize: memory } } as const
    const folder = mkdtempSync(join(tmpdir(), 'descent-l-bfgs-'))
    const create = () => new Network([3, 4, 1], { seed: 1, backend })
    const whole = create()
    await whole.fit(data, { ...options, epochs: 8 })
    await create().fit(data, { ...options, epochs: 5, checkpoint: { folder } })
    const resumed = create()
    await resumed.fit(data, { ...options, epochs: 8, checkpoint: { folder, resume: true } })
    rmSync(folder, { recursive: true })
    expect(sameBits(resumed.parameters, whole.parameters)).toBe(true)
  })

  it('repeats no step if it was aborted during validation', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'descent-l-bfgs-'))
    const create = () => new Network([3, 4, 1], { seed: 1, backend })
    const whole = create()
    await whole.fit(data, { ...lbfgs, epochs: 4, validation: data })
    const { signal, validation } = abortingAtValidation(data, 2)
    const checkpoint = { folder, resume: true }
    const aborted = create().fit(data, { ...lbfgs, epochs: 4, validation, signal, checkpoint })
    await expect(aborted).rejects.toThrow('This operation was aborted')
    const resumed = create()
    await resumed.fit(data, { ...lbfgs, epochs: 4, validation: data, checkpoint })
    rmSync(folder, { recursive: true })
    expect(sameBits(resumed.parameters, whole.parameters)).toBe(true)
  })

  it('stops when it is aborted, with the parameters of the last complete step', async () => {
    const network = new Network([3, 4, 1], { seed: 1, backend })
    const [one] = [new Network([3, 4, 1], { seed: 1, backend })]
    await one.fit(data, { ...lbfgs, epochs: 1 })
    const controller = new AbortController()
    const run = network.train(data, { ...lbfgs, epochs: 9, signal: controller.signal })
    await run.next()
    controller.abort()
    await expect(run.next()).rejects.toThrow('This operation was aborted')
    expect(sameBits(network.parameters, one.parameters)).toBe(true)
  })
})

describe('l-bfgs refuses', () => {
  const network = new Network([3, 4, 1], { backend: 'typescript' })

  it.each([
    [{ batchSize: 10 }, 'l-bfgs takes all rows at once: the option batchSize is not possible'],
    [{ dropLastBatch: true }, 'l-bfgs takes all rows at once: the option dropLastBatch is not possible'],
    [{ schedule: 'cosine' }, 'l-bfgs takes all rows at once: the option schedule is not possible'],
    [{ rates: { biases: 0.1 } }, 'l-bfgs takes all rows at once: the option rates is not possible'],
    [{ clipNorm: 1 }, 'l-bfgs takes all rows at once: the option clipNorm is not possible'],
    [{ checkpoint: { folder: 'x', everySteps: 2 } }, 'l-bfgs has one step an epoch: use everyEpochs'],
    [
      { optimizer: { name: 'l-bfgs', historySize: 0 } },
      'l-bfgs.historySize must be a whole number of at least 1, not 0',
    ],
  ] as [Partial<TrainOptions>, string][])('%j', (options, message) => {
    expect(() => network.train(data, { ...lbfgs, ...options })).toThrow(new OptionError(message))
  })

  it('dropout and single batches', async () => {
    const dropping = new Network({ inputs: 3, layers: [dropout(0.5), dense(1)] }, { backend: 'typescript' })
    expect(() => dropping.train(data, lbfgs)).toThrow(new OptionError('l-bfgs cannot train a network with dropout'))
    await expect(network.partialFit(data, lbfgs)).rejects.toThrow(
      new OptionError('l-bfgs learns from whole datasets, by train or fit, not from batches'),
    )
  })
})
