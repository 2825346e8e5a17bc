import type { BackendRequest } from '../backend/select.js'
import type { Dtype } from '../program/kernels.js'

export interface LoadOptions {
  /** Default 'auto': native where it loads, otherwise TypeScript. The variable DESCENT_BACKEND stands in for it. */
  readonly backend?: BackendRequest
  /** How many threads share the work of one command; the bits are the same for any number. Default 1. */
  readonly threads?: number
}

export interface NetworkOptions extends LoadOptions {
  /** Where the random start and the orders of training come from. Default 0. */
  readonly seed?: number
  /** Default 'float32'. */
  readonly dtype?: Dtype
  /** Start from these numbers, laid out as `network.parameters`, instead of random ones. */
  readonly parameters?: ArrayLike<number>
}
