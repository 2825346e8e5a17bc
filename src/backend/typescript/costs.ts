import { classCount } from '../../base/argmax.js'
import { expOfNegative, log, log1p } from '../../base/exact-math.js'
import type { Operands, Run } from './bind.js'
import { largestOf, need, rowAt } from './gather.js'

/**
 * For each row: sum += weight * cost. The cost of a row is the total of (a - y)^2 / 2 over its columns, where `a` is an
 * output and `y` is the target.
 */
export function quadraticCost({ rows, columns, weights, a, y, sum }: Operands<'quadraticCost'>): void {
  let total = 0
  for (let r = 0, i = 0; r < rows; r++) {
    let ofRow = 0
    for (let j = 0; j < columns; j++, i++) {
      const error = a[i] - y[i]
      ofRow += error * error
    }
    total += weights[r] * ofRow
  }
  sum[0] += 0.5 * total
}

/**
 * For each row: sum += weight * cost. The cost of a row is the total of (ln(1 + exp(z)) - y * z) over its columns,
 * where `z` is a logit and `y` is the target.
 * Computes ln(1 + exp(z)) as max(z, 0) + ln(1 + exp(-|z|)), which does not overflow.
 */
export function sigmoidCrossEntropyCost({
  rows,
  columns,
  weights,
  z,
  y,
  sum,
}: Operands<'sigmoidCrossEntropyCost'>): void {
  let total = 0
  for (let r = 0, i = 0; r < rows; r++) {
    let ofRow = 0
    for (let j = 0; j < columns; j++, i++) {
      const x = z[i]
      ofRow += (x > 0 ? x : 0) + log1p(expOfNegative(x > 0 ? -x : x)) - y[i] * x
    }
    total += weights[r] * ofRow
  }
  sum[0] += total
}

/**
 * For each row: sum += weight * cost. The cost of a row is the total of -y * ln softmax(z) over its columns, where `z`
 * is a logit and `y` is the target.
 * Computes ln softmax(z) as z - m - ln(sum of exp(z - m)), where m is the largest logit of the row.
 */
export function softmaxCrossEntropyCost({
  rows,
  columns,
  weights,
  z,
  y,
  sum,
}: Operands<'softmaxCrossEntropyCost'>): void {
  let total = 0
  for (let r = 0, start = 0; r < rows; r++, start += columns) {
    const largest = largestOf(z, start, columns)
    let exponentials = 0
    for (let i = start; i < start + columns; i++) exponentials += expOfNegative(z[i] - largest)
    // The sum of the exponentials is at least 1, but `log` takes only numbers up to 1. Therefore use ln x = -ln(1/x).
    const logSum = -log(1 / exponentials)
    let ofRow = 0
    for (let i = start; i < start + columns; i++) ofRow += y[i] * (logSum - (z[i] - largest))
    total += weights[r] * ofRow
  }
  sum[0] += total
}

/**
 * Computes the derivatives of the cost with respect to the logits. For each row: out = s * a - y, where `a` contains
 * the softmax outputs, `y` contains the targets, and s is the sum of the targets of the row.
 */
export function softmaxCrossEntropyBackward({
  rows,
  columns,
  a,
  y,
  out,
}: Operands<'softmaxCrossEntropyBackward'>): void {
  for (let r = 0, start = 0; r < rows; r++, start += columns) {
    let desired = 0
    for (let i = start; i < start + columns; i++) desired += y[i]
    for (let i = start; i < start + columns; i++) out[i] = a[i] * desired - y[i]
  }
}

/**
 * For each row: sum += weight * cost. The cost of a row is a sum with one term for each column. The term is e^2 / 2 if
 * |e| <= 1, and |e| - 1/2 otherwise. Here e = a - y, where `a` is an output and `y` is the target.
 */
export function huberCost({ rows, columns, weights, a, y, sum }: Operands<'huberCost'>): void {
  let total = 0
  for (let r = 0, i = 0; r < rows; r++) {
    let ofRow = 0
    for (let j = 0; j < columns; j++, i++) {
      const error = Math.abs(a[i] - y[i])
      ofRow += error <= 1 ? 0.5 * error * error : error - 0.5
    }
    total += weights[r] * ofRow
  }
  sum[0] += total
}

/** out = a - y, limited to the range from -1 to 1. Here `a` contains the outputs, and `y` contains the targets. */
export function huberBackward({ count, a, y, out }: Operands<'huberBackward'>): void {
  for (let i = 0; i < count; i++) {
    const error = a[i] - y[i]
    out[i] = error > 1 ? 1 : error < -1 ? -1 : error
  }
}

/** out = the weights of the rows in the current batch, one for each row */
export function gatherWeights({ rows, out }: Operands<'gatherWeights'>, { source, place }: Run): void {
  const weights = need(source, 'weights')
  for (let r = 0; r < rows; r++) out[r] = weights[rowAt(source, place + r, weights.length)]
}

/** Multiplies each row of delta (rows x columns) by the weight of the row. */
export function scaleRows({ rows, columns, weights, delta }: Operands<'scaleRows'>): void {
  for (let r = 0, i = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++, i++) delta[i] *= weights[r]
  }
}

/**
 * Smooths the labels: y = y (1 - share) + share / classes. `share` is the part of each label that is divided equally
 * among all classes. A single column stands for class 1 of two.
 */
export function smoothLabels({ rows, classes, share, y }: Operands<'smoothLabels'>): void {
  const spread = share / classCount(classes)
  for (let i = 0; i < rows * classes; i++) y[i] = y[i] * (1 - share) + spread
}
