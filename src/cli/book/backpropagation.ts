import { checkGradients, Network } from '../../index.js'
import type { Experiment } from './experiment.js'

/** The weights and biases of a 2-3-2 network of sigmoid neurons, chosen by hand. */
const w1 = [
  [0.15, -0.2],
  [0.25, 0.3],
  [-0.4, 0.45],
]
const b1 = [0.35, -0.1, 0.2]
const w2 = [
  [0.4, -0.45, 0.5],
  [0.55, 0.6, -0.65],
]
const b2 = [0.6, -0.3]
const x = [0.05, 0.9]
const y = [0.01, 0.99]

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i], 0)
const layer = (w: readonly number[][], b: readonly number[], a: readonly number[]): number[] =>
  w.map((row, j) => sigmoid(dot(row, a) + b[j]))

/**
 * Computes the gradient of the quadratic cost with the four equations in chapter 2 of Nielsen's book. The gradient is
 * in the order W1, b1, W2, b2.
 */
function gradientByHand(): number[] {
  const a1 = layer(w1, b1, x)
  const a2 = layer(w2, b2, a1)
  // In chapter 2 of Nielsen's book, equation (BP1) gives delta2, and (BP2) gives delta1. If `a` is the output of a
  // sigmoid neuron, the derivative of the sigmoid is `a * (1 - a)`.
  const delta2 = a2.map((a, j) => (a - y[j]) * a * (1 - a))
  const delta1 = a1.map(
    (a, k) =>
      dot(
        w2.map((row) => row[k]),
        delta2,
      ) *
      a *
      (1 - a),
  )
  // By equation (BP4) of Nielsen's book, the gradient of each weight is an activation times a delta. By equation (BP3),
  // the deltas are the gradient of the biases.
  const weights = (delta: readonly number[], a: readonly number[]) => delta.flatMap((d) => a.map((value) => d * value))
  return [...weights(delta1, x), ...delta1, ...weights(delta2, a1), ...delta2]
}

/**
 * The experiment for chapter 2 of Nielsen's book. It compares the gradient from the library with the gradient from
 * equations (BP1) to (BP4), and with finite differences of the cost.
 */
export const backpropagation: Experiment = {
  name: 'backpropagation',
  chapter: 2,
  shows: 'weights by hand: equations (BP1) to (BP4) and differences of the cost against the gradient',
  figures: [
    { name: 'largest difference from the four equations', unit: 'number' },
    { name: 'relative error against differences of the cost', unit: 'number' },
  ],
  needs: { pictures: false, seed: false },
  trainings: [],
  async run({ machine }) {
    const parameters = [...w1.flat(), ...b1, ...w2.flat(), ...b2]
    const network = new Network([2, 3, 2], { ...machine, dtype: 'float64', parameters })
    const gradient = network.gradients(x, y).parameters
    const differences = gradientByHand().map((value, i) => Math.abs(value - gradient[i]))
    return [Math.max(...differences), checkGradients(network, x, y).error]
  },
}
