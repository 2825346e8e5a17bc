import type { BackendRequest } from '../backend/select.js'
import { checkInteger, checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'
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

/** A typed array would make numbers of what is none: 0 of null. How many there must be the network knows. */
function checkParameters(parameters: ArrayLike<number> | undefined): void {
  if (parameters === undefined || ArrayBuffer.isView(parameters)) return
  if (typeof parameters !== 'object' || parameters === null) throw optionError({ parameters }, 'a list of numbers')
  for (let i = 0; i < parameters.length; i++) {
    if (typeof parameters[i] !== 'number') throw optionError({ [`parameters[${i}]`]: parameters[i] }, 'a number')
  }
}

/** The options of a network, with nothing left open but the backend and the parameters. @throws OptionError */
export function checkNetworkOptions(options: NetworkOptions) {
  checkKeys('network', options, ['seed', 'dtype', 'backend', 'threads', 'parameters'])
  const { seed = 0, dtype = 'float32', threads = 1 } = options
  checkInteger({ seed }, 0)
  checkInteger({ threads }, 1, 1024)
  if (dtype !== 'float32' && dtype !== 'float64') throw optionError({ dtype }, "'float32' or 'float64'")
  checkParameters(options.parameters)
  return { ...options, seed, dtype, threads }
}
