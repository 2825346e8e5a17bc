import { describe, expect, it } from 'vitest'
import type { BackendName } from '#src/backend/backend'
import { activationNames, activations } from '#src/compile/activations'
import { type CostName, costs } from '#src/compile/costs'
import { Dataset, type Description, dense, dropout, Network, scaling } from '#src/index'
import { normals, normwiseError } from '../support/numbers.js'
import { shareOut } from '../support/random-networks.js'
import { descriptionOf, flatten, references } from '../support/reference.js'
import { gradientError, saturationError } from '../support/rounding.js'

const learning = activationNames.filter((name) => activations[name].backward)
const ntk = { parametrization: 'ntk' } as const
const costNames = Object.keys(costs) as CostName[]

/** Compares gradients with PyTorch's and with differences of the cost. */
export function gradientSuite(backend: BackendName): void {
  it('finds all references', () => expect(references.length).toBe(20))

  describe.each(references)('reference $name', (reference) => {
    const { x, y, weights, biases, layerOutputs, costValue, gradWeights, gradBiases, l1, l2 } = reference
    it.each(['float64', 'float32'] as const)('has the outputs, cost and gradients of PyTorch in %s', (dtype) => {
      const tolerance = gradientError(dtype, reference.sizes, x.length) + saturationError(dtype, reference)
      const parameters = flatten(weights, biases)
      const network = new Network(descriptionOf(reference), { dtype, backend, parameters })
      const outputs = layerOutputs[layerOutputs.length - 1].flat()
      expect(normwiseError(network.feedforward(x), outputs)).toBeLessThanOrEqual(tolerance)
      const gradient = network.gradients(x, y, { l1, l2 })
      expect(normwiseError(gradient.parameters, flatten(gradWeights, gradBiases))).toBeLessThanOrEqual(tolerance)
      const flat = weights.flat(2)
      const penalty = flat.reduce((sum, w) => sum + l1 * Math.abs(w) + (l2 / 2) * w * w, 0)
      expect(normwiseError([gradient.cost], [costValue + penalty])).toBeLessThanOrEqual(tolerance)
      // By layer they are the same numbers. (Layers are not compared with the reference: the gradient of a saturated layer is rounding.)
      expect(gradient.weights.flatMap((matrix, layer) => [...matrix, ...gradient.biases[layer]])).toEqual([
        ...gradient.parameters,
      ])
    })
  })

  const networks: [string, Description][] = [
    ['deep sigmoid, cross-entropy', { inputs: 5, layers: [dense(7), dense(6), dense(4)], cost: 'cross-entropy' }],
    ['identity, quadratic', { inputs: 5, layers: [dense(7, 'sigmoid'), dense(4, 'identity')] }],
    ...learning.flatMap((activation) =>
      costNames
        .filter((cost) => costs[cost].outputs[activation])
        .map((cost): [string, Description] => [
          `${activation}, ${cost}`,
          { inputs: 5, layers: [dense(7, activation), dense(4, activation)], cost },
        ]),
    ),
    ['parametrization ntk', { inputs: 5, layers: [dense(7, 'tanh', ntk), dense(6, 'mish'), dense(4, 'softmax', ntk)] }],
    ['a scaling layer', { inputs: 5, layers: [scaling(), dense(7, 'tanh'), dense(4, 'softmax')] }],
    ['a scaling layer before a single layer ntk', { inputs: 5, layers: [scaling(), dense(4, 'sigmoid', ntk)] }],
    ['widths of 1', { inputs: 1, layers: [dense(1), dense(1)] }],
  ]
  describe.each(networks)('central differences: %s', (_name, description) => {
    it.each([
      [1, {}],
      [6, {}],
      [6, { l1: 0.01, l2: 0.1 }],
    ])('agree with the gradient for %i rows, %o', (rows, penalties) => {
      const network = new Network(description, { seed: 3, dtype: 'float64', backend })
      network.scaling?.set([0.5, -2, 1, 3, 0.25])
      const { outputs, activation } = network.layers[network.layers.length - 1]
      const x = normals(rows * description.inputs, 1, 'x')
      const y = normals(rows * outputs, 1, 'y').map((value) => 1 / (1 + Math.exp(-value)))
      if (activation === 'softmax') shareOut(y, outputs)
      const { parameters: analytic } = network.gradients(x, y, penalties)
      const { parameters } = network
      const step = 1e-5
      const numeric = Float64Array.from(parameters, (value, i) => {
        const costAt = (moved: number) => {
          parameters[i] = moved
          return network.gradients(x, y, penalties).cost
        }
        const difference = costAt(value + step) - costAt(value - step)
        parameters[i] = value
        return difference / (2 * step)
      })
      expect(normwiseError(analytic, numeric)).toBeLessThanOrEqual(1e-8)
    })
  })

  describe.each(['float32', 'float64'] as const)('a scaling layer, in %s', (dtype) => {
    const tolerance = dtype === 'float32' ? 2e-6 : 1e-14
    const layers = [dense(7, 'tanh'), dense(4, 'identity')]
    const factors = [0.5, -2, 1, 3, 0.25]
    const [x, y] = [normals(6 * 5, 1, 'x'), normals(6 * 4, 1, 'y')]
    const batch = new Dataset({ inputs: Float64Array.from(x), width: 5, targets: Float64Array.from(y) })
    const pair = () => {
      const scaled = new Network({ inputs: 5, layers: [scaling(), ...layers] }, { seed: 3, dtype, backend })
      const plain = new Network({ inputs: 5, layers }, { seed: 3, dtype, backend })
      return { scaled, plain }
    }

    it('does nothing at the start', () => {
      const { scaled, plain } = pair()
      expect([...(scaled.scaling ?? [])]).toEqual([1, 1, 1, 1, 1])
      expect(plain.scaling).toBeUndefined()
      expect([...scaled.parameters]).toEqual([...plain.parameters, 1, 1, 1, 1, 1])
      expect([...scaled.feedforward(x)]).toEqual([...plain.feedforward(x)])
    })

    it('multiplies the inputs, and gives the network the gradients of one with these inputs', () => {
      const { scaled, plain } = pair()
      scaled.scaling?.set(factors)
      const inputs = x.map((value, i) => value * factors[i % 5])
      expect(normwiseError(scaled.feedforward(x), plain.feedforward(inputs))).toBeLessThan(tolerance)
      const [found, expected] = [scaled.gradients(x, y), plain.gradients(inputs, y)]
      found.weights.forEach((slopes, layer) => {
        expect(normwiseError(slopes, expected.weights[layer])).toBeLessThan(tolerance)
        expect(normwiseError(found.biases[layer], expected.biases[layer])).toBeLessThan(tolerance)
      })
      const activations = scaled.activations(x, Float64Array.from(y))
      expect(normwiseError(activations.inputs, inputs)).toBeLessThan(tolerance)
      const [{ delta }] = activations.layers
      const [{ weights }] = scaled.layers
      const slopes = factors.map((_, j) => {
        let sum = 0
        for (let r = 0; r < 6; r++) {
          for (let k = 0; k < 7; k++) sum += (delta[r * 7 + k] * weights[k * 5 + j] * x[r * 5 + j]) / 6
        }
        return sum
      })
      expect(normwiseError(found.scaling ?? [], slopes)).toBeLessThan(tolerance)
    })

    it.each([
      ['plain descent, which updates parameters at once', {}],
      ['a stored gradient', { clipValue: 1e9 }],
    ])('learns its factors by %s, and at their own rate', async (_name, extra) => {
      const { scaled } = pair()
      scaled.scaling?.set(factors)
      const before = scaled.parameters.slice()
      const gradient = scaled.gradients(x, y).parameters
      await scaled.partialFit(batch, { learningRate: 0.5, ...extra })
      const step = scaled.parameters.map((value, i) => (before[i] - value) / 0.5)
      expect(normwiseError(step, gradient)).toBeLessThan(10 * tolerance)
      expect(normwiseError(step.slice(-5), gradient.slice(-5))).toBeLessThan(10 * tolerance)
      const moved = scaled.parameters.slice()
      const slopes = Float64Array.from(scaled.gradients(x, y).scaling ?? [])
      await scaled.partialFit(batch, { learningRate: 0.5, rates: { scale: 0.5, weights: 0, biases: 0 }, ...extra })
      expect([...scaled.parameters.slice(0, -5)]).toEqual([...moved.slice(0, -5)])
      const expected = slopes.map((slope, i) => moved[moved.length - 5 + i] - 0.25 * slope)
      expect(normwiseError(scaled.scaling ?? [], expected)).toBeLessThan(tolerance)
    })

    it('passes its errors through the dropout of the inputs', async () => {
      const description = { inputs: 5, layers: [scaling(), dropout(0.4), dense(4, 'identity')] }
      const network = new Network(description, { seed: 2, dtype, backend })
      const before = network.parameters.slice()
      await network.partialFit(batch, { learningRate: 0.5 })
      // With the factors 1 and any mask, dC/ds is the sum of W dC/dW over the neurons, input by input.
      const step = network.parameters.map((value, i) => (before[i] - value) / 0.5)
      const found = step.slice(-5)
      const expected = found.map((_, j) => {
        let sum = 0
        for (let k = 0; k < 4; k++) sum += before[k * 5 + j] * step[k * 5 + j]
        return sum
      })
      expect(normwiseError(found, expected)).toBeLessThan(10 * tolerance)
      const fresh = new Network(description, { seed: 2, dtype, backend }).gradients(x, y).scaling ?? []
      expect(normwiseError(found, fresh)).toBeGreaterThan(0.1)
    })
  })

  it.each(['float32', 'float64'] as const)(
    'ntk divides the weighted inputs by the root of their number, in %s',
    (dtype) => {
      const layers = [dense(7, 'tanh', ntk), dense(4, 'identity', ntk)]
      const network = new Network({ inputs: 5, layers }, { seed: 3, dtype, backend })
      const standard = new Network({ inputs: 5, layers: [dense(7, 'tanh'), dense(4, 'identity')] }, { dtype, backend })
      network.layers.forEach(({ weights, biases, inputs }, index) => {
        standard.layers[index].weights.set(weights.map((weight) => weight / Math.sqrt(inputs)))
        standard.layers[index].biases.set(biases)
      })
      const [x, y] = [normals(6 * 5, 1, 'x'), normals(6 * 4, 1, 'y')]
      const [found, expected] = [network, standard].map((one) => one.gradients(x, y))
      const tolerance = dtype === 'float32' ? 1e-6 : 1e-14
      expect(normwiseError(network.feedforward(x), standard.feedforward(x))).toBeLessThan(tolerance)
      const [errors, plain] = [network, standard].map((one) => one.activations(x, Float64Array.from(y)).layers)
      network.layers.forEach(({ inputs }, index) => {
        for (const what of ['z', 'a', 'delta'] as const) {
          expect(normwiseError(errors[index][what], plain[index][what])).toBeLessThan(tolerance)
        }
        const slopes = expected.weights[index].map((slope) => slope / Math.sqrt(inputs))
        expect(normwiseError(found.weights[index], slopes)).toBeLessThan(tolerance)
        expect(normwiseError(found.biases[index], expected.biases[index])).toBeLessThan(tolerance)
      })
    },
  )

  describe.each(['float32', 'float64'] as const)('labels, in %s', (dtype) => {
    const x = normals(3 * 5, 2, 'x')
    const penalties = { l1: 0.01, l2: 0.1 }

    it('are targets of 0 and 1, to the last bit', () => {
      const layers = [dense(7), dense(4, 'softmax')]
      const network = new Network({ inputs: 5, layers, cost: 'cross-entropy' }, { seed: 3, dtype, backend })
      const labels = [2, 0, 3]
      const targets = labels.map((label) => [0, 1, 2, 3].map((output) => Number(output === label)))
      const expected = network.gradients(x, targets, penalties)
      for (const y of [labels, Uint8Array.from(labels), BigInt64Array.from(labels, BigInt)]) {
        expect(network.gradients(x, y, penalties)).toEqual(expected)
      }
    })

    it('of a single output count as such in typed arrays of integers', () => {
      const network = new Network([5, 4, 1], { seed: 3, dtype, backend })
      const expected = network.gradients(x, [[1], [0], [1]])
      expect(network.gradients(x, Int32Array.of(1, 0, 1))).toEqual(expected)
      expect(network.gradients(x, [1, 0, 1])).toEqual(expected)
    })
  })

  it("replays Mazur's step-by-step example, whose biases stay fixed", () => {
    // https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/, with the digits of a float64 computation
    const start = [0.15, 0.2, 0.25, 0.3, 0.35, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.6]
    const network = new Network([2, 2, 2], { dtype: 'float64', backend, parameters: start })
    const [x, y] = [
      [0.05, 0.1],
      [0.01, 0.99],
    ]
    const { cost, weights } = network.gradients(x, y)
    expect(normwiseError([cost], [0.2983711087600027])).toBeLessThan(1e-14)
    expect(normwiseError(network.feedforward(x), [0.7513650695523157, 0.7729284653214625])).toBeLessThan(1e-14)
    weights.forEach((gradient, layer) => {
      const matrix = network.layers[layer].weights
      matrix.set(matrix.map((w, i) => w - 0.5 * gradient[i]))
    })
    const updated = [...network.layers[0].weights, ...network.layers[1].weights]
    const published = [
      0.1497807161327628, 0.19956143226552567, 0.24975114363236958, 0.29950228726473915, 0.35891647971788465,
      0.4086661860762334, 0.5113012702387375, 0.5613701211079891,
    ]
    expect(normwiseError(updated, published)).toBeLessThan(1e-14)
    expect(normwiseError([network.gradients(x, y).cost], [0.2910277736935993])).toBeLessThan(1e-14)
  })
}
