import { DataError } from '../../base/errors.js'
import type { Operands, Run } from './bind.js'
import { need } from './gather.js'

/** gradient += l1 * sign(w) + l2 * w */
export function addPenalty({ count, l1, l2, w, gradient }: Operands<'addPenalty'>): void {
  const absolute = l1[0]
  const square = l2[0]
  for (let i = 0; i < count; i++) gradient[i] += absolute * Math.sign(w[i]) + square * w[i]
}

/** gradient *= min(1, limit / |gradient|), where |gradient| is the Euclidean length of the gradient */
export function clipNorm({ count, limit, gradient }: Operands<'clipNorm'>): void {
  shorten(gradient, 0, count, limit)
}

/** Limits each element of the gradient to the range from -limit to limit. */
export function clipValue({ count, limit, gradient }: Operands<'clipValue'>): void {
  for (let i = 0; i < count; i++) {
    const g = gradient[i]
    gradient[i] = g > limit ? limit : g < -limit ? -limit : g
  }
}

/** For each row of w (rows x columns): row *= min(1, limit / |row|), where |row| is the Euclidean length of the row */
export function maxNorm({ rows, columns, limit, w }: Operands<'maxNorm'>): void {
  for (let r = 0; r < rows; r++) shorten(w, r * columns, columns, limit)
}

function shorten(values: Operands<'clipNorm'>['gradient'], from: number, count: number, limit: number): void {
  let square = 0
  for (let i = from; i < from + count; i++) square += values[i] * values[i]
  const length = Math.sqrt(square)
  if (!(length > limit)) return
  const factor = limit / length
  for (let i = from; i < from + count; i++) values[i] *= factor
}

/** out = learningRates[index of the current batch] */
export function nextLearningRate(
  { batchSize, out }: Operands<'nextLearningRate'>,
  { source, first, position }: Run,
): void {
  const rates = need(source, 'learningRates')
  const batch = Math.floor((position - first) / batchSize)
  if (batch >= rates.length) throw new DataError(`batch ${batch} of the run: learningRates has ${rates.length}`)
  out[0] = rates[batch]
}

/** out = factor * learningRate */
export function scaleLearningRate({ factor, learningRate, out }: Operands<'scaleLearningRate'>): void {
  out[0] = factor * learningRate[0]
}

/**
 * Checks the cost of the current batch. `sum` is the total cost of all batches so far. Throws an error if `sum` is not
 * finite, or if the batch has added more than `rows` * `limit` to `sum`. Before throwing, sets `bad` to 1 plus the
 * index of the batch's first row.
 */
export function watchCost({ rows, limit, sum, before, bad }: Operands<'watchCost'>, { position }: Run): void {
  const finite = Number.isFinite(sum[0])
  if (finite && sum[0] - before[0] <= rows * limit[0]) {
    before[0] = sum[0]
    return
  }
  bad[0] = position + 1
  throw new DataError(`the cost is ${finite ? 'above its limit' : 'not finite'} at row ${position} of the run`)
}
