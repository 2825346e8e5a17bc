import { type Description, dense } from 'descent-nn'

/** A fully connected network in float32, as every contender is told of it. */
export interface Form {
  readonly sizes: readonly number[]
  readonly hidden: 'sigmoid' | 'relu'
  /** Sigmoid under the quadratic cost, softmax under the log-likelihood. */
  readonly output: 'sigmoid' | 'softmax'
  readonly cost: 'quadratic' | 'log-likelihood'
}

/** The words of a command line that stand for all but the sizes. */
export function wordsOf({ hidden, output, cost }: Form): [string, string, string] {
  return [hidden, output, cost]
}

/** What `wordsOf` wrote, and the sizes. @throws Error where nobody computes such a network */
export function readForm([hidden, output, cost]: readonly string[], sizes: readonly number[]): Form {
  if (hidden !== 'sigmoid' && hidden !== 'relu') throw new Error(`hidden layers are sigmoid or relu, not ${hidden}`)
  if (output === 'sigmoid' && cost === 'quadratic') return { sizes, hidden, output, cost }
  if (output === 'softmax' && cost === 'log-likelihood') return { sizes, hidden, output, cost }
  throw new Error(`outputs are sigmoid under quadratic or softmax under log-likelihood, not ${output} under ${cost}`)
}

/** The activation of each layer, the inputs not counted. */
export function activationsOf({ sizes, hidden, output }: Form): Form['hidden' | 'output'][] {
  return sizes.slice(1).map((_, l) => (l === sizes.length - 2 ? output : hidden))
}

/** The same for this package. */
export function descriptionOf(form: Form): Description {
  const layers = activationsOf(form).map((activation, l) => dense(form.sizes[l + 1], activation))
  return { inputs: form.sizes[0], layers, cost: form.cost }
}
