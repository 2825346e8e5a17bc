import { OptionError } from '../base/errors.js'
import { type Region, regionLength } from '../program/arena.js'
import { type ActivationName, activationNames, activations, type LayerPass } from './activations.js'
import type { NetworkBuilder } from './region-names.js'

/** Where a cost is added up, and how much each row of the batch counts. */
export interface CostPlaces {
  readonly y: Region
  /** (rows) */
  readonly weights: Region
  readonly sum: Region
}

/** What a cost emits where the outputs have a certain activation. */
export interface OutputCost {
  /** Emits sum += weights C. */
  readonly value: (program: NetworkBuilder, pass: Pick<LayerPass, 'z' | 'a'>, places: CostPlaces) => void
  /** Emits delta = dC/dz: equation (BP1) of Nielsen's book, chapter 2. */
  readonly backward: (program: NetworkBuilder, pass: LayerPass, y: Region) => void
  /** Why it is not defined for a single output, where it is not, and what to take instead. */
  readonly undefinedAlone?: string
}

/** A cost function of the output layer's answers a and the desired ones y, summed over the rows of a batch. */
export interface Cost {
  /** By output activation: it is defined for those that are there. */
  readonly outputs: Readonly<Partial<Record<ActivationName, OutputCost>>>
  /** Why it is not defined for the others. */
  readonly needs?: string
}

export type CostName = 'quadratic' | 'cross-entropy' | 'log-likelihood' | 'huber'

type ByOutput = 'quadraticCost' | 'huberCost'
type ByLogit = 'crossEntropyCost' | 'softmaxCrossEntropyCost' | 'logLikelihoodCost'

/** The value of a cost that is told by the outputs. */
function byOutput(kernel: ByOutput): OutputCost['value'] {
  return (program, { a }, { y, weights, sum }) => {
    const [rows, columns] = a.shape
    program.emit({ kernel, rows, columns, weights, a, y, sum })
  }
}

/** The value of a cost that is told by the logits, so that it stays finite for saturated neurons. */
function byLogit(kernel: ByLogit): OutputCost['value'] {
  return (program, { z }, { y, weights, sum }) => {
    const [rows, columns] = z.shape
    program.emit({ kernel, rows, columns, weights, z, y, sum })
  }
}

/** A cost of any outputs: its slope dC/da, and then that of the activation. */
function ofAny(value: OutputCost['value'], slope: OutputCost['backward']): Cost['outputs'] {
  const of = (activation: ActivationName): OutputCost => ({
    value,
    backward(program, pass, y) {
      slope(program, pass, y)
      activations[activation].backward?.(program, pass)
    },
  })
  return Object.fromEntries(activationNames.map((activation) => [activation, of(activation)]))
}

export const costs: Readonly<Record<CostName, Cost>> = {
  /** 1/2 |a - y|^2: Nielsen, chapter 1, equation (6). */
  quadratic: {
    outputs: ofAny(byOutput('quadraticCost'), (program, pass, y) => {
      program.emit({ kernel: 'subtract', count: regionLength(pass.a), a: pass.a, b: y, out: pass.delta })
    }),
  },
  /**
   * -sum(y ln a + (1 - y) ln(1 - a)): Nielsen, chapter 3, equation (63). With sigmoid outputs the derivative cancels, and
   * the error is a - y (equation 68). With softmax outputs it does not: with h = (a - y) / (1 - a), which is a dC/da, the error is
   * h - a sum(h).
   */
  'cross-entropy': {
    needs: 'it takes ln a and ln(1 - a), so outputs must lie above 0 and below 1',
    outputs: {
      sigmoid: {
        value: byLogit('crossEntropyCost'),
        backward(program, { a, delta }, y) {
          program.emit({ kernel: 'subtract', count: regionLength(a), a, b: y, out: delta })
        },
      },
      softmax: {
        value: byLogit('softmaxCrossEntropyCost'),
        backward(program, { z, delta }, y) {
          const [rows, columns] = z.shape
          program.emit({ kernel: 'softmaxCrossEntropyBackward', rows, columns, z, y, out: delta })
        },
        // Not 0 ln 0 = 0: that would hold for the desired answer 1 alone, and any other would cost infinitely much.
        undefinedAlone: 'it is always 1, and ln(1 - a) infinite; take one sigmoid output, or two softmax outputs',
      },
    },
  },
  /** -sum(y ln a): Nielsen, chapter 3, equation (80). With softmax outputs the error is a - y (equation 82). */
  'log-likelihood': {
    needs: 'it takes ln a of probabilities that add up to 1, and nothing would hold other outputs down',
    outputs: {
      softmax: {
        value: byLogit('logLikelihoodCost'),
        backward(program, { a, delta }, y) {
          const [rows, columns] = a.shape
          program.emit({ kernel: 'logLikelihoodBackward', rows, columns, a, y, out: delta })
        },
      },
    },
  },
  /** e^2 / 2 for errors up to 1, |e| - 1/2 beyond: Huber, "Robust estimation of a location parameter", 1964. */
  huber: {
    outputs: ofAny(byOutput('huberCost'), (program, pass, y) => {
      program.emit({ kernel: 'huberBackward', count: regionLength(pass.a), a: pass.a, y, out: pass.delta })
    }),
  },
}

const costNames = Object.keys(costs) as CostName[]

/** "a, b or c" */
const anyOf = (names: readonly string[]) => names.join(', ').replace(/, ([^,]*)$/, ' or $1')

/** The cost of outputs such as these. @throws OptionError where it is not defined: says why, and what to take instead */
export function costOf(
  cost: CostName,
  { activation, outputs }: { activation: ActivationName; outputs: number },
): OutputCost {
  const { outputs: defined, needs } = costs[cost]
  const found = defined[activation]
  if (!found) {
    const instead = costNames.filter((name) => costs[name].outputs[activation])
    throw new OptionError(
      `the cost ${cost} is not defined for ${activation} outputs: ${needs}; ` +
        `take ${anyOf(Object.keys(defined))} outputs, or for ${activation} outputs the cost ${anyOf(instead)}`,
    )
  }
  if (outputs === 1 && found.undefinedAlone) {
    throw new OptionError(`the cost ${cost} is not defined for one ${activation} output: ${found.undefinedAlone}`)
  }
  return found
}
