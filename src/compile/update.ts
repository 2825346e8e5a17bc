import type { Region } from '../program/arena.js'
import type { ProgramBuilder } from '../program/build.js'
import type { Destination } from './backward.js'
import type { Scalars } from './forward.js'
import { type OptimizerName, optimizers } from './optimizers.js'
import { layOutParameters, type ParameterLayout } from './parameters.js'
import type { Spec } from './spec.js'

/** The penalties on weights, as regions of one number each; set to 0 where unused. */
export interface Penalties {
  readonly l1: Region
  readonly l2: Region
}

/** The gradient of the mean cost, in a region of its own with the parameters' layout. */
export function gradientDestination(program: ProgramBuilder, spec: Spec, scalars: Scalars): Destination {
  const layout = layOutParameters(program, spec, 'gradient')
  return { layout, alpha: 1 / program.rows, scale: scalars.one, beta: 0 }
}

/** The parameters themselves: parameters -= learningRate x gradient, while the gradient is computed. */
export function descentDestination(
  program: ProgramBuilder,
  parameters: ParameterLayout,
  learningRate: Region,
): Destination {
  return { layout: parameters, alpha: -1 / program.rows, scale: learningRate, beta: 1 }
}

/** Emits the gradient of the penalties: on weights, not on biases. */
export function emitPenaltyGradient(
  program: ProgramBuilder,
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
  program: ProgramBuilder,
  parameters: ParameterLayout,
  { l1, l2 }: Penalties,
  sum: Region,
): void {
  for (const w of parameters.weights) {
    program.emit({ kernel: 'penaltyCost', count: w.shape[0] * w.shape[1], rows: program.rows, l1, l2, w, sum })
  }
}

/** Emits the optimiser's step from a stored gradient. */
export function emitUpdate(
  program: ProgramBuilder,
  optimizer: OptimizerName,
  parameters: ParameterLayout,
  gradient: ParameterLayout,
  learningRate: Region,
): void {
  optimizers[optimizer].update(program, parameters.whole, gradient.whole, learningRate)
}
