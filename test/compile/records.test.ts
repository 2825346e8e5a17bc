import { describe, expect, it } from 'vitest'
import { createRandom } from '#src/base/random'
import { type ActivationName, activationNames } from '#src/compile/activations'
import { optimizers, type SettingsOf } from '#src/compile/optimizers'
import { Dataset, dense, Network } from '#src/index'
import { normals, normwiseError } from '../support/numbers.js'

// Both backends run the same programs, so a record that names the wrong kernel is wrong on both, with a matching slope.
describe('a layer whose activation is', () => {
  const logits = [-20, -3, -1, -0.5, 0, 0.25, 1, 2, 30]
  const total = logits.reduce((sum, z) => sum + Math.exp(z), 0)
  // 2 / sqrt(pi) times the integral of exp(-t^2) by its series: Abramowitz and Stegun, 7.1.5.
  const erf = (x: number) => {
    let [term, sum] = [x, x]
    for (let n = 1; n < 200; n++) {
      term *= -(x * x) / n
      sum += term / (2 * n + 1)
    }
    return (2 / Math.sqrt(Math.PI)) * sum
  }
  const published: Record<ActivationName, (z: number) => number> = {
    sigmoid: (z) => 1 / (1 + Math.exp(-z)),
    tanh: Math.tanh,
    relu: (z) => Math.max(0, z),
    'leaky-relu': (z) => Math.max(0.01 * z, z),
    elu: (z) => (z > 0 ? z : Math.expm1(z)),
    selu: (z) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z)),
    gelu: (z) => (Math.abs(z) > 10 ? Math.max(0, z) : (z / 2) * (1 + erf(z / Math.SQRT2))),
    silu: (z) => z / (1 + Math.exp(-z)),
    mish: (z) => z * Math.tanh(Math.log1p(Math.exp(z))),
    softplus: (z) => Math.log1p(Math.exp(z)),
    identity: (z) => z,
    softmax: (z) => Math.exp(z) / total,
    step: (z) => (z > 0 ? 1 : 0),
  }

  it.each(activationNames)('%s computes the published function', (activation) => {
    const description = { inputs: 1, layers: [dense(1, 'identity'), dense(logits.length, activation)] }
    // The logits are the biases of the second layer, a different one for each neuron.
    const network = new Network(description, {
      dtype: 'float64',
      backend: 'typescript',
      parameters: [1, 0, ...logits.map(() => 1), ...logits],
    })
    expect(normwiseError(network.feedforward([0]), logits.map(published[activation]))).toBeLessThan(1e-14)
    // The answers to a row do not depend on the other rows.
    expect([...network.feedforward([[0], [7]])].slice(0, logits.length)).toEqual([...network.feedforward([0])])
  })
})

describe('optimizers', () => {
  it('have the defaults of PyTorch', () => {
    // torch.optim: SGD, Adagrad, RMSprop (decay is its alpha), Adam, AdamW, Rprop
    const published: Omit<SettingsOf, 'l-bfgs'> = {
      sgd: { momentum: 0, nesterov: false },
      adagrad: { epsilon: 1e-10 },
      rmsprop: { decay: 0.99, epsilon: 1e-8 },
      adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      adamw: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
      rprop: {},
    }
    expect(Object.fromEntries(Object.entries(optimizers).map(([name, { defaults }]) => [name, defaults]))).toEqual(
      published,
    )
  })

  const one = new Dataset({ inputs: [[1]], targets: [[0]] })
  const create = (parameters: number[]) =>
    new Network({ inputs: 1, layers: [dense(1, 'identity')] }, { dtype: 'float64', backend: 'typescript', parameters })

  it('sgd gives the same update with and without a stored gradient', async () => {
    // a = w + b = 3, dC/dw = dC/db = 3
    for (const limits of [{}, { clipValue: 100 }]) {
      const network = create([2, 1])
      await network.partialFit(one, { learningRate: 0.1, ...limits })
      expect(normwiseError(network.parameters, [1.7, 0.7])).toBeLessThan(1e-15)
    }
  })

  it('rprop takes longer steps while the sign of a gradient stays the same, and halves the step when it changes', async () => {
    const network = create([2, 1])
    const steps: number[] = []
    for (let i = 0; i < 6; i++) {
      const before = network.parameters[0]
      await network.partialFit(one, { learningRate: 0.5, optimizer: 'rprop' })
      steps.push(network.parameters[0] - before)
    }
    // Both parameters move together: a = 3, 2, 0.8, -0.64. There the sign changes, the step size halves and one step is skipped.
    // Then a goes back by that half, to 0.08, where the sign changes again.
    const expected = [-0.5, -0.6, -0.72, 0, 0.36, 0]
    expect(normwiseError(steps, expected)).toBeLessThan(1e-14)
  })
})

describe('a network starts', () => {
  it('with normal numbers from a separate stream for each layer and kind', () => {
    const network = new Network([3, 2, 2], { seed: 5, dtype: 'float64', backend: 'typescript' })
    network.layers.forEach(({ weights, biases }, layer) => {
      expect([...weights]).toEqual([...normals(weights.length, 5, 'weights', layer)])
      expect([...biases]).toEqual([...normals(biases.length, 5, 'biases', layer)])
    })
  })

  it('with uniform numbers from a stream, scaled to -limit ... limit', () => {
    const description = { inputs: 6, layers: [dense(2)], initializer: 'he-uniform' } as const
    const network = new Network(description, { seed: 5, dtype: 'float64', backend: 'typescript' })
    const random = createRandom(5, 'weights', 0)
    // He and others: variance 2 / inputs, so the limit is sqrt(6 / inputs) = 1.
    const expected = Array.from({ length: 12 }, () => 2 * random.uniform() - 1)
    expect([...network.layers[0].weights]).toEqual(expected)
  })
})
