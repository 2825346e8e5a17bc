import { normwiseError } from './numbers.js'

/** What a training left behind. */
export interface Outcome {
  readonly start: ArrayLike<number>
  readonly parameters: ArrayLike<number>
  /** Of each epoch. */
  readonly costs: number[]
}

/** |a - b| / |b| of the parameters or of the epochs' costs, whichever is larger. */
export function distance(a: Outcome, b: Outcome): number {
  // A cost that vanishes, as that of a softmax of one neuron does, is compared as if it were 1.
  return Math.max(normwiseError(a.parameters, b.parameters), normwiseError([1, ...a.costs], [1, ...b.costs]))
}
