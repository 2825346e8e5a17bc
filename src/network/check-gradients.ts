import { checkInteger, checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import { createRandom, shuffle } from '../base/random.js'
import type { Answers } from '../engine/desired-outputs.js'
import { createEngine } from '../engine/engine.js'
import { type Gradients, gradients, type PenaltyOptions } from '../engine/gradients.js'
import type { Rows } from '../engine/input-rows.js'
import type { Layer } from '../engine/layers.js'
import { engineOf, Network } from './network.js'

export interface CheckGradientsOptions extends PenaltyOptions {
  /**
   * The maximum number of weights, and the maximum number of biases, to check in each layer. By default, a network with
   * at most 5000 parameters is checked completely. For a larger network the default is 200.
   */
  readonly sample?: number
  /** The seed for the random choice of the checked parameters. Default 0. */
  readonly seed?: number
}

/**
 * A checked parameter. The derivative of the cost with respect to this parameter is computed in two ways: by
 * backpropagation and from differences of the cost.
 */
export interface ParameterCheck {
  /** The index of the layer in `network.layers`. For a factor of a scaling layer it is -1. */
  readonly layer: number
  readonly kind: 'weights' | 'biases' | 'scaling'
  /** The index of the parameter in the layer's weights or biases, or among the factors. */
  readonly index: number
  /** The index of the neuron in its layer. For a factor it is 0. */
  readonly row: number
  /** The index of the input to which a weight or a factor belongs. For a bias it is 0. */
  readonly column: number
  /** The derivative from backpropagation. */
  readonly analytic: number
  /** The derivative from a central difference of the cost. */
  readonly numeric: number
}

export interface GradientCheck {
  /**
   * The relative error |analytic - numeric| / |numeric|, where | | is the Euclidean norm over the checked parameters.
   * If all numeric derivatives are 0, it is the absolute error. It is NaN if any derivative is NaN.
   */
  readonly error: number
  /** The parameter with the largest |analytic - numeric|, or the first parameter for which this is NaN. */
  readonly worst: ParameterCheck
  /** The number of checked parameters. */
  readonly checked: number
}

/** The parts of a network that are needed to check its gradients. */
export interface Differentiable {
  readonly layers: readonly Pick<Layer, 'inputs' | 'outputs'>[]
  readonly parameters: FloatArray
  gradients(x: Rows, y: Answers, options: PenaltyOptions): Pick<Gradients, 'cost' | 'parameters'>
}

/** A parameter to check. `position` is its index in `network.parameters`. */
type Candidate = Omit<ParameterCheck, 'analytic' | 'numeric'> & { readonly position: number }

/** A network with at most this number of parameters is checked completely by default. */
const maxFullCheck = 5000
const defaultSample = 200
const relativeStep = 1e-5

/**
 * Compares the gradient from backpropagation with central differences of the cost C. For a parameter w, the difference
 * is (C(w + h) - C(w - h)) / (2 * h) with h = 1e-5 * max(1, |w|). The check works on a copy of the network in float64,
 * so the network itself does not change. A correct gradient has an error of about 1e-9.
 *
 * The cost has kinks if there is an l1 penalty or an activation such as relu. If a kink is within h of a parameter's
 * value, the difference for this parameter is not reliable.
 *
 * @param network The network whose gradient is checked.
 * @param x The inputs: rows x inputs.
 * @param y The desired outputs: the class number of each row, or rows x outputs targets.
 * @param options The penalties that the cost includes, and the number of parameters to check.
 * @returns The relative error, the worst parameter, and the number of checked parameters.
 * @throws OptionError if an option is wrong; DataError if the rows, labels or targets do not fit the network;
 * NetworkBusyError if the network is busy
 * @example
 * ```ts
 * import { checkGradients, Network } from 'descent-nn'
 *
 * const network = new Network([2, 3, 1], { seed: 1 })
 * const { error, checked } = checkGradients(network, [[0, 1], [1, 1]], [[1], [0]])
 * console.log(checked, error < 1e-7)
 * ```
 */
export function checkGradients(
  network: Network,
  x: Rows,
  y: Answers,
  options: CheckGradientsOptions = {},
): GradientCheck {
  if (!(network instanceof Network)) throw optionError({ network }, 'a Network')
  const { spec, selection, kept } = engineOf(network)
  const copy = createEngine(spec, { dtype: 'float64', selection, threads: 1 })
  copy.parameters.set(network.parameters)
  copy.kept.standardization = kept.standardization
  const { layers } = network
  const differentiable: Differentiable = {
    layers,
    parameters: copy.parameters,
    gradients: (rows, answers, penalties) => gradients(copy, rows, answers, penalties),
  }
  return compareWithDifferences(differentiable, x, y, options)
}

/**
 * Compares the gradients like `checkGradients`. The network must use float64. Its parameters are changed during the
 * check and restored afterwards.
 */
export function compareWithDifferences(
  network: Differentiable,
  x: Rows,
  y: Answers,
  options: CheckGradientsOptions,
): GradientCheck {
  checkKeys('checkGradients', options, ['l1', 'l2', 'sample', 'seed'])
  const { l1 = 0, l2 = 0, seed = 0 } = options
  const { parameters } = network
  const { sample = parameters.length <= maxFullCheck ? parameters.length : defaultSample } = options
  checkInteger({ sample }, 1)
  checkInteger({ seed }, 0)
  const gradient = network.gradients(x, y, { l1, l2 })
  const costWith = (position: number, value: number): number => {
    parameters[position] = value
    return network.gradients(x, y, { l1, l2 }).cost
  }
  const checks = chooseParameters(network, sample, seed).map(({ position, ...parameter }): ParameterCheck => {
    const value = parameters[position]
    const step = relativeStep * Math.max(1, Math.abs(value))
    const [above, below] = [value + step, value - step]
    const difference = costWith(position, above) - costWith(position, below)
    parameters[position] = value
    return { ...parameter, analytic: gradient.parameters[position], numeric: difference / (above - below) }
  })
  return judge(checks)
}

/**
 * Chooses the parameters to check, layer by layer, and then among the factors of a scaling layer. From each layer it
 * takes at most `sample` weights and at most `sample` biases, at random.
 */
function chooseParameters({ layers, parameters }: Differentiable, sample: number, seed: number): Candidate[] {
  const chosen: Candidate[] = []
  let start = 0
  const choose = (layer: number, kind: ParameterCheck['kind'], size: number, width: number) => {
    const indices = Uint32Array.from({ length: size }, (_, i) => i)
    if (sample < size) shuffle(indices, createRandom(seed, 'gradient check', kind, layer))
    for (const index of indices.subarray(0, sample).sort()) {
      chosen.push({
        layer,
        kind,
        index,
        row: Math.floor(index / width),
        column: index % width,
        position: start + index,
      })
    }
    start += size
  }
  layers.forEach(({ inputs, outputs }, layer) => {
    choose(layer, 'weights', outputs * inputs, inputs)
    choose(layer, 'biases', outputs, 1)
  })
  const factors = parameters.length - start
  if (factors > 0) choose(-1, 'scaling', factors, factors)
  return chosen
}

function judge(checks: readonly ParameterCheck[]): GradientCheck {
  let difference = 0
  let size = 0
  let worst = checks[0]
  for (const check of checks) {
    difference += (check.analytic - check.numeric) ** 2
    size += check.numeric ** 2
    // The negated comparison is true for NaN, so the first check with NaN becomes `worst`. The second condition keeps
    // it there.
    if (!(deviation(check) <= deviation(worst)) && !Number.isNaN(deviation(worst))) worst = check
  }
  return { error: Math.sqrt(difference) / (Math.sqrt(size) || 1), worst, checked: checks.length }
}

function deviation({ analytic, numeric }: ParameterCheck): number {
  return Math.abs(analytic - numeric)
}
