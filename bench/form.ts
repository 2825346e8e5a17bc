import { type Description, dense } from 'descent-nn'

/** A fully connected float32 network, in the terms that every contender understands. */
export interface Form {
  readonly sizes: readonly number[]
  readonly hidden: 'sigmoid' | 'relu'
  /** The activation of the output layer. Sigmoid goes with the quadratic cost, softmax with cross-entropy. */
  readonly output: 'sigmoid' | 'softmax'
  readonly cost: 'quadratic' | 'cross-entropy'
}

/** Returns the command line arguments that describe the network, except its sizes. */
export function wordsOf({ hidden, output, cost }: Form): [string, string, string] {
  return [hidden, output, cost]
}

/** The inverse of `wordsOf`. @throws Error if no contender supports the network */
export function readForm([hidden, output, cost]: readonly string[], sizes: readonly number[]): Form {
  if (hidden !== 'sigmoid' && hidden !== 'relu') throw new Error(`HIDDEN must be sigmoid or relu, not ${hidden}`)
  if (output === 'sigmoid' && cost === 'quadratic') return { sizes, hidden, output, cost }
  if (output === 'softmax' && cost === 'cross-entropy') return { sizes, hidden, output, cost }
  throw new Error(`OUTPUT COST must be sigmoid quadratic or softmax cross-entropy, not ${output} ${cost}`)
}

/** The activation of each layer after the inputs. */
export function activationsOf({ sizes, hidden, output }: Form): Form['hidden' | 'output'][] {
  return sizes.slice(1).map((_, l) => (l === sizes.length - 2 ? output : hidden))
}

/** The same network as this package describes it. */
export function descriptionOf(form: Form): Description {
  const layers = activationsOf(form).map((activation, l) => dense(form.sizes[l + 1], activation))
  return { inputs: form.sizes[0], layers, cost: form.cost }
}
