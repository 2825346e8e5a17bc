import { OptionError } from '../base/errors.js'
import { type Region, regionLength } from '../program/arena.js'
import { type ActivationName, activationNames, activations, type LayerPass } from './activations.js'
import type { NetworkBuilder } from './region-names.js'

/**
 * The memory regions that are used to compute a cost: the desired outputs y, the row weights, and the sum to which the
 * cost is added.
 */
export interface CostPlaces {
  readonly y: Region
  /** The weight of each row in the cost. */
  readonly weights: Region
  readonly sum: Region
}

/** How a cost is compiled for an output layer with a certain activation. */
export interface OutputCost {
  /** Appends to the program a kernel call that adds the cost of each row, times the row's weight, to `places.sum`. */
  readonly value: (program: NetworkBuilder, pass: Pick<LayerPass, 'z' | 'a'>, places: CostPlaces) => void
  /**
   * Appends to the program the kernel calls that compute the error delta = dC/dz, where C is the cost (Nielsen, chapter
   * 2, equation BP1).
   */
  readonly backward: (program: NetworkBuilder, pass: LayerPass, y: Region) => void
  /**
   * The end of the error message if the cost is not defined for a layer with a single output. It gives the reason and
   * says what to use instead. Undefined if the cost is defined for such a layer.
   */
  readonly undefinedAlone?: string
}

/** A cost function. It measures how far the outputs `a` of the last layer are from the desired outputs `y`. */
export interface Cost {
  /**
   * How the cost is compiled, for each activation of the output layer. The cost is not defined for activations that are
   * missing here.
   */
  readonly outputs: Readonly<Partial<Record<ActivationName, OutputCost>>>
  /** The reason why the cost is not defined for the activations that are missing in `outputs`. */
  readonly needs?: string
}

export type CostName = 'quadratic' | 'cross-entropy' | 'huber'

/**
 * The name of a cost in a network's description. Nielsen's book calls cross-entropy with softmax outputs
 * `log-likelihood`, so this name is accepted too.
 */
export type CostOption = CostName | 'log-likelihood'

type ByOutput = 'quadraticCost' | 'huberCost'
type ByLogit = 'sigmoidCrossEntropyCost' | 'softmaxCrossEntropyCost'

/**
 * Returns a function that appends a cost's kernel call to a program. The kernel computes the cost from the outputs `a`.
 */
function byOutput(kernel: ByOutput): OutputCost['value'] {
  return (program, { a }, { y, weights, sum }) => {
    const [rows, columns] = a.shape
    program.emit({ kernel, rows, columns, weights, a, y, sum })
  }
}

/**
 * Returns a function that appends a cost's kernel call to a program. The kernel computes the cost from the logits z, so
 * that the cost stays finite for saturated neurons.
 */
function byLogit(kernel: ByLogit): OutputCost['value'] {
  return (program, { z }, { y, weights, sum }) => {
    const [rows, columns] = z.shape
    program.emit({ kernel, rows, columns, weights, z, y, sum })
  }
}

/**
 * Creates the member `outputs` of a cost that is defined for every activation. The error dC/dz is the slope dC/da of
 * the cost times the slope of the activation.
 */
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
  /** The quadratic cost 1/2 |a - y|^2 (Nielsen, chapter 1, equation 6). */
  quadratic: {
    outputs: ofAny(byOutput('quadraticCost'), (program, pass, y) => {
      program.emit({ kernel: 'subtract', count: regionLength(pass.a), a: pass.a, b: y, out: pass.delta })
    }),
  },
  /**
   * The cross-entropy, summed over the outputs. For sigmoid outputs it is -sum(y ln a + (1 - y) ln(1 - a)) (Nielsen,
   * chapter 3, equation 63). For softmax outputs it is -sum(y ln a), which Nielsen calls log-likelihood (equation 80).
   * In both cases, the error is dC/dz = a - y (equations 68 and 82). For sigmoid outputs, Keras and PyTorch divide the
   * sum by the number of outputs, but this library does not.
   */
  'cross-entropy': {
    needs: 'it takes the logarithm of outputs as probabilities, so they must lie above 0 and below 1',
    outputs: {
      sigmoid: {
        value: byLogit('sigmoidCrossEntropyCost'),
        backward(program, { a, delta }, y) {
          program.emit({ kernel: 'subtract', count: regionLength(a), a, b: y, out: delta })
        },
      },
      softmax: {
        value: byLogit('softmaxCrossEntropyCost'),
        backward(program, { a, delta }, y) {
          const [rows, columns] = a.shape
          program.emit({ kernel: 'softmaxCrossEntropyBackward', rows, columns, a, y, out: delta })
        },
        undefinedAlone: 'it is always 1, and the gradient 0; take one sigmoid output, or two softmax outputs',
      },
    },
  },
  /**
   * For an error e = a - y, the Huber cost is e^2 / 2 if |e| is at most 1, and |e| - 1/2 otherwise (Huber, "Robust
   * estimation of a location parameter", 1964).
   */
  huber: {
    outputs: ofAny(byOutput('huberCost'), (program, pass, y) => {
      program.emit({ kernel: 'huberBackward', count: regionLength(pass.a), a: pass.a, y, out: pass.delta })
    }),
  },
}

const costNames = Object.keys(costs) as CostName[]

/** Joins names into a text such as "a, b or c". */
const anyOf = (names: readonly string[]) => names.join(', ').replace(/, ([^,]*)$/, ' or $1')

interface Outputs {
  readonly activation: ActivationName
  readonly outputs: number
}

function refuse(cost: CostOption, reason: string, defined: readonly string[], activation: ActivationName): never {
  const instead = costNames.filter((name) => costs[name].outputs[activation])
  throw new OptionError(
    `the cost ${cost} is not defined for ${activation} outputs: ${reason}; ` +
      `take ${anyOf(defined)} outputs, or for ${activation} outputs the cost ${anyOf(instead)}`,
    { option: 'cost', value: cost },
  )
}

/**
 * Returns 'cross-entropy' for 'log-likelihood', and all other names unchanged. Nielsen's book calls cross-entropy with
 * softmax outputs 'log-likelihood'.
 * @throws OptionError if 'log-likelihood' is used with outputs other than softmax
 */
export function standardCost(cost: CostOption, { activation }: Outputs): CostName {
  if (cost !== 'log-likelihood') return cost
  if (activation === 'softmax') return 'cross-entropy'
  return refuse(cost, "it is the book's name for cross-entropy with softmax outputs", ['softmax'], activation)
}

/**
 * Returns the functions that compile a cost for an output layer.
 * @throws OptionError if the cost is not defined for the layer's activation, or for a layer with a single output. The
 * message gives the reason and alternatives
 */
export function costOf(cost: CostName, { activation, outputs }: Outputs): OutputCost {
  const { outputs: defined, needs = '' } = costs[cost]
  const found = defined[activation]
  if (!found) return refuse(cost, needs, Object.keys(defined), activation)
  if (outputs === 1 && found.undefinedAlone) {
    const message = `the cost ${cost} is not defined for one ${activation} output: ${found.undefinedAlone}`
    throw new OptionError(message, { option: 'cost', value: cost })
  }
  return found
}
