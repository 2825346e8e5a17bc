import { type Description, dense } from 'descent-nn'

/** Describes a fully connected float32 network for the programs that the benchmark compares. */
export interface Form {
  readonly sizes: readonly number[]
  readonly hidden: 'sigmoid' | 'relu'
  /**
   * The activation of the output layer. Sigmoid is used only with the quadratic cost, and softmax only with
   * cross-entropy.
   */
  readonly output: 'sigmoid' | 'softmax'
  readonly cost: 'quadratic' | 'cross-entropy'
}

/**
 * Returns the arguments that describe the network on a contender's command line. The network's sizes are not included.
 */
export function wordsOf({ hidden, output, cost }: Form): [string, string, string] {
  return [hidden, output, cost]
}

/** Reads the arguments that `wordsOf` has returned. @throws Error if no contender supports the network */
export function readForm([hidden, output, cost]: readonly string[], sizes: readonly number[]): Form {
  if (hidden !== 'sigmoid' && hidden !== 'relu') throw new Error(`HIDDEN must be sigmoid or relu, not ${hidden}`)
  if (output === 'sigmoid' && cost === 'quadratic') return { sizes, hidden, output, cost }
  if (output === 'softmax' && cost === 'cross-entropy') return { sizes, hidden, output, cost }
  throw new Error(`OUTPUT COST must be sigmoid quadratic or softmax cross-entropy, not ${output} ${cost}`)
}

/** Returns the activation of each layer except the input layer. */
export function activationsOf({ sizes, hidden, output }: Form): Form['hidden' | 'output'][] {
  return sizes.slice(1).map((_, l) => (l === sizes.length - 2 ? output : hidden))
}

/** Converts the benchmark's description of a network to the description that descent expects. */
export function descriptionOf(form: Form): Description {
  const layers = activationsOf(form).map((activation, l) => dense(form.sizes[l + 1], activation))
  return { inputs: form.sizes[0], layers, cost: form.cost }
}
