import type { Communicator } from '../backend/communicator.js'
import { checkInteger, checkKeys } from '../base/checks.js'
import { OptionError, optionError } from '../base/errors.js'

/** The options of a run that several ranks (processes) share. */
export interface SharingOptions {
  /**
   * The ranks (processes) that train together: the result of `connect` in 'descent-nn/distributed'. All ranks must call
   * `train` with the same network, options and data. They share the rows of each batch, and then all have the same
   * network. `batchSize` is the number of rows of a batch on all ranks together. Only rank 0 saves checkpoints. If the
   * signal of any rank is aborted, all ranks stop after the same batch.
   */
  readonly communicator?: Communicator
  /**
   * With `{ every: n }`, the ranks do not sum the gradient of each batch. Each rank updates its own copy of the network
   * with its rows alone, and after n batches the ranks average the parameters and the state of the optimizer. This
   * method, called local SGD, needs less communication but gives another, often worse result (Stich, "Local SGD converges
   * fast and communicates little", 2019). By default, the ranks sum the gradient of each batch.
   */
  readonly sync?: { readonly every: number }
}

/**
 * Returns the communicator of a run that several ranks share. Returns undefined if there is only one rank.
 * @throws OptionError if the option is wrong
 */
export function checkCommunicator(communicator: Communicator | undefined): Communicator | undefined {
  if (communicator === undefined) return undefined
  if (typeof communicator?.allreduce !== 'function' || !Number.isInteger(communicator.size)) {
    throw optionError({ communicator }, 'the result of connect() in descent-nn/distributed')
  }
  return communicator.size > 1 ? communicator : undefined
}

/**
 * Returns the number of batches after which the ranks average their parameters. Returns undefined if they sum the gradient
 * of each batch instead.
 * @throws OptionError if the option `sync` is wrong, or needs a communicator
 */
export function checkSync({ sync, communicator }: SharingOptions): number | undefined {
  if (sync === undefined) return undefined
  if (typeof sync !== 'object' || sync === null) throw optionError({ sync }, 'an object such as { every: 10 }')
  checkKeys('sync', sync, ['every'])
  const { every } = sync
  checkInteger({ 'sync.every': every }, 1)
  if (!communicator) throw new OptionError('sync needs a communicator: there are no ranks to average')
  return communicator.size > 1 ? every : undefined
}

/** Returns the options of a run in which a rank must not stop alone, whatever it does. */
export function withoutSignal<Options extends { readonly signal?: unknown }>({
  signal: _,
  ...options
}: Options): Omit<Options, 'signal'> {
  return options
}
