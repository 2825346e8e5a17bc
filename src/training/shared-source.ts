import type { Communicator } from '../backend/communicator.js'
import { DataError } from '../base/errors.js'
import { rowsOfRank, type SharedRows } from '../engine/shared-rows.js'
import type { Window } from './windows.js'

/** A group of consecutive batches to which each rank contributes the same number of rows. */
export interface Stretch {
  /** The number of rows that each rank contributes to each batch. */
  readonly shares: readonly number[]
  /** The number of rows of each batch on all ranks together. */
  readonly batchRows: number
  /** The number of batches. */
  readonly batches: number
  /** The index of the first row of this rank in its window. */
  readonly first: number
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/**
 * Divides the rows that the ranks have in a window into batches, and groups these into stretches. `counts` has the number of
 * rows of each rank. Each batch has `batchSize` rows as long as no rank runs out of rows. The ranks that have rows left
 * then go on with their shares, so that every row is used once.
 */
export function stretchesOf(counts: readonly number[], batchSize: number, rank: number): Stretch[] {
  const full = counts.map((_, i) => {
    const { from, to } = rowsOfRank({ rank: i, size: counts.length }, batchSize)
    return to - from
  })
  const stretches: Stretch[] = []
  let left = [...counts]
  let first = 0
  while (sum(left) > 0) {
    const shares = full.map((share, i) => Math.min(share, left[i]))
    // The ranks whose share stays the same bound the number of equal batches.
    const batches = Math.min(...shares.map((share, i) => (share > 0 ? Math.floor(left[i] / share) : Infinity)))
    stretches.push({ shares, batchRows: sum(shares), batches, first })
    left = left.map((rows, i) => rows - batches * shares[i])
    first += batches * shares[rank]
  }
  return stretches
}

/** Returns how the ranks share the batches of a stretch, of which each rank has only its own rows. */
export function sharedStretch(
  { rank, ranks }: Communicator,
  { shares }: Stretch,
  apart: boolean,
): SharedRows | undefined {
  const from = sum(shares.slice(0, rank))
  return ranks && { ranks, own: true, apart, share: () => ({ from, to: from + shares[rank] }) }
}

/** The rows of a window of a rank, and what all ranks know about their windows. */
export interface SharedWindow {
  /** Undefined if this rank has no rows left. */
  readonly window: Window | undefined
  readonly counts: readonly number[]
}

/**
 * Yields the windows of this rank together with the numbers of rows of all ranks, until no rank has rows left.
 * @throws DataError if no rank has any row, or all ranks together have more or fewer rows than `rows` says
 */
export async function* sharedWindows(
  communicator: Communicator,
  windows: AsyncGenerator<Window, void, undefined>,
  epoch: number,
  rows: number | undefined,
): AsyncGenerator<SharedWindow, void, undefined> {
  let total = 0
  try {
    for (;;) {
      const { value } = await windows.next()
      const window = value ?? undefined
      const counts = new Float64Array(communicator.size)
      counts[communicator.rank] = window?.rows ?? 0
      await communicator.allreduce(counts)
      const given = sum([...counts])
      total += given
      if (rows !== undefined && (total > rows || (given === 0 && total < rows))) {
        throw new DataError(
          `the sources of all ranks gave ${total} rows in epoch ${epoch}${given > 0 ? ' so far' : ''}, but the option rows is ${rows}`,
        )
      }
      if (given === 0) break
      yield { window, counts: [...counts] }
    }
  } finally {
    await windows.return()
  }
  if (total === 0) throw new DataError(`the sources of all ranks gave no rows in epoch ${epoch}`)
}
