import { expm1OfNegative, expOfNegative, log1p, normalCdf, normalDensity } from '../../base/exact-math.js'
import type { Operands } from './bind.js'
import { largestOf } from './gather.js'

function logistic(x: number): number {
  const e = expOfNegative(x > 0 ? -x : x)
  return (x > 0 ? 1 : e) / (1 + e)
}

/** out = 1 / (1 + exp(-z)), computed from the exponential of -|z|, which cannot overflow. */
export function sigmoid({ count, z, out }: Operands<'sigmoid'>): void {
  for (let i = 0; i < count; i++) out[i] = logistic(z[i])
}

/** delta *= a (1 - a), where `a` is the output */
export function sigmoidBackward({ count, a, delta }: Operands<'sigmoidBackward'>): void {
  for (let i = 0; i < count; i++) delta[i] *= a[i] * (1 - a[i])
}

/** out = tanh(z). For z >= 0, this is -e / (2 + e), where e = exp(-2 z) - 1. For z < 0, it is -tanh(-z). */
export function tanh({ count, z, out }: Operands<'tanh'>): void {
  for (let i = 0; i < count; i++) {
    const x = z[i]
    const e = expm1OfNegative(-2 * Math.abs(x))
    out[i] = (x < 0 ? e : -e) / (2 + e)
  }
}

/** delta *= 1 - a^2, where `a` is the output */
export function tanhBackward({ count, a, delta }: Operands<'tanhBackward'>): void {
  for (let i = 0; i < count; i++) delta[i] *= 1 - a[i] * a[i]
}

/** out = max(0, z); NaN stays NaN */
export function relu({ count, z, out }: Operands<'relu'>): void {
  for (let i = 0; i < count; i++) out[i] = z[i] <= 0 ? 0 : z[i]
}

/** delta *= (1 if a > 0, else 0), where `a` is the output */
export function reluBackward({ count, a, delta }: Operands<'reluBackward'>): void {
  for (let i = 0; i < count; i++) delta[i] = a[i] > 0 ? delta[i] : a[i] <= 0 ? 0 : a[i]
}

/** out = z where z > 0, else 0.01 z */
export function leakyRelu({ count, z, out }: Operands<'leakyRelu'>): void {
  for (let i = 0; i < count; i++) out[i] = z[i] > 0 ? z[i] : 0.01 * z[i]
}

/** delta *= (1 if a > 0, else 0.01), where `a` is the output */
export function leakyReluBackward({ count, a, delta }: Operands<'leakyReluBackward'>): void {
  for (let i = 0; i < count; i++) delta[i] = a[i] > 0 ? delta[i] : a[i] <= 0 ? 0.01 * delta[i] : a[i]
}

/** out = z where z > 0, else exp(z) - 1 */
export function elu({ count, z, out }: Operands<'elu'>): void {
  for (let i = 0; i < count; i++) out[i] = z[i] > 0 ? z[i] : expm1OfNegative(z[i])
}

/** delta *= (1 if a > 0, else a + 1), where `a` is the output */
export function eluBackward({ count, a, delta }: Operands<'eluBackward'>): void {
  for (let i = 0; i < count; i++) delta[i] *= a[i] > 0 ? 1 : a[i] + 1
}

/** The slope of `selu` above 0 (Klambauer and others, 2017). */
const seluAbove = 1.0507009873554805
/** The slope of `selu` just below 0, which is also the distance of its lower limit from 0. */
const seluBelow = 1.7580993408473768

/** out = 1.0507 z where z > 0, else 1.7581 (exp(z) - 1) */
export function selu({ count, z, out }: Operands<'selu'>): void {
  for (let i = 0; i < count; i++) out[i] = z[i] > 0 ? seluAbove * z[i] : seluBelow * expm1OfNegative(z[i])
}

/** delta *= (1.0507 if a > 0, else a + 1.7581), where `a` is the output */
export function seluBackward({ count, a, delta }: Operands<'seluBackward'>): void {
  for (let i = 0; i < count; i++) delta[i] *= a[i] > 0 ? seluAbove : a[i] + seluBelow
}

/** out = z Phi(z), where Phi is the standard normal distribution function. For z = -infinity, out = 0. */
export function gelu({ count, z, out }: Operands<'gelu'>): void {
  for (let i = 0; i < count; i++) out[i] = z[i] < -40 ? 0 : z[i] * normalCdf(z[i])
}

/**
 * delta *= Phi(z) + z phi(z), where Phi is the cumulative distribution function of the standard normal distribution,
 * and phi is its density
 */
export function geluBackward({ count, z, delta }: Operands<'geluBackward'>): void {
  for (let i = 0; i < count; i++) {
    const x = z[i]
    delta[i] *= normalCdf(x) + (Math.abs(x) > 40 ? 0 : x * normalDensity(x))
  }
}

/** out = z sigmoid(z). For z = -infinity, out = 0. */
export function silu({ count, z, out }: Operands<'silu'>): void {
  for (let i = 0; i < count; i++) out[i] = z[i] < -750 ? 0 : z[i] * logistic(z[i])
}

/** delta *= s (1 + z (1 - s)) with s = sigmoid(z) */
export function siluBackward({ count, z, delta }: Operands<'siluBackward'>): void {
  for (let i = 0; i < count; i++) {
    const x = z[i]
    const s = logistic(x)
    delta[i] *= Math.abs(x) > 750 ? s : s * (1 + x * logistic(-x))
  }
}

/**
 * out = z w, where w = tanh(ln(1 + exp(z))). With e = exp(-|z|), w is (1 + 2 e) / (1 + 2 e + 2 e^2) for z > 0, and
 * (2 e + e^2) / (2 + 2 e + e^2) for other z. For z = -infinity, out = 0.
 */
export function mish({ count, z, out }: Operands<'mish'>): void {
  for (let i = 0; i < count; i++) {
    const x = z[i]
    const e = expOfNegative(x > 0 ? -x : x)
    const part = x > 0 ? 1 + 2 * e : e * (2 + e)
    out[i] = x < -750 ? 0 : x * (part / (x > 0 ? part + 2 * e * e : part + 2))
  }
}

/**
 * delta *= w + z w' with w as in `mish`. Its slope w' is (1 - w^2) sigmoid(z), which is 4 e (1 + e) / d^2 times e if
 * z > 0, where d is the denominator of w.
 */
export function mishBackward({ count, z, delta }: Operands<'mishBackward'>): void {
  for (let i = 0; i < count; i++) {
    const x = z[i]
    const e = expOfNegative(x > 0 ? -x : x)
    const part = x > 0 ? 1 + 2 * e : e * (2 + e)
    const d = x > 0 ? part + 2 * e * e : part + 2
    const slope = (4 * e * (x > 0 ? e : 1) * (1 + e)) / (d * d)
    delta[i] *= part / d + (Math.abs(x) > 750 ? 0 : x * slope)
  }
}

/** out = ln(1 + exp(z)) = max(z, 0) + ln(1 + exp(-|z|)) */
export function softplus({ count, z, out }: Operands<'softplus'>): void {
  for (let i = 0; i < count; i++) {
    const x = z[i]
    out[i] = (x > 0 ? x : 0) + log1p(expOfNegative(x > 0 ? -x : x))
  }
}

/** delta *= sigmoid(z) */
export function softplusBackward({ count, z, delta }: Operands<'softplusBackward'>): void {
  for (let i = 0; i < count; i++) delta[i] *= logistic(z[i])
}

/** out = 1 where z > 0, else 0; NaN stays NaN */
export function step({ count, z, out }: Operands<'step'>): void {
  for (let i = 0; i < count; i++) out[i] = z[i] > 0 ? 1 : z[i] <= 0 ? 0 : z[i]
}

// Holds the exponentials of a row, so that each exponential is computed only once. It is float64 for any dtype, so that
// an output is rounded to the dtype only once, after its division by the sum.
let exponentials = new Float64Array(64)

/**
 * For each row of logits z: out = exp(z - m) / (sum of exp(z - m) over the row), where m is the largest logit of the
 * row. If the row contains NaN, all outputs of the row are NaN.
 */
export function softmax({ rows, columns, z, out }: Operands<'softmax'>): void {
  if (columns > exponentials.length) exponentials = new Float64Array(columns)
  for (let r = 0, start = 0; r < rows; r++, start += columns) {
    const largest = largestOf(z, start, columns)
    let sum = 0
    for (let j = 0; j < columns; j++) {
      const e = expOfNegative(z[start + j] - largest)
      exponentials[j] = e
      sum += e
    }
    for (let j = 0; j < columns; j++) out[start + j] = exponentials[j] / sum
  }
}

/**
 * `delta` contains the derivatives of the cost with respect to the softmax outputs `a`. The function converts them to
 * the derivatives with respect to the logits. For each row: delta = a * (delta - s), where s is the sum of a * delta
 * over the row.
 */
export function softmaxBackward({ rows, columns, a, delta }: Operands<'softmaxBackward'>): void {
  for (let r = 0, start = 0; r < rows; r++, start += columns) {
    let sum = 0
    for (let i = start; i < start + columns; i++) sum += a[i] * delta[i]
    for (let i = start; i < start + columns; i++) delta[i] = a[i] * (delta[i] - sum)
  }
}
