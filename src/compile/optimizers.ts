import { type Region, regionLength } from '../program/arena.js'
import type { ProgramBuilder } from '../program/build.js'

/** How parameters follow their gradient. */
export interface Optimizer {
  /** Emits the update of all parameters from their gradient. */
  readonly update: (program: ProgramBuilder, parameters: Region, gradient: Region, learningRate: Region) => void
  /**
   * Whether the update is parameters -= learningRate gradient and no more. Then the matrix multiply that computes the
   * gradient can add it to the weights itself, and the gradient is never stored.
   */
  readonly linear: boolean
}

export const optimizers = {
  /** Stochastic gradient descent: Nielsen, chapter 1, equations (20) and (21). */
  sgd: {
    update(program, parameters, gradient, learningRate) {
      program.emit({ kernel: 'sgd', count: regionLength(parameters), learningRate, gradient, parameters })
    },
    linear: true,
  },
} as const satisfies Record<string, Optimizer>

export type OptimizerName = keyof typeof optimizers
