import { expOfNegative, log, log1p } from '../../base/exact-math.js'
import type { FloatArray } from '../../base/memory.js'
import type { Operands } from './bind.js'
import { argmax } from './gather.js'

/**
 * A row's logits with the largest set apart. Its output a comes so close to 1 that 1 - a, taken as a difference, would be
 * rounding or 0: the others are summed up by themselves, and with the largest of them taken off, so that neither the sum nor
 * its logarithm vanishes however far behind they are.
 */
interface Apart {
  /** The place of the largest logit; the first of equal ones. */
  readonly at: number
  readonly largest: number
  /** The largest of the others. */
  readonly second: number
  /** Sum of exp(z - second) over the others: from 1 to their number. */
  readonly others: number
  /** exp(second - largest) */
  readonly behind: number
  /** Sum of exp(z - largest) over the others, which is (1 - a) / a: 0 where they are far behind. */
  readonly rest: number
}

function setLargestApart(z: FloatArray, start: number, columns: number): Apart {
  const at = start + argmax(z, start, columns)
  const largest = z[at]
  let second = Number.NEGATIVE_INFINITY
  for (let i = start; i < start + columns; i++) if (i !== at && z[i] > second) second = z[i]
  let others = 0
  for (let i = start; i < start + columns; i++) if (i !== at) others += expOfNegative(z[i] - second)
  const behind = expOfNegative(second - largest)
  return { at, largest, second, others, behind, rest: behind * others }
}

/** ln(1 + x) for x >= 0 */
function logOfOnePlus(x: number): number {
  return x <= 1 ? log1p(x) : -log(1 / (1 + x))
}

/**
 * sum += weights sum(-y ln a - (1 - y) ln(1 - a)) with a = softmax(z), of two columns or more. -ln a = m - z + ln(sum of
 * exp(z - m)), m the largest logit, and -ln(1 - a) = ln(1 + a / (1 - a)), where a / (1 - a) is at most 1 but for the largest.
 */
export function softmaxCrossEntropyCost(operands: Operands<'softmaxCrossEntropyCost'>): void {
  const { rows, columns, weights, z, y, sum } = operands
  let total = 0
  for (let r = 0, start = 0; r < rows; r++, start += columns) {
    const { at, largest, second, others, rest } = setLargestApart(z, start, columns)
    const logSum = logOfOnePlus(rest)
    const ofLargest = rest < 1 ? logSum + (largest - second) + log(1 / others) : log1p(1 / rest)
    let ofRow = y[at] * logSum + (1 - y[at]) * ofLargest
    for (let i = start; i < start + columns; i++) {
      if (i === at) continue
      const e = expOfNegative(z[i] - largest)
      ofRow += y[i] * (logSum + (largest - z[i])) + (1 - y[i]) * log1p(e / (1 + rest - e))
    }
    total += weights[r] * ofRow
  }
  sum[0] += total
}

/**
 * out = h - a (sum of the row's h) with h = (a - y) / (1 - a) = (1 - y) a / (1 - a) - y, of two columns or more. The largest
 * output's a / (1 - a) may overflow; in the errors of the others it stands times a, and a / (1 - a of the largest) is their
 * share of the sum without it. The row's errors add up to 0, whatever y does: that gives the largest output's.
 */
export function softmaxCrossEntropyBackward(operands: Operands<'softmaxCrossEntropyBackward'>): void {
  const { rows, columns, z, y, out } = operands
  for (let r = 0, start = 0; r < rows; r++, start += columns) {
    const { at, second, others, behind, rest } = setLargestApart(z, start, columns)
    // Minus the sum of h, without what the largest output's a / (1 - a) gives.
    let balance = y[at]
    for (let i = start; i < start + columns; i++) {
      if (i === at) continue
      const e = expOfNegative(z[i] - second)
      const f = behind * e
      balance += y[i] - ((1 - y[i]) * f) / (1 + rest - f)
      out[i] = e
    }
    const ofLargest = (1 - y[at]) / (1 + rest) / others
    let total = 0
    for (let i = start; i < start + columns; i++) {
      if (i === at) continue
      const e = out[i]
      const f = behind * e
      const error = ((1 - y[i]) * f) / (1 + rest - f) - y[i] + (f / (1 + rest)) * balance - e * ofLargest
      total += error
      out[i] = error
    }
    out[at] = -total
  }
}
