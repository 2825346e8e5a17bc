import type { Dataset } from '../data/dataset.js'

/**
 * If the cost grows by this factor, the run counts as diverged, because the network has lost all that it had learned.
 */
const factor = 1e6

/**
 * Returns the limit of the mean cost of a batch. A run whose cost is above the limit counts as diverged. The limit is a
 * million times the largest of three numbers: 1, the mean cost of the run's first batch (`began`), and the cost of a
 * network that outputs zeros (`zeros`). There is no limit before the first batch.
 *
 * The cost of the first batch alone is not enough. The cost may be almost 0 if the network was trained before, so the
 * limit is at least a million. The rows of the first batch may happen to have small targets, so `zeros` is computed
 * from all rows.
 */
export function costLimit(began: number | undefined, zeros: number): number {
  return began === undefined ? Number.POSITIVE_INFINITY : factor * Math.max(1, began, zeros)
}

/**
 * Returns the highest cost of a row for a network that outputs zeros: half the squared length of the row's targets,
 * times the row's weight. It is 0 if the rows have labels instead of targets. The formula is that of the quadratic
 * cost. It is high enough for all costs, because the Huber cost is lower, and the other costs take only targets from 0
 * to 1.
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
