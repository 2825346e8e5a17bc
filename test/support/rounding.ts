import { expect } from 'vitest'
import type { Network } from '#src/index'
import type { Dtype } from '#src/program/kernels'
import type { Reference } from './reference.js'

/**
 * How far rounding may move computed numbers from the exact ones. The tolerances of the tests follow from this and from the sizes
 * of their networks, so they hold for every order of summation: for each vector level, each OpenBLAS core, and other libraries. The
 * model is that of N. J. Higham and T. Mary, A new approach to probabilistic rounding error analysis, SIAM J. Sci. Comput. 41
 * (2019): n successive roundings err by at most n units, and by at most lambda sqrt(n) units except with a probability of
 * 2 n exp(-lambda^2 / 2).
 */

/** Half the distance from 1 to the next number, which is the largest relative error of a rounding. */
const unit = { float32: 2 ** -24, float64: 2 ** -53 }
/** Exceeded once in three million numbers, for a sum of ten terms. */
const lambda = 6
/** The roundings of an activation, a cost or a slope: an exponential to within 4 units, and four operations around it. */
const elementary = 8
/** The activations whose outputs lie between -1 and 1. */
const bounded: ReadonlySet<string> = new Set(['sigmoid', 'tanh', 'softmax', 'step'])

/** The relative error of a number after n roundings. */
export const relativeError = (dtype: Dtype, n: number): number => Math.min(n, lambda * Math.sqrt(n)) * unit[dtype]

/**
 * The relative error, in norm, of the gradient of a network with these widths, inputs first. It counts the roundings on the path
 * forward through the sum and activation of each layer, back through both, and over the rows. The error of updated parameters is
 * this fraction of the distance that they have moved, however many steps that took.
 */
export function gradientError(dtype: Dtype, widths: readonly number[], rows: number): number {
  let n = rows
  for (let layer = 1; layer < widths.length; layer++) n += widths[layer - 1] + 1 + widths[layer] + 2 * elementary
  return relativeError(dtype, n)
}

/**
 * What saturated neurons add to that. A slope such as 1 - a^2 has an error in units of 1, however small it is, unless a was rounded
 * to 1 or -1. The weights above carry this error into the gradient. For outputs that are wrong by at most 1, relative to its norm.
 */
export function saturationError(dtype: Dtype, reference: Reference): number {
  const { x, weights, layerOutputs, gradWeights } = reference
  const above = weights[weights.length - 1]
  const round = dtype === 'float32' ? Math.fround : Number
  let carried = 0
  for (const row of layerOutputs[layerOutputs.length - 2] ?? []) {
    row.forEach((a, j) => {
      if (Math.abs(a) < 0.99 || Math.abs(round(a)) === 1) return
      carried += above.reduce((sum, to) => sum + Math.abs(to[j]), 0)
    })
  }
  const largest = Math.max(...x.flat().map(Math.abs))
  return (relativeError(dtype, elementary) * carried * largest) / x.length / Math.hypot(...gradWeights.flat(2))
}

/** How a network that standardizes its inputs transforms them. */
interface Measures {
  readonly means: ArrayLike<number>
  readonly deviations: ArrayLike<number>
}

/**
 * The absolute error of each output, row after row. The error of a neuron is that of its terms, times the weights, plus that of its
 * own n + 1 additions, in units of the sum of the absolute terms. Two computations may differ by twice that.
 */
export function outputErrors(
  network: Pick<Network, 'dtype' | 'layers'>,
  rows: ArrayLike<number>,
  measures?: Measures,
): number[] {
  const flat = Array.from(rows)
  const { inputs } = network.layers[0]
  return Array.from({ length: flat.length / inputs }, (_, row) =>
    errorsOfRow(network, flat.slice(row * inputs, (row + 1) * inputs), measures),
  ).flat()
}

function errorsOfRow(
  network: Pick<Network, 'dtype' | 'layers'>,
  row: readonly number[],
  measures?: Measures,
): number[] {
  const { dtype } = network
  // Three roundings: reading, subtracting the mean, scaling.
  let values = row.map((x, i) => {
    const size = measures ? (Math.abs(x) + Math.abs(measures.means[i])) / measures.deviations[i] : Math.abs(x)
    return { size, error: relativeError(dtype, 3) * size }
  })
  for (const { activation, inputs, weights, biases } of network.layers) {
    const logits = Array.from(biases, (bias, j) => {
      let [size, error] = [Math.abs(bias), 0]
      values.forEach((value, i) => {
        const weight = Math.abs(weights[j * inputs + i])
        size += weight * value.size
        error += weight * value.error
      })
      return { size, error: error + relativeError(dtype, inputs + 1) * size }
    })
    const worst = Math.max(...logits.map(({ error }) => error))
    values = logits.map(({ size, error }) => {
      // No activation is steeper than SELU, at 1.76, and none of the others than GELU, at 1.13. None of them is further from 0
      // than softplus. A softmax output depends on every logit of its layer.
      const steepest = activation === 'step' ? 0 : activation === 'selu' ? 1.76 : 1.13
      const out = bounded.has(activation) ? 1 : (activation === 'selu' ? 1.76 : 1) * size + Math.LN2
      return {
        size: out,
        error: steepest * (activation === 'softmax' ? worst : error) + relativeError(dtype, elementary) * out,
      }
    })
  }
  return values.map(({ error }) => error)
}

/** Expects two computations of the same numbers to agree, if each has these errors. */
export function expectNear(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  errors: readonly number[],
  where = '',
): void {
  expect(found).toHaveLength(expected.length)
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(found[i] - expected[i]), `${where}number ${i}`).toBeLessThanOrEqual(2 * errors[i])
  }
}
