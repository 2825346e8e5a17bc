import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BackendName } from '#src/backend/backend'
import { type Description, DivergedError, Network } from '#src/index'
import type { Dtype } from '#src/program/kernels'
import { missing, nativeExpected, requireAddon } from '../support/backends.js'
import { normals, normwiseError } from '../support/numbers.js'
import { distance, type Outcome } from '../support/outcome.js'
import {
  datasetFor,
  descriptions,
  drawing,
  dtypes,
  fuzz,
  type Options,
  outputPairs,
  type Rows,
  rowsOfData,
  trainOptions,
  updateNames,
} from '../support/random-networks.js'
import { gradientError } from '../support/rounding.js'

interface Trial {
  readonly description: Description
  readonly dtype: Dtype
  readonly seed: number
  readonly standardized: boolean
  readonly rows: Rows
  readonly options: Options
}

/** The rounding of the largest network that is drawn: how far from the first TypeScript run a second one starts. */
const largest = [6, 6, 6, 6]
const nudge = { float64: gradientError('float64', largest, 13), float32: gradientError('float32', largest, 13) }

/** The error of each of the two. random-networks.ts says what keeps them close through up to 26 updates. */
const tolerance = { float64: 2 * nudge.float64, float32: 2 * nudge.float32 }

/** Trains on a backend. If the training diverges, returns where it does so instead of the outcome. */
async function trained(trial: Trial, backend: BackendName, moved = 0): Promise<Outcome | string> {
  const { description, dtype, seed, standardized, rows, options } = trial
  const network = new Network(description, { dtype, seed, backend })
  const noise = normals(network.parameters.length, seed, 'nudge')
  network.parameters.set(network.parameters.map((value, i) => value * (1 + moved * noise[i])))
  const start = network.parameters.slice()
  const data = datasetFor(description, rows)
  if (standardized) network.standardize(data)
  try {
    const epochs = await network.fit(data, options)
    return { start, parameters: network.parameters, costs: epochs.map(({ cost }) => cost) }
  } catch (error) {
    if (error instanceof DivergedError) return `epoch ${error.place.epoch}, batch ${error.place.batch}`
    throw error
  }
}

function outcomeOf(result: Outcome | string): Outcome {
  if (typeof result === 'string') throw new Error(`only this run diverged, in ${result}`)
  return result
}

if (nativeExpected) it('is there, as the environment says', () => void requireAddon())

/** The backends that are compared with TypeScript. */
const others = missing === '' ? (['native', 'wasm'] as const) : (['wasm'] as const)

describe(`native, wasm and TypeScript${missing && `: without native${missing}`}`, () => {
  let before = 0
  let trials = 0
  let learned = 0
  let excused = 0
  const drawn = new Set<string>()
  beforeAll(() => {
    before = missing === '' ? requireAddon().executedCommands() : 0
  })
  afterAll(() => {
    if (missing === '') expect(requireAddon().executedCommands() - before).toBeGreaterThan(10_000)
    // An option that is never drawn is never tested.
    const everything = [
      'batchSize',
      'classWeights',
      'clipNorm',
      'clipValue',
      'dropout',
      'epochs',
      'inputDropout',
      'l1',
      'l2',
      'labelSmoothing',
      'last small batch',
      'learningRate',
      'maxNorm',
      'optimizer',
      'rates',
      'sampleWeights',
      'schedule',
      'shuffle',
      'standardized',
      'width 1',
    ]
    expect([...drawn].sort()).toEqual(everything)
    // Some networks cannot learn: all answers of a softmax of one neuron are 1.
    expect(learned, `learned of ${trials}`).toBeGreaterThan(0.8 * trials)
    const compared = others.length * trials
    expect(excused, `excused of ${compared}`).toBeLessThanOrEqual(0.005 * compared)
  })

  function note({ description, standardized, rows, options }: Trial): void {
    for (const name of Object.keys(options)) drawn.add(name)
    if (standardized) drawn.add('standardized')
    if (description.inputDropout) drawn.add('inputDropout')
    if (description.layers.some((layer) => 'dropout' in layer)) drawn.add('dropout')
    if (description.layers.some((layer) => layer.kind === 'dense' && layer.outputs === 1)) drawn.add('width 1')
    if (options.batchSize < rows.size && rows.size % options.batchSize > 0) drawn.add('last small batch')
  }

  /**
   * All backends train the same network. relu has a kink, and rprop uses the sign of the gradient. If a logit or a gradient is as
   * small as rounding, two correct runs diverge. So a larger distance is excused if TypeScript alone, started a few roundings away,
   * moves as far. This does not excuse a wrong kernel, and only a few runs may be excused.
   */
  async function compare(trial: Trial): Promise<void> {
    trials++
    note(trial)
    const theirs = await trained(trial, 'typescript')
    if (typeof theirs === 'string') {
      // Numbers that grow a million times over differ by their rounding long before that. So only the place is compared.
      for (const backend of others) expect(await trained(trial, backend), backend).toBe(theirs)
      return
    }
    if (normwiseError(theirs.parameters, theirs.start) > 100 * tolerance[trial.dtype]) learned++
    for (const backend of others) {
      const apart = distance(outcomeOf(await trained(trial, backend)), theirs)
      if (apart <= tolerance[trial.dtype]) continue
      const nudged = outcomeOf(await trained(trial, 'typescript', nudge[trial.dtype]))
      expect(apart, backend).toBeLessThanOrEqual(2 * distance(nudged, theirs))
      excused++
    }
  }

  const cases = outputPairs.flatMap((pair, i) =>
    updateNames.map((optimizer, j) => ({ ...pair, optimizer, index: i * updateNames.length + j })),
  )

  it('are tried with every activation that learns, every cost that it is defined for, and every optimizer', () => {
    expect(cases.length).toBe(26 * 8)
  })

  it.each(cases)(
    'train alike: $activation, $cost, $optimizer',
    async ({ activation, cost, optimizer, index }) => {
      const trial = rowsOfData.chain((rows) =>
        fc.record({
          description: descriptions(activation, cost),
          dtype: dtypes,
          seed: fc.nat(1000),
          standardized: fc.boolean(),
          rows: fc.constant(rows),
          options: trainOptions(optimizer, rows),
        }),
      )
      await fc.assert(fc.asyncProperty(trial, compare), drawing(index, 5))
    },
    60_000 * Math.max(1, fuzz),
  )
})
