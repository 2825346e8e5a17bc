import { type Region, regionLength } from '../program/arena.js'
import type { Destination } from './backward.js'
import type { Scalars } from './forward.js'
import { emitStep, type OptimizerSettings, optimizerOf, type ParameterGroup } from './optimizers.js'
import { layOutParameters, type ParameterLayout } from './parameters.js'
import type { NetworkBuilder, RateName } from './region-names.js'
import type { NetworkDescription } from './spec.js'

/**
 * The memory regions that contain the strengths of the penalties on weights. The strength of an unused penalty is 0.
 */
export interface Penalties {
  readonly l1: Region
  readonly l2: Region
}

/**
 * Returns a destination for the gradient of the mean cost: a separate memory region with the same layout as the
 * parameters.
 */
export function gradientDestination(program: NetworkBuilder, spec: NetworkDescription, scalars: Scalars): Destination {
  const layout = layOutParameters(program, spec, 'gradient')
  return { layout, alpha: 1 / program.rows, scale: scalars.one, beta: 0 }
}

/**
 * Returns a destination for the gradients of all batches: they are added up in the memory regions `layout`. Each
 * gradient is multiplied by `share`, which is 1 divided by the number of rows in all batches. So the sum is the
 * gradient of the mean cost.
 */
export function totalDestination(program: NetworkBuilder, layout: ParameterLayout): Destination {
  return { layout, alpha: 1, scale: program.place('workspace', 'share'), beta: 1 }
}

/**
 * Returns a destination with which backpropagation updates the parameters directly:
 * parameters -= learningRate * gradient.
 */
export function descentDestination(
  program: NetworkBuilder,
  parameters: ParameterLayout,
  learningRate: Region,
): Destination {
  return { layout: parameters, alpha: -1 / program.rows, scale: learningRate, beta: 1 }
}

/**
 * Appends to the program the kernel calls that add the gradient of the penalties to `gradient`. Penalties apply to
 * weights but not to biases.
 */
export function emitPenaltyGradient(
  program: NetworkBuilder,
  parameters: ParameterLayout,
  gradient: ParameterLayout,
  { l1, l2 }: Penalties,
): void {
  parameters.weights.forEach((w, index) => {
    const count = w.shape[0] * w.shape[1]
    program.emit({ kernel: 'addPenalty', count, l1, l2, w, gradient: gradient.weights[index] })
  })
}

/**
 * Emits the commands that add the penalties to the cost. The cost is a sum over the rows of the batch, so each penalty
 * is multiplied by the number of rows.
 */
export function emitPenaltyCost(
  program: NetworkBuilder,
  rows: number,
  parameters: ParameterLayout,
  { l1, l2 }: Penalties,
  sum: Region,
): void {
  for (const w of parameters.weights) {
    program.emit({ kernel: 'penaltyCost', count: w.shape[0] * w.shape[1], rows, l1, l2, w, sum })
  }
}

/** The learning rates of groups of parameters, each as a factor of the learning rate. */
export interface Rates {
  readonly scale: number
  readonly weights: number
  readonly biases: number
}

/** The options that determine how training uses a gradient to change the parameters. */
export interface Learning {
  readonly optimizer: OptimizerSettings
  /** The maximum Euclidean norm of the gradient of all parameters. */
  readonly clipNorm?: number | undefined
  /** The maximum absolute value of an element of the gradient. */
  readonly clipValue?: number | undefined
  /** The maximum Euclidean norm of the incoming weights of a neuron. */
  readonly maxNorm?: number | undefined
  /** The learning rates of groups of parameters. Undefined if all parameters have the same learning rate. */
  readonly rates?: Rates | undefined
  /**
   * The number of rows in a batch, if each batch has its own learning rate. The program uses this number to find the
   * learning rate of the current batch. Undefined if all batches have the same learning rate.
   */
  readonly batchSize?: number | undefined
}

export const plainDescent: Learning = { optimizer: optimizerOf('sgd') }

/** The memory regions of an update. `gradient` has the layout of `parameters`. */
export interface UpdatePlaces {
  readonly parameters: ParameterLayout
  readonly gradient: ParameterLayout
  readonly learningRate: Region
}

/** Emits the commands that clip the gradient if a limit is set, and then the commands of the optimizer's step. */
export function emitUpdate(program: NetworkBuilder, learning: Learning, places: UpdatePlaces): void {
  const { whole: gradient } = places.gradient
  const { optimizer, clipNorm, clipValue, rates } = learning
  const count = regionLength(gradient)
  if (clipValue) program.emit({ kernel: 'clipValue', count, limit: clipValue, gradient })
  if (clipNorm) program.emit({ kernel: 'clipNorm', count, limit: clipNorm, gradient })
  const { whole: parameters } = places.parameters
  const groups = rates
    ? emitRates(program, rates, places)
    : [{ parameters, gradient, learningRate: places.learningRate }]
  emitStep(program, optimizer, { parameters, groups })
}

/**
 * Emits the commands that compute the learning rate of each group of parameters. Returns the parameters that are
 * updated, layer by layer. A factor of 0 leaves the group out, so that no optimizer changes it.
 */
function emitRates(
  program: NetworkBuilder,
  rates: Rates,
  { parameters, gradient, learningRate }: UpdatePlaces,
): ParameterGroup[] {
  const groupsOf = (name: RateName, factor: number, values: readonly Region[], slopes: readonly Region[]) => {
    if (factor === 0) return []
    const rate = factor === 1 ? learningRate : program.place('workspace', name)
    if (factor !== 1) program.emit({ kernel: 'scaleLearningRate', factor, learningRate, out: rate })
    return values.map((value, index) => ({ parameters: value, gradient: slopes[index], learningRate: rate }))
  }
  const pairs = (values: Region | undefined, slopes: Region | undefined) =>
    values && slopes ? ([[values], [slopes]] as const) : undefined
  const scaling = pairs(parameters.scaling, gradient.scaling)
  return [
    ...(scaling ? groupsOf('rateOfScaling', rates.scale, ...scaling) : []),
    ...groupsOf('rateOfWeights', rates.weights, parameters.weights, gradient.weights),
    ...groupsOf('rateOfBiases', rates.biases, parameters.biases, gradient.biases),
  ]
}

/** Emits the commands that limit the Euclidean norm of the incoming weights of each neuron. */
export function emitMaxNorm(program: NetworkBuilder, { weights }: ParameterLayout, limit: number): void {
  for (const w of weights) {
    const [rows, columns] = w.shape
    program.emit({ kernel: 'maxNorm', rows, columns, limit, w })
  }
}
