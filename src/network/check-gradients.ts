import { checkInteger, checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import { createRandom, shuffle } from '../base/random.js'
import { createEngine } from '../engine/engine.js'
import { type Gradients, gradients, type PenaltyOptions } from '../engine/gradients.js'
import type { Rows } from '../engine/input-rows.js'
import type { Layer } from '../engine/layers.js'
import { engineOf, Network } from './network.js'

export interface CheckGradientsOptions extends PenaltyOptions {
  /**
   * At most so many weights and so many biases of each layer are checked. Default: all of a network of up to 5000
   * parameters, otherwise 200.
   */
  readonly sample?: number
  /** Where the choice of a sample comes from. Default 0. */
  readonly seed?: number
}

/** A parameter, and the two derivatives of the cost by it. */
export interface ParameterCheck {
  /** The place in `network.layers`. */
  readonly layer: number
  readonly kind: 'weights' | 'biases'
  /** The place in the layer's weights or biases. */
  readonly index: number
  /** The neuron. */
  readonly row: number
  /** The input that a weight is for; 0 for a bias. */
  readonly column: number
  /** By backpropagation. */
  readonly analytic: number
  /** By a central difference of the cost. */
  readonly numeric: number
}

export interface GradientCheck {
  /** |analytic - numeric| / |numeric|, Euclidean, over the parameters checked; the absolute error where numeric is 0; NaN where any is NaN. */
  readonly error: number
  /** The parameter with the largest |analytic - numeric|, or the first with NaN. */
  readonly worst: ParameterCheck
  /** The number of parameters checked. */
  readonly checked: number
}

/** What is checked: a network, as far as derivatives need it. */
export interface Differentiable {
  readonly layers: readonly Pick<Layer, 'inputs' | 'outputs'>[]
  readonly parameters: FloatArray
  gradients(x: Rows, y: Rows, options: PenaltyOptions): Pick<Gradients, 'cost' | 'parameters'>
}

/** A parameter before it is checked, with its place in `network.parameters`. */
type Place = Omit<ParameterCheck, 'analytic' | 'numeric'> & { readonly position: number }

const checkedWhole = 5000
const defaultSample = 200
const relativeStep = 1e-5

/**
 * Compares the gradient of backpropagation with central differences of the cost, (C(w + h) - C(w - h)) / 2h with
 * h = 1e-5 max(1, |w|), for the rows x and the desired answers y. It works on a copy of the network in float64 on the same
 * backend, with its standardization, so the network stays as it is and rounding stays small: a right gradient has an error of about 1e-9. Differences
 * mean little where the cost has a kink within h of a parameter's value, as relu and l1 give it.
 * @throws OptionError, DataError, NetworkBusyError
 */
export function checkGradients(network: Network, x: Rows, y: Rows, options: CheckGradientsOptions = {}): GradientCheck {
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

/** The same for a network in float64 that may be changed for the time. */
export function compareWithDifferences(
  network: Differentiable,
  x: Rows,
  y: Rows,
  options: CheckGradientsOptions,
): GradientCheck {
  checkKeys('checkGradients', options, ['l1', 'l2', 'sample', 'seed'])
  const { l1 = 0, l2 = 0, seed = 0 } = options
  const { parameters } = network
  const { sample = parameters.length <= checkedWhole ? parameters.length : defaultSample } = options
  checkInteger({ sample }, 1)
  checkInteger({ seed }, 0)
  const gradient = network.gradients(x, y, { l1, l2 })
  const costWith = (position: number, value: number): number => {
    parameters[position] = value
    return network.gradients(x, y, { l1, l2 }).cost
  }
  const checks = choosePlaces(network, sample, seed).map(({ position, ...place }): ParameterCheck => {
    const value = parameters[position]
    const step = relativeStep * Math.max(1, Math.abs(value))
    const [above, below] = [value + step, value - step]
    const difference = costWith(position, above) - costWith(position, below)
    parameters[position] = value
    return { ...place, analytic: gradient.parameters[position], numeric: difference / (above - below) }
  })
  return judge(checks)
}

/** Where the parameters are that shall be checked, layer after layer: all, or `sample` of each kind. */
function choosePlaces({ layers }: Differentiable, sample: number, seed: number): Place[] {
  const places: Place[] = []
  let start = 0
  layers.forEach(({ inputs, outputs }, layer) => {
    for (const kind of ['weights', 'biases'] as const) {
      const width = kind === 'weights' ? inputs : 1
      const size = outputs * width
      const indices = Uint32Array.from({ length: size }, (_, i) => i)
      if (sample < size) shuffle(indices, createRandom(seed, 'gradient check', kind, layer))
      for (const index of indices.subarray(0, sample).sort()) {
        places.push({
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
  })
  return places
}

function judge(checks: readonly ParameterCheck[]): GradientCheck {
  let difference = 0
  let size = 0
  let worst = checks[0]
  for (const check of checks) {
    difference += (check.analytic - check.numeric) ** 2
    size += check.numeric ** 2
    // Written so that the first NaN is the worst there is.
    if (!(deviation(check) <= deviation(worst)) && !Number.isNaN(deviation(worst))) worst = check
  }
  return { error: Math.sqrt(difference) / (Math.sqrt(size) || 1), worst, checked: checks.length }
}

function deviation({ analytic, numeric }: ParameterCheck): number {
  return Math.abs(analytic - numeric)
}
