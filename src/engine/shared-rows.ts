import type { Ranks } from '../backend/backend.js'
import type { Communicator } from '../backend/communicator.js'
import { StoppedError } from '../base/errors.js'
import { type Range, rangeOf } from '../base/work-shares.js'

/** How several ranks (processes) share the rows of each batch of a job. */
export interface SharedRows {
  readonly ranks: Ranks
  /** Returns which rows of a batch of `rows` rows this rank processes. */
  share(rows: number): Range
  /** Whether the source contains only the rows of this rank. */
  readonly own: boolean
  /** Whether each rank updates its own parameters, which the caller averages from time to time. */
  readonly apart: boolean
}

/**
 * Returns which of `rows` rows belong to a rank, or all of them without a communicator. The shares of two ranks differ by
 * at most one row.
 */
export function rowsOfRank(communicator: Pick<Communicator, 'rank' | 'size'> | undefined, rows: number): Range {
  const { rank, size } = communicator ?? { rank: 0, size: 1 }
  return rangeOf(rows, { index: rank, count: size })
}

/** Returns how the ranks share the batches of a dataset that each of them has. Undefined for a rank that is alone. */
export function sharedRows(communicator: Communicator | undefined, apart: boolean): SharedRows | undefined {
  const { ranks } = communicator ?? {}
  return ranks && { ranks, own: false, apart, share: (rows) => rowsOfRank(communicator, rows) }
}

/**
 * Ends a run because ranks have voted to end it.
 * @throws the signal's reason if it is aborted, which means that this rank has voted; otherwise StoppedError
 */
export function throwStopped(signal: AbortSignal | undefined): never {
  signal?.throwIfAborted()
  throw new StoppedError('another rank ended the run')
}
