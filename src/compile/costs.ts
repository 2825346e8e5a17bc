import { type Region, regionLength } from '../program/arena.js'
import type { ProgramBuilder } from '../program/build.js'
import type { KernelName } from '../program/kernels.js'
import { type ActivationName, activationNames, activations, type LayerPass } from './activations.js'

/** Where a cost is added up, and how much each row of the batch counts. */
export interface CostPlaces {
  readonly y: Region
  /** (rows) */
  readonly weights: Region
  readonly sum: Region
}

/** A cost function of the output layer's answers a and the desired ones y, summed over the rows of a batch. */
export interface Cost {
  /** The output activations that it is defined for. */
  readonly outputs: readonly ActivationName[]
  /** Emits sum += weights C. */
  readonly value: (program: ProgramBuilder, pass: Pick<LayerPass, 'z' | 'a'>, places: CostPlaces) => void
  /** Emits delta = dC/dz: equation (BP1) of Nielsen's book, chapter 2. */
  readonly backward: (program: ProgramBuilder, pass: LayerPass, y: Region, activation: ActivationName) => void
}

export type CostName = 'quadratic' | 'cross-entropy' | 'log-likelihood' | 'huber'

type CostKernel = Extract<KernelName, `${string}Cost`>

/** The value of a cost that is told by the outputs. */
function byOutput(kernel: Extract<CostKernel, 'quadraticCost' | 'huberCost'>): Cost['value'] {
  return (program, { a }, { y, weights, sum }) => {
    const [rows, columns] = a.shape
    program.emit({ kernel, rows, columns, weights, a, y, sum })
  }
}

/** The value of a cost that is told by the logits, so that it stays finite for saturated neurons. */
function byLogit(kernel: Extract<CostKernel, 'crossEntropyCost' | 'logLikelihoodCost'>): Cost['value'] {
  return (program, { z }, { y, weights, sum }) => {
    const [rows, columns] = z.shape
    program.emit({ kernel, rows, columns, weights, z, y, sum })
  }
}

export const costs: Readonly<Record<CostName, Cost>> = {
  /** 1/2 |a - y|^2: Nielsen, chapter 1, equation (6). */
  quadratic: {
    outputs: activationNames,
    value: byOutput('quadraticCost'),
    backward(program, pass, y, activation) {
      program.emit({ kernel: 'subtract', count: regionLength(pass.a), a: pass.a, b: y, out: pass.delta })
      activations[activation].backward?.(program, pass)
    },
  },
  /**
   * -sum(y ln a + (1 - y) ln(1 - a)): Nielsen, chapter 3, equation (63). With sigmoid outputs the derivative cancels, and
   * the error is a - y (equation 68).
   */
  'cross-entropy': {
    outputs: ['sigmoid'],
    value: byLogit('crossEntropyCost'),
    backward(program, { a, delta }, y) {
      program.emit({ kernel: 'subtract', count: regionLength(a), a, b: y, out: delta })
    },
  },
  /** -sum(y ln a): Nielsen, chapter 3, equation (80). With softmax outputs the error is a - y (equation 82). */
  'log-likelihood': {
    outputs: ['softmax'],
    value: byLogit('logLikelihoodCost'),
    backward(program, { a, delta }, y) {
      const [rows, columns] = a.shape
      program.emit({ kernel: 'logLikelihoodBackward', rows, columns, a, y, out: delta })
    },
  },
  /** e^2 / 2 for errors up to 1, |e| - 1/2 beyond: Huber, "Robust estimation of a location parameter", 1964. */
  huber: {
    outputs: activationNames,
    value: byOutput('huberCost'),
    backward(program, pass, y, activation) {
      program.emit({ kernel: 'huberBackward', count: regionLength(pass.a), a: pass.a, y, out: pass.delta })
      activations[activation].backward?.(program, pass)
    },
  },
}
