import type { Ranks } from '../backend/backend.js'
import type { Communicator } from '../backend/communicator.js'

/** Rows from `from` up to but not including `to`. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

/** How several ranks (processes) share the rows of each batch of a job. */
export interface SharedRows {
  readonly ranks: Ranks
  /** Returns which rows of a batch of `rows` rows this rank processes. */
  share(rows: number): RowRange
  /** Whether the source contains only the rows of this rank. */
  readonly own: boolean
  /** Whether each rank updates its own parameters, which the caller averages from time to time. */
  readonly apart: boolean
}

/**
 * Returns which of `rows` rows belong to a rank, or all of them without a communicator. The shares of two ranks differ by
 * at most one row.
 */
export function rowsOfRank(communicator: Pick<Communicator, 'rank' | 'size'> | undefined, rows: number): RowRange {
  const { rank, size } = communicator ?? { rank: 0, size: 1 }
  return { from: Math.floor((rank * rows) / size), to: Math.floor(((rank + 1) * rows) / size) }
}

/** Returns how the ranks share the batches of a dataset that each of them has. Undefined for a rank that is alone. */
export function sharedRows(communicator: Communicator | undefined, apart: boolean): SharedRows | undefined {
  const { ranks } = communicator ?? {}
  return ranks && { ranks, own: false, apart, share: (rows) => rowsOfRank(communicator, rows) }
}
