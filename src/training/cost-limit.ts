import type { Dataset } from '../data/dataset.js'

/** So much above what it began with, a cost says that nothing is left of what the network had learned. */
const factor = 1e6

/**
 * The mean cost of a batch above which a run has exploded: a million times that of its first batch, `began`, and of an answer of
 * zeros. Without a first batch there is no limit.
 *
 * The first batch alone would be no measure. It may cost next to nothing where a trained network learns on, which is why 1 is
 * the least; and where its rows happen to have small targets, which is why those of all rows are asked.
 */
export function costLimit(began: number | undefined, zeros: number): number {
  return began === undefined ? Number.POSITIVE_INFINITY : factor * Math.max(1, began, zeros)
}

/**
 * What the costliest row would cost a network that answers 0: half the square of its targets' length, times its weight; 0 for
 * labels. That is the quadratic cost; Huber's is below it, and the others take targets from 0 to 1.
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
