import type { Dataset } from '../data/dataset.js'

/** A cost that grew by this factor means that the network has lost everything it had learned. */
const factor = 1e6

/**
 * The mean cost of a batch above which a run counts as diverged: a million times the largest of 1, the mean cost of the run's
 * first batch (`began`) and the cost of answering zeros (`zeros`). There is no limit before the first batch.
 *
 * The first batch alone is not enough. It may cost almost nothing if the network was trained before, hence the minimum of 1. Its
 * rows may happen to have small targets, hence `zeros`, which is taken from all rows.
 */
export function costLimit(began: number | undefined, zeros: number): number {
  return began === undefined ? Number.POSITIVE_INFINITY : factor * Math.max(1, began, zeros)
}

/**
 * The highest cost of a row for a network that answers zeros: half the squared length of its targets, times its weight; 0 for
 * labels. This is the quadratic cost. The Huber cost is lower, and the other costs take targets from 0 to 1.
 */
export function costOfZeros(
  { targets, targetWidth, rows }: Pick<Dataset, 'targets' | 'targetWidth' | 'rows'>,
  weights: Float64Array | undefined,
): number {
  if (!targets) return 0
  let largest = 0
  for (let row = 0; row < rows; row++) {
    let square = 0
    for (let i = row * targetWidth; i < (row + 1) * targetWidth; i++) square += targets[i] * targets[i]
    const cost = 0.5 * square * (weights ? weights[row] : 1)
    if (cost > largest) largest = cost
  }
  return largest
}
