import { type Region, regionLength } from '../program/arena.js'
import type { Destination } from './backward.js'
import type { Scalars } from './forward.js'
import { emitStep, type OptimizerPlaces, type OptimizerSettings, optimizerOf } from './optimizers.js'
import { layOutParameters, type ParameterLayout } from './parameters.js'
import type { NetworkBuilder } from './region-names.js'
import type { NetworkDescription } from './spec.js'

/** The penalties on weights, as regions of one number each; set to 0 where unused. */
export interface Penalties {
  readonly l1: Region
  readonly l2: Region
}

/** The gradient of the mean cost, in a region of its own with the parameters' layout. */
export function gradientDestination(program: NetworkBuilder, spec: NetworkDescription, scalars: Scalars): Destination {
  const layout = layOutParameters(program, spec, 'gradient')
  return { layout, alpha: 1 / program.rows, scale: scalars.one, beta: 0 }
}

/** The gradient of the mean cost of all rows of a run, to which each pass adds its share. */
export function totalDestination(program: NetworkBuilder, layout: ParameterLayout): Destination {
  return { layout, alpha: 1, scale: program.place('workspace', 'share'), beta: 1 }
}

/** The parameters themselves: parameters -= learningRate x gradient, while the gradient is computed. */
export function descentDestination(
  program: NetworkBuilder,
  parameters: ParameterLayout,
  learningRate: Region,
): Destination {
  return { layout: parameters, alpha: -1 / program.rows, scale: learningRate, beta: 1 }
}

/** Emits the gradient of the penalties: on weights, not on biases. */
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

/** Emits the penalties' share of the cost, summed over the rows of the batch as the cost itself is. */
export function emitPenaltyCost(
  program: NetworkBuilder,
  parameters: ParameterLayout,
  { l1, l2 }: Penalties,
  sum: Region,
): void {
  for (const w of parameters.weights) {
    program.emit({ kernel: 'penaltyCost', count: w.shape[0] * w.shape[1], rows: program.rows, l1, l2, w, sum })
  }
}

/** How training changes the parameters, whatever their gradient is. */
export interface Learning {
  readonly optimizer: OptimizerSettings
  /** The longest that a gradient may be, over all parameters. */
  readonly clipNorm?: number | undefined
  /** The largest that an element of the gradient may be, by amount. */
  readonly clipValue?: number | undefined
  /** The longest that the weights into a neuron may be. */
  readonly maxNorm?: number | undefined
  /** Rows of a whole batch, where each batch takes its learning rate from the run; otherwise one rate holds for the run. */
  readonly batchSize?: number | undefined
}

export const plainDescent: Learning = { optimizer: optimizerOf('sgd') }

/** Emits what limits a stored gradient, and the optimizer's step. */
export function emitUpdate(program: NetworkBuilder, learning: Learning, places: OptimizerPlaces): void {
  const { gradient } = places
  const { optimizer, clipNorm, clipValue } = learning
  const count = regionLength(gradient)
  if (clipValue) program.emit({ kernel: 'clipValue', count, limit: clipValue, gradient })
  if (clipNorm) program.emit({ kernel: 'clipNorm', count, limit: clipNorm, gradient })
  emitStep(program, optimizer, places)
}

/** Emits the limit on the weights into each neuron. */
export function emitMaxNorm(program: NetworkBuilder, { weights }: ParameterLayout, limit: number): void {
  for (const w of weights) {
    const [rows, columns] = w.shape
    program.emit({ kernel: 'maxNorm', rows, columns, limit, w })
  }
}
