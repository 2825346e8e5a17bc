import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BackendName } from '#src/backend/backend'
import { createRandom } from '#src/base/random'
import { Dataset, type Description, dense, Network, type TrainOptions } from '#src/index'
import { missing, requireAddon } from '../support/backends.js'
import { normals, normwiseError } from '../support/numbers.js'
import { distance, type Outcome } from '../support/outcome.js'
import { descriptions, drawing, fuzz, outputPairs, shareOut } from '../support/random-networks.js'

interface Trial {
  readonly description: Description
  readonly seed: number
  readonly size: number
  readonly answers: 'labels' | 'targets'
  readonly standardized: boolean
  readonly options: TrainOptions
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })

/** L-BFGS takes no dropout. */
const withoutDropout = ({ inputDropout: _, layers, ...rest }: Description): Description => ({
  ...rest,
  layers: layers.flatMap((layer) => (layer.kind === 'dense' ? [dense(layer.outputs, layer.activation)] : [])),
})

/** A pass takes at most 256 rows of such networks: one row, some, a whole pass, and passes with a smaller one behind. */
const sizes = fc.constantFrom(1, 2, 9, 256, 257, 300, 520)

const trials = (activation: Parameters<typeof descriptions>[0], cost: Parameters<typeof descriptions>[1]) =>
  fc.constantFrom<Trial['answers']>('labels', 'targets').chain((answers) =>
    fc
      .record({
        description: descriptions(activation, cost).map(withoutDropout),
        seed: fc.nat(1000),
        size: sizes,
        answers: fc.constant(answers),
        standardized: fc.boolean(),
        learningRate: fc.constantFrom(0.1, 1),
        epochs: fc.integer({ min: 1, max: 2 }),
        memory: fc.constantFrom(1, 10),
        l1: maybe(fc.constantFrom(0.001, 0.01)),
        l2: maybe(fc.constantFrom(0.001, 0.1)),
        weighted: fc.boolean(),
        labelSmoothing: answers === 'labels' ? maybe(fc.constantFrom(0.1, 0.3)) : fc.constant(undefined),
        classWeights: answers === 'labels' ? maybe(fc.constant('balanced' as const)) : fc.constant(undefined),
      })
      .map(({ description, seed, size, standardized, weighted, memory, ...given }): Trial => {
        const random = createRandom(seed, 'weights')
        const sampleWeights = weighted ? Array.from({ length: size }, () => 0.5 + random.uniform()) : undefined
        const all = { ...given, sampleWeights, optimizer: { name: 'l-bfgs', historySize: memory } }
        const options = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
        const { answers: _, ...rest } = options
        return { description, seed, size, answers, standardized, options: rest as unknown as TrainOptions }
      }),
  )

function datasetOf({ description, seed, size, answers }: Trial): Dataset {
  const { inputs: width, layers } = description
  const last = layers[layers.length - 1]
  const outputs = last.kind === 'dense' ? last.outputs : 0
  const random = createRandom(seed, 'answers')
  const inputs = normals(size * width, seed, 'inputs')
  if (answers === 'labels') {
    return new Dataset({ inputs, width, labels: Array.from({ length: size }, () => random.integer(outputs)) })
  }
  const targets = Float64Array.from({ length: size * outputs }, random.uniform)
  if (last.kind === 'dense' && last.activation === 'softmax') shareOut(targets, outputs)
  return new Dataset({ inputs, width, targets })
}

async function trained(trial: Trial, backend: BackendName, moved = 0): Promise<Outcome> {
  const { description, seed, standardized, options } = trial
  const network = new Network(description, { dtype: 'float64', seed, backend })
  const noise = normals(network.parameters.length, seed, 'nudge')
  network.parameters.set(network.parameters.map((value, i) => value * (1 + moved * noise[i])))
  const start = network.parameters.slice()
  const data = datasetOf(trial)
  if (standardized) network.standardize(data)
  const epochs = await network.fit(data, options)
  return { start, parameters: network.parameters, costs: epochs.map(({ cost }) => cost) }
}

const tolerance = 1e-10

describe.skipIf(missing !== '')(`l-bfgs on native and TypeScript${missing}`, () => {
  let before = 0
  let tried = 0
  let learned = 0
  let excused = 0
  const drawn = new Set<string>()
  beforeAll(() => {
    before = missing === '' ? requireAddon().executedCommands() : 0
  })
  afterAll(() => {
    expect(requireAddon().executedCommands() - before).toBeGreaterThan(1000)
    const everything = [
      'classWeights',
      'l1',
      'l2',
      'labelSmoothing',
      'passes',
      'sampleWeights',
      'standardized',
      'width 1',
    ]
    expect([...drawn].sort()).toEqual(everything)
    expect(learned, `learned of ${tried}`).toBeGreaterThan(0.8 * tried)
    expect(excused, `excused of ${tried}`).toBeLessThanOrEqual(0.02 * tried)
  })

  function note({ description, size, standardized, options }: Trial): void {
    for (const name of ['classWeights', 'l1', 'l2', 'labelSmoothing', 'sampleWeights'] as const) {
      if (options[name] !== undefined) drawn.add(name)
    }
    if (size > 256) drawn.add('passes')
    if (standardized) drawn.add('standardized')
    if (description.layers.some((layer) => layer.kind === 'dense' && layer.outputs === 1)) drawn.add('width 1')
  }

  /**
   * A line search asks whether a cost is low enough. If the answer depends on the last bit, two correct runs diverge. So a larger
   * distance is excused if TypeScript alone, started a few roundings away, moves as far. Only a few runs may be excused.
   */
  async function compare(trial: Trial): Promise<void> {
    tried++
    note(trial)
    const [ours, theirs] = [await trained(trial, 'native'), await trained(trial, 'typescript')]
    if (normwiseError(theirs.parameters, theirs.start) > 100 * tolerance) learned++
    const apart = distance(ours, theirs)
    if (apart <= tolerance) return
    const nudged = await trained(trial, 'typescript', 1e-14)
    expect(apart).toBeLessThanOrEqual(2 * distance(nudged, theirs))
    excused++
  }

  it.each(outputPairs.map((pair, index) => ({ ...pair, index })))(
    'takes the same steps: $activation, $cost',
    async ({ activation, cost, index }) => {
      await fc.assert(fc.asyncProperty(trials(activation, cost), compare), drawing(1400 + index, 10))
    },
    60_000 * Math.max(1, fuzz),
  )
})
