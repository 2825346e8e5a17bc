import type { Operands } from './bind.js'

// exp is our own, of additions and multiplications only, so that every machine computes the same bits: x = k ln 2 + r with
// |r| <= ln 2 / 2, and exp(x) = 2^k exp(r) by the Taylor series of degree 13 (truncation error below 1e-17).
const log2e = Math.LOG2E
// ln 2 in two parts: the first has 32 trailing zero bits, so that k times it is exact.
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10
const smallest = -1074
const powersOfTwo = Float64Array.from({ length: 1 - smallest }, (_, i) => 2 ** (i + smallest))

/** exp(x) for x <= 0; 0 below -745 and NaN for NaN. */
export function expOfNegative(x: number): number {
  if (!(x >= -745)) return x < -745 ? 0 : x
  const k = Math.floor(x * log2e + 0.5)
  const r = x - k * ln2High - k * ln2Low
  let p = 1 / 6227020800
  p = p * r + 1 / 479001600
  p = p * r + 1 / 39916800
  p = p * r + 1 / 3628800
  p = p * r + 1 / 362880
  p = p * r + 1 / 40320
  p = p * r + 1 / 5040
  p = p * r + 1 / 720
  p = p * r + 1 / 120
  p = p * r + 1 / 24
  p = p * r + 1 / 6
  p = p * r + 0.5
  p = p * r + 1
  p = p * r + 1
  return p * powersOfTwo[k - smallest]
}

/** out = 1 / (1 + exp(-z)), by the exponential of a number that is never positive, so that nothing overflows. */
export function sigmoid({ count, z, out }: Operands<'sigmoid'>): void {
  for (let i = 0; i < count; i++) {
    const x = z[i]
    const e = expOfNegative(x > 0 ? -x : x)
    out[i] = (x > 0 ? 1 : e) / (1 + e)
  }
}

/** delta *= a (1 - a) */
export function sigmoidBackward({ count, a, delta }: Operands<'sigmoidBackward'>): void {
  for (let i = 0; i < count; i++) delta[i] *= a[i] * (1 - a[i])
}

/** out = a - b */
export function subtract({ count, a, b, out }: Operands<'subtract'>): void {
  for (let i = 0; i < count; i++) out[i] = a[i] - b[i]
}

/** out (rows x columns) += bias (columns) */
export function addBias({ rows, columns, bias, out }: Operands<'addBias'>): void {
  for (let r = 0, i = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++, i++) out[i] += bias[j]
  }
}
