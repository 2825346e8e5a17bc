import { type Region, regionLength } from '../program/arena.js'
import type { ProgramBuilder } from '../program/build.js'
import { type ActivationName, activationNames, activations, type LayerPass } from './activations.js'

/** A cost function of the output layer's answers a and the desired ones y, summed over the rows of a batch. */
export interface Cost {
  /** The output activations that it is defined for. */
  readonly outputs: readonly ActivationName[]
  /** Emits sum += C. */
  readonly value: (program: ProgramBuilder, pass: Pick<LayerPass, 'z' | 'a'>, y: Region, sum: Region) => void
  /** Emits delta = dC/dz: equation (BP1) of Nielsen's book, chapter 2. */
  readonly backward: (program: ProgramBuilder, pass: LayerPass, y: Region, activation: ActivationName) => void
}

function subtract(program: ProgramBuilder, { a, delta }: LayerPass, y: Region): void {
  program.emit({ kernel: 'subtract', count: regionLength(a), a, b: y, out: delta })
}

export const costs = {
  /** 1/2 |a - y|^2: Nielsen, chapter 1, equation (6). */
  quadratic: {
    outputs: activationNames,
    value(program, { a }, y, sum) {
      program.emit({ kernel: 'quadraticCost', count: regionLength(a), a, y, sum })
    },
    backward(program, pass, y, activation) {
      subtract(program, pass, y)
      activations[activation].backward?.(program, pass)
    },
  },
  /**
   * -sum(y ln a + (1 - y) ln(1 - a)): Nielsen, chapter 3, equation (63). With sigmoid outputs the derivative cancels, and
   * the error is a - y (equation 68).
   */
  'cross-entropy': {
    outputs: ['sigmoid'],
    value(program, { z }, y, sum) {
      program.emit({ kernel: 'crossEntropyCost', count: regionLength(z), z, y, sum })
    },
    backward: subtract,
  },
} as const satisfies Record<string, Cost>

export type CostName = keyof typeof costs
