import { normwiseError } from './numbers.js'

/** The result of a training run. */
export interface Outcome {
  readonly start: ArrayLike<number>
  readonly parameters: ArrayLike<number>
  /** The cost of each epoch. */
  readonly costs: number[]
}

/** |a - b| / |b| of the parameters or of the epochs' costs, whichever is larger. */
export function distance(a: Outcome, b: Outcome): number {
  // A cost of 0, such as that of a softmax with one neuron, is compared as if it were 1.
  return Math.max(normwiseError(a.parameters, b.parameters), normwiseError([1, ...a.costs], [1, ...b.costs]))
}
