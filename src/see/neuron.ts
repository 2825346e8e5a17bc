/**
 * Parts of a neuron's arithmetic, computed by the library in networks of one or two neurons. A page shows them as steps
 * between the numbers of a larger network.
 */

import { type ActivationName, dense, Network } from '../common.js'

type Dtype = Network['dtype']

/**
 * Returns the slope f'(z) of an activation function, as a network with this dtype computes it: the error of a neuron
 * whose activation goes with weight 1 to an output with the error 1.
 * @throws OptionError if the activation has no slope
 */
export function slopeAt(activation: ActivationName, z: number, dtype: Dtype): number {
  const options = { dtype, backend: 'typescript' } as const
  const alone = { inputs: 1, layers: [dense(1, activation)], cost: 'quadratic' } as const
  const [a] = new Network(alone, { ...options, parameters: [1, 0] }).feedforward([z])
  // The output is a - a = 0, and its target -1. With the quadratic cost, the error of the output is then exactly 1.
  const pair = { inputs: 1, layers: [dense(1, activation), dense(1, 'identity')], cost: 'quadratic' } as const
  const network = new Network(pair, { ...options, parameters: [1, 0, 1, -a] })
  return network.activations([[z]], [[-1]]).layers[0].delta[0]
}

/** Returns the sum of some values, each times its weight. */
export function weightedSum(weights: ArrayLike<number>, values: ArrayLike<number>, dtype: Dtype): number {
  const neuron = new Network(
    { inputs: weights.length, layers: [dense(1, 'identity')], cost: 'quadratic' },
    { dtype, backend: 'typescript', parameters: [...Array.from(weights), 0] },
  )
  return neuron.feedforward([Array.from(values)])[0]
}
