/**
 * Exponentials and logarithms made of additions, multiplications and divisions alone. IEEE 754 defines those to the last
 * bit, and Math.exp and Math.log not at all: with these, a seed gives the same bits on every machine.
 */

const log2e = Math.LOG2E
// ln 2 in two parts: the first has 32 trailing zero bits, so that k times it is exact.
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10
const smallest = -1074
const powersOfTwo = Float64Array.from({ length: 1 - smallest }, (_, i) => 2 ** (i + smallest))

/**
 * exp(x) for x <= 0; 0 below -745 and NaN for NaN. x = k ln 2 + r with |r| <= ln 2 / 2, and exp(x) = 2^k exp(r) by the
 * Taylor series of degree 13, whose truncation error is below 1e-17.
 */
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

// 2 artanh(t) = 2 (t + t^3/3 + t^5/5 + ...); for |t| <= 1/3 the terms left out are below 1e-17.
const reciprocals = Float64Array.from({ length: 18 }, (_, i) => 1 / (2 * i + 1))

function twiceArtanh(t: number): number {
  const square = t * t
  let sum = 0
  for (let i = 17; i >= 0; i--) sum = sum * square + reciprocals[i]
  return 2 * t * sum
}

/** ln(1 + x) for x from 0 to 1, exact to the last bits for small x too. */
export function log1p(x: number): number {
  return twiceArtanh(x / (2 + x))
}

/** ln(x) for x from 2^-1022 to 1. */
export function log(x: number): number {
  let exponent = 0
  while (x < Math.SQRT1_2) {
    x *= 2
    exponent--
  }
  return exponent * Math.LN2 + twiceArtanh((x - 1) / (x + 1))
}
