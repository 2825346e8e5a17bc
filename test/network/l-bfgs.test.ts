import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Dataset, dense, dropout, Network, OptionError, type TrainOptions } from '#src/index'
import { addon, nativeExpected } from '../support/backends.js'
import { normals, normwiseError, sameBits } from '../support/numbers.js'

const native = 'reason' in addon && !nativeExpected ? [] : (['native'] as const)
const lbfgs = { learningRate: 1, optimizer: 'l-bfgs' } as const

/** Linear regression, whose best weights are known: the solution of the normal equations, ridge included. */
const rows = 700
const x = normals(rows * 3, 1, 'x').map((value, i) => value * [1, 3, 0.3][i % 3])
const y = Array.from({ length: rows }, (_, r) => 2 * x[3 * r] - 0.3 * x[3 * r + 1] + 5 * x[3 * r + 2] + 1)
const noisy = y.map((value, r) => value + normals(rows, 1, 'noise')[r] * 0.1)
const data = new Dataset({ inputs: Float64Array.from(x), width: 3, targets: Float64Array.from(noisy) })

function solve(matrix: number[][], right: number[]): number[] {
  const all = matrix.map((row, i) => [...row, right[i]])
  all.forEach((pivot, p) => {
    for (const row of all) {
      if (row === pivot) continue
      const factor = row[p] / pivot[p]
      for (let j = p; j < row.length; j++) row[j] -= factor * pivot[j]
    }
  })
  return all.map((row, i) => row[row.length - 1] / row[i])
}

describe.each([...native, 'typescript'] as const)('l-bfgs on %s', (backend) => {
  it('finds the solution of the normal equations, in a few steps', async () => {
    const l2 = 0.01
    const features = Array.from({ length: rows }, (_, r) => [x[3 * r], x[3 * r + 1], x[3 * r + 2], 1])
    const matrix = [0, 1, 2, 3].map((i) =>
      [0, 1, 2, 3].map((j) => {
        const sum = features.reduce((total, row) => total + row[i] * row[j], 0) / rows
        return sum + (i === j && i < 3 ? l2 : 0)
      }),
    )
    const right = [0, 1, 2, 3].map((i) => features.reduce((sum, row, r) => sum + row[i] * noisy[r], 0) / rows)
    const network = new Network(
      { inputs: 3, layers: [dense(1, 'identity')], initializer: 'zeros' },
      { dtype: 'float64', backend },
    )
    const history = await network.fit(data, { ...lbfgs, epochs: 25, l2 })
    expect(normwiseError(network.parameters, solve(matrix, right))).toBeLessThan(1e-6)
    history.slice(1).forEach(({ cost }, i) => {
      expect(cost).toBeLessThanOrEqual(history[i].cost)
    })
  })

  it('comes far closer to the bottom of a network than as many steps of plain descent', async () => {
    const create = () => new Network([3, 4, 1], { seed: 1, dtype: 'float64', backend })
    const targets = noisy.map((value) => 1 / (1 + Math.exp(-value / 4)))
    const bent = new Dataset({ inputs: Float64Array.from(x), width: 3, targets: Float64Array.from(targets) })
    const quick = await create().fit(bent, { ...lbfgs, epochs: 40 })
    const slow = await create().fit(bent, { learningRate: 1, epochs: 40, batchSize: rows })
    expect(quick[39].cost).toBeLessThan(slow[39].cost / 10)
  })

  it('goes on from a checkpoint to the same bits', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'descent-l-bfgs-'))
    const create = () => new Network([3, 4, 1], { seed: 1, backend })
    const whole = create()
    await whole.fit(data, { ...lbfgs, epochs: 8 })
    await create().fit(data, { ...lbfgs, epochs: 5, checkpoint: { folder } })
    const resumed = create()
    await resumed.fit(data, { ...lbfgs, epochs: 8, checkpoint: { folder, resume: true } })
    rmSync(folder, { recursive: true })
    expect(sameBits(resumed.parameters, whole.parameters)).toBe(true)
  })

  it('stops when it is aborted, with the parameters of the last whole step', async () => {
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
    [{ batchSize: 10 }, 'l-bfgs takes all rows at once, and no batchSize'],
    [{ schedule: 'cosine' }, 'l-bfgs takes all rows at once, and no schedule'],
    [{ clipNorm: 1 }, 'l-bfgs takes all rows at once, and no clipNorm'],
    [{ checkpoint: { folder: 'x', everySteps: 2 } }, 'l-bfgs has one step an epoch: use everyEpochs'],
    [{ optimizer: { name: 'l-bfgs', memory: 0 } }, 'l-bfgs.memory must be a whole number of at least 1, not 0'],
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
