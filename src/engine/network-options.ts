import type { BackendRequest } from '../backend/select.js'
import { checkInteger, checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import { checkAttached } from '../base/typed-arrays.js'
import type { Dtype } from '../program/kernels.js'

export interface LoadOptions {
  /**
   * The backend. The default 'auto' selects the native backend if its addon loads, otherwise the WebAssembly backend
   * ('wasm') if WebAssembly is available, otherwise the TypeScript backend. If the environment variable DESCENT_BACKEND
   * is set, its value is used instead of 'auto'.
   */
  readonly backend?: BackendRequest
  /**
   * The number of threads with which the native backend computes. The results are bit-identical for any number of
   * threads. Default 1.
   */
  readonly threads?: number
}

export interface NetworkOptions extends LoadOptions {
  /** The seed of the initial parameters and of all random choices in training. Default 0. */
  readonly seed?: number
  /** The type of all numbers of the network. Default 'float32'. */
  readonly dtype?: Dtype
  /** The initial parameters, in the layout of `network.parameters`. Without this option they are random. */
  readonly parameters?: ArrayLike<number>
}

/**
 * Checks that the initial parameters are numbers. Without this check, a null in the list would become 0 when the list
 * is copied. The length of the list is checked later.
 */
function checkParameters(parameters: ArrayLike<number> | undefined): void {
  checkAttached('parameters', parameters)
  if (parameters === undefined || ArrayBuffer.isView(parameters)) return
  if (typeof parameters !== 'object' || parameters === null) throw optionError({ parameters }, 'a list of numbers')
  for (let i = 0; i < parameters.length; i++) {
    if (typeof parameters[i] !== 'number') throw optionError({ [`parameters[${i}]`]: parameters[i] }, 'a number')
  }
}

/**
 * Checks all options except `backend`, and fills in the defaults of `seed`, `dtype` and `threads`.
 * @throws OptionError if an option is wrong
 */
export function checkNetworkOptions(options: NetworkOptions) {
  checkKeys('network', options, ['seed', 'dtype', 'backend', 'threads', 'parameters'])
  const { seed = 0, dtype = 'float32', threads = 1 } = options
  checkInteger({ seed }, 0)
  checkInteger({ threads }, 1, 1024)
  if (dtype !== 'float32' && dtype !== 'float64') throw optionError({ dtype }, "'float32' or 'float64'")
  checkParameters(options.parameters)
  return { ...options, seed, dtype, threads }
}
