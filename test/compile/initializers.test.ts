import { describe, expect, it } from 'vitest'
import { type InitializerName, initializers } from '#src/compile/initializers'
import { dense, Network } from '#src/index'

const [inputs, outputs] = [300, 200]

/** Variances of the weights from the papers and PyTorch's torch.nn.init, and the limits of uniform distributions. */
const published: [InitializerName, { weights: number; biases: number; limit?: number }][] = [
  ['normal', { weights: 1, biases: 1 }],
  ['scaled-normal', { weights: 1 / 300, biases: 1 }],
  ['he', { weights: 2 / 300, biases: 0 }],
  ['he-uniform', { weights: 2 / 300, biases: 0, limit: Math.sqrt(6 / 300) }],
  ['glorot', { weights: 2 / 500, biases: 0 }],
  ['glorot-uniform', { weights: 2 / 500, biases: 0, limit: Math.sqrt(6 / 500) }],
  ['lecun', { weights: 1 / 300, biases: 0 }],
  ['lecun-uniform', { weights: 1 / 300, biases: 0, limit: Math.sqrt(3 / 300) }],
  ['zeros', { weights: 0, biases: 0 }],
]

describe('initializers', () => {
  it('of a layer replace that of the network', () => {
    const layers = [dense(outputs), dense(3, 'identity', { initializer: 'zeros' })]
    const start = (given: typeof layers) => new Network({ inputs, layers: given }, { seed: 5, backend: 'typescript' })
    const [network, plain] = [start(layers), start([dense(outputs), dense(3, 'identity')])]
    expect(network.layers[0].weights).toEqual(plain.layers[0].weights)
    expect([...network.layers[1].weights, ...network.layers[1].biases].every((value) => Object.is(value, 0))).toBe(true)
    expect(plain.layers[1].weights).not.toEqual(network.layers[1].weights)
  })

  it('are all compared with published values', () => {
    expect(published.map(([name]) => name)).toEqual(Object.keys(initializers))
  })

  it.each(published)('%s has the variance given in its paper', (initializer, expected) => {
    const network = new Network({ inputs, layers: [dense(outputs)], initializer }, { seed: 5, backend: 'typescript' })
    const { weights, biases } = network.layers[0]
    const moment = (values: ArrayLike<number>, power: number) =>
      Array.from(values).reduce((sum, value) => sum + value ** power, 0) / values.length
    // With 60,000 weights the variance is accurate to about 0.6 %, and the mean to 0.4 % of the deviation.
    expect(Math.abs(moment(weights, 2) - expected.weights)).toBeLessThanOrEqual(0.03 * expected.weights)
    expect(Math.abs(moment(weights, 1))).toBeLessThanOrEqual(0.02 * Math.sqrt(expected.weights))
    expect(Math.abs(moment(biases, 2) - expected.biases)).toBeLessThanOrEqual(0.4 * expected.biases)
    if (expected.limit === undefined) return
    const largest = Math.max(...Array.from(weights, Math.abs))
    expect(largest).toBeLessThanOrEqual(expected.limit * (1 + 1e-6))
    expect(largest).toBeGreaterThan(0.999 * expected.limit)
  })
})
