import type { Dataset } from '../data/dataset.js'

/** If the cost grows by this factor, the run counts as diverged. */
const factor = 1e6

/**
 * Returns the highest mean cost that a batch may have. If the mean cost of a batch is higher, the run counts as
 * diverged. There is no limit for the first batch of a run.
 *
 * The limit is a million times the largest of three numbers:
 * - the mean cost of the run's first batch (`began`)
 * - 1, because the first cost may be almost 0 if the network was trained before
 * - the cost of a network that outputs zeros (`zeros`), because later rows may have much larger targets than the first
 *   batch
 */
export function costLimit(began: number | undefined, zeros: number): number {
  return began === undefined ? Number.POSITIVE_INFINITY : factor * Math.max(1, began, zeros)
}

/**
 * Returns the highest cost that any row would have if all outputs of the network were 0. Returns 0 if the rows have
 * labels instead of targets.
 *
 * The cost of a row is half the sum of its squared targets, times the weight of the row. This is the formula of the
 * quadratic cost. For the other costs, the result is an estimate, which is good enough for `costLimit`.
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
