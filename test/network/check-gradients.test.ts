import { describe, expect, it } from 'vitest'
import {
  checkGradients,
  Dataset,
  type Description,
  dense,
  Network,
  NetworkBusyError,
  OptionError,
  scaling,
} from '#src/index'
import { compareWithDifferences, type Differentiable } from '#src/network/check-gradients'
import { addon, missing } from '../support/backends.js'
import { normals } from '../support/numbers.js'

const description: Description = { inputs: 5, layers: [dense(7), dense(4)], cost: 'cross-entropy' }
const x = normals(15, 1, 'x')
const y = Float64Array.from({ length: 12 }, (_, i) => ((i * 7) % 10) / 10)
const penalties = { l1: 0.01, l2: 0.1 }

const nativeCommands = (): number => ('addon' in addon ? addon.addon.executedCommands() : 0)

/** A network that returns wrong gradients: `change` modifies them. */
function tampered(change: (gradient: { [index: number]: number; length: number }) => void): Differentiable {
  const network = new Network(description, { dtype: 'float64', backend: 'typescript', seed: 4 })
  return {
    layers: network.layers,
    parameters: network.parameters,
    gradients(...examples) {
      const { cost, parameters } = network.gradients(...examples)
      change(parameters)
      return { cost, parameters }
    },
  }
}

/** A stand-in for a network whose cost is the sum of w^3. It records each changed parameter. */
function sumOfCubes(layers: Differentiable['layers'], value = 1) {
  const length = layers.reduce((sum, { inputs, outputs }) => sum + outputs * (inputs + 1), 0)
  const parameters = new Float64Array(length).fill(value)
  const moves: { position: number; value: number }[] = []
  const network: Differentiable = {
    layers,
    parameters,
    gradients() {
      const position = parameters.findIndex((w) => w !== value)
      if (position >= 0) moves.push({ position, value: parameters[position] })
      return { cost: parameters.reduce((sum, w) => sum + w ** 3, 0), parameters: parameters.map((w) => 3 * w * w) }
    },
  }
  return { network, moves }
}

describe.each(['native', 'wasm', 'typescript'] as const)('checkGradients on %s', (backend) => {
  describe.skipIf(backend === 'native' && missing !== '')(`finds the gradients correct${missing}`, () => {
    it.each([
      ['float32', {}],
      ['float64', {}],
      ['float32', penalties],
      ['float64', penalties],
    ] as const)('of a network in %s, with %o, and does not change it', (dtype, options) => {
      const network = new Network(description, { dtype, backend, seed: 4 })
      const before = network.parameters.slice()
      const commands = nativeCommands()
      const check = checkGradients(network, x, y, options)
      // This proves that the copy runs on the same backend.
      expect(nativeCommands() > commands).toBe(backend === 'native')
      expect(check.error).toBeLessThanOrEqual(1e-8)
      // Differences are never exact: an error of 0 would mean that the gradient was compared with itself.
      expect(check.error).toBeGreaterThan(0)
      expect(check.checked).toBe(before.length)
      expect(network.parameters).toEqual(before)
    })

    it('of labels, as of the targets that they stand for', () => {
      const network = new Network(description, { backend, seed: 4 })
      const labels = [1, 0, 3]
      const targets = labels.map((label) => [0, 1, 2, 3].map((output) => Number(output === label)))
      const check = checkGradients(network, x, labels, penalties)
      expect(check.error).toBeLessThanOrEqual(1e-8)
      expect(check).toEqual(checkGradients(network, x, targets, penalties))
    })
  })
})

describe.each(['native', 'wasm', 'typescript'] as const)(
  'checkGradients of a standardized network on %s',
  (backend) => {
    it.skipIf(backend === 'native' && missing !== '').each(['float32', 'float64'] as const)(
      `differentiates the standardized cost, in %s${missing}`,
      (dtype) => {
        // Inputs around 100 and 0.1: without standardization all neurons are saturated, and most derivatives are 0.
        const far = x.map((value, i) => (i % 2 === 0 ? 100 + 5 * value : 0.1 + 0.02 * value))
        const parameters = new Network(description, { backend: 'typescript', seed: 4 }).parameters
        const network = new Network(description, { dtype, backend, parameters })
        network.standardize(new Dataset({ inputs: far, width: 5 }))
        const standardized = new Network(description, { dtype: 'float64', backend, parameters })
        standardized.standardize(new Dataset({ inputs: far, width: 5 }))
        const gradient = standardized.gradients(far, y, penalties).parameters
        const { error, worst, checked } = checkGradients(network, far, y, penalties)
        expect(error).toBeLessThanOrEqual(1e-8)
        expect(checked).toBe(gradient.length)
        const start = { weights: [0, 42], biases: [35, 70], scaling: [] }[worst.kind][worst.layer]
        expect(worst.analytic).toBeCloseTo(gradient[start + worst.index], 12)
        expect(worst.numeric).toBeCloseTo(gradient[start + worst.index], 6)
        // This would be the result if the copy did not standardize its inputs.
        const raw = new Network(description, { dtype: 'float64', backend, parameters }).gradients(far, y, penalties)
        expect(Math.abs(raw.parameters[start + worst.index] - worst.analytic)).toBeGreaterThan(1e-3)
      },
    )
  },
)

describe('a wrong gradient', () => {
  it('is found at a factor of a scaling layer', () => {
    const layers = [scaling(), dense(7), dense(4)]
    const network = new Network({ inputs: 5, layers }, { dtype: 'float64', backend: 'typescript', seed: 4 })
    const right = checkGradients(network, x, y)
    expect(right.error).toBeLessThanOrEqual(1e-8)
    expect(right.checked).toBe(35 + 7 + 28 + 4 + 5)
    const { worst } = compareWithDifferences(
      {
        layers: network.layers,
        parameters: network.parameters,
        gradients(...examples) {
          const { cost, parameters } = network.gradients(...examples)
          parameters[35 + 7 + 28 + 4 + 3] += 1
          return { cost, parameters }
        },
      },
      x,
      y,
      {},
    )
    expect(worst).toMatchObject({ layer: -1, kind: 'scaling', index: 3, row: 0, column: 3 })
  })

  it.each([
    // Layer by layer, weights before biases: 35, 7, 28, 4.
    [2 * 5 + 3, { layer: 0, kind: 'weights', index: 13, row: 2, column: 3 }],
    [35 + 6, { layer: 0, kind: 'biases', index: 6, row: 6, column: 0 }],
    [35 + 7 + 3 * 7 + 1, { layer: 1, kind: 'weights', index: 22, row: 3, column: 1 }],
    [35 + 7 + 28 + 2, { layer: 1, kind: 'biases', index: 2, row: 2, column: 0 }],
  ])('is found at position %i', (position, place) => {
    const network = tampered((gradient) => {
      gradient[position] += 0.001
    })
    const right = new Network(description, { dtype: 'float64', backend: 'typescript', seed: 4 })
    const gradient = right.gradients(x, y).parameters
    const { error, worst } = compareWithDifferences(network, x, y, {})
    expect(worst).toMatchObject(place)
    expect(worst.analytic).toBe(gradient[position] + 0.001)
    expect(worst.numeric).toBeCloseTo(gradient[position], 8)
    expect(error).toBeCloseTo(0.001 / Math.hypot(...gradient), 8)
  })

  it('is found if it lacks a penalty', () => {
    const network = new Network(description, { dtype: 'float64', backend: 'typescript', seed: 4 })
    const withoutPenalty: Differentiable = {
      layers: network.layers,
      parameters: network.parameters,
      gradients: (rows, answers, options) => ({
        cost: network.gradients(rows, answers, options).cost,
        parameters: network.gradients(rows, answers).parameters,
      }),
    }
    expect(compareWithDifferences(withoutPenalty, x, y, { l2: 0.1 }).error).toBeGreaterThan(0.01)
    expect(compareWithDifferences(withoutPenalty, x, y, {}).error).toBeLessThan(1e-8)
  })

  it('is found if it is NaN, even if others are wrong too', () => {
    const network = tampered((gradient) => {
      gradient[5] += 100
      gradient[20] = Number.NaN
      gradient[30] += 1000
    })
    const { error, worst } = compareWithDifferences(network, x, y, {})
    expect(error).toBeNaN()
    expect(worst).toMatchObject({ layer: 0, kind: 'weights', index: 20, analytic: Number.NaN })
  })
})

describe('the differences', () => {
  it.each([
    [0.5, 1e-5],
    [-100, 1e-3],
  ])('move a parameter of %d by %d in both directions, and restore it', (value, step) => {
    const { network, moves } = sumOfCubes([{ inputs: 1, outputs: 1 }], value)
    const { error } = compareWithDifferences(network, x, y, {})
    expect(moves.map(({ position }) => position)).toEqual([0, 0, 1, 1])
    moves.forEach((move, i) => {
      expect(move.value - value).toBeCloseTo(i % 2 === 0 ? step : -step, 10)
    })
    expect(error).toBeLessThan(1e-8)
    expect([...network.parameters]).toEqual([value, value])
  })

  it('are computed for a sample of each layer, chosen by the seed', () => {
    const layers = [
      { inputs: 90, outputs: 60 },
      { inputs: 60, outputs: 3 },
    ]
    const positionsFor = (options: object, of = layers) => {
      const { network, moves } = sumOfCubes(of)
      const { checked } = compareWithDifferences(network, x, y, options)
      const positions = [...new Set(moves.map(({ position }) => position))]
      expect(positions).toHaveLength(checked)
      return positions
    }
    // Layers: 5400 weights and 60 biases, then 180 weights and 3 biases.
    const inEach = (positions: number[]) =>
      [0, 5400, 5460, 5640].map((from, i, starts) => {
        const to = starts[i + 1] ?? 5643
        return positions.filter((position) => position >= from && position < to).length
      })
    expect(inEach(positionsFor({}))).toEqual([200, 60, 180, 3])
    const drawn = positionsFor({ sample: 20 })
    expect(inEach(drawn)).toEqual([20, 20, 20, 3])
    expect(positionsFor({ sample: 20 })).toEqual(drawn)
    expect(positionsFor({ sample: 20, seed: 1 })).not.toEqual(drawn)
    expect(positionsFor({ sample: 1000 }, [{ inputs: 9, outputs: 6 }])).toHaveLength(60)
  })
})

describe('checkGradients refuses', () => {
  const network = new Network(description, { backend: 'typescript' })
  it.each([
    [
      'an argument that is not a network',
      () => checkGradients({} as Network, x, y),
      new OptionError('network must be a Network, not an object (Object)'),
    ],
    [
      'an unknown option',
      () => checkGradients(network, x, y, { lambda: 1 } as object),
      new OptionError('unknown checkGradients option "lambda"; known: l1, l2, sample, seed'),
    ],
    [
      'an empty sample',
      () => checkGradients(network, x, y, { sample: 0 }),
      new OptionError('sample must be a whole number of at least 1, not 0'),
    ],
    [
      'a negative seed',
      () => checkGradients(network, x, y, { seed: -1 }),
      new OptionError('seed must be a whole number of at least 0, not -1'),
    ],
  ])('%s', (_what, call, error) => {
    expect(call).toThrow(error)
    expect(call).toThrow(error.constructor as typeof OptionError)
  })

  it('a network that is busy', async () => {
    const data = new Dataset({ inputs: x, width: 5, labels: [0, 1, 2] })
    const run = network.fit(data, { learningRate: 1, epochs: 1 })
    expect(() => checkGradients(network, x, y)).toThrow(NetworkBusyError)
    await run
  })
})
