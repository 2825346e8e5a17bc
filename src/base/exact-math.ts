/**
 * Computes exponentials and logarithms with only addition, multiplication and division. IEEE 754 defines the results of
 * these operations to the last bit, but not the results of exp and log. So the functions below return the same bits on
 * every machine.
 */

const log2e = Math.LOG2E
// ln 2 is the sum of two parts. The first part has 32 trailing zero bits, so that its product with an integer k is
// exact.
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10
// The smallest exponent that `expOfNegative` needs. 2^-1075 rounds to 0.
const minExponent = -1075
const powersOfTwo = Float64Array.from({ length: 1 - minExponent }, (_, i) => 2 ** (i + minExponent))

/** Computes exp(r) - 1 for |r| <= ln 2 / 2 by the Taylor series of degree 13. Its truncation error is below 1e-17. */
function expm1OfSmall(r: number): number {
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
  return p * r
}

/**
 * Computes exp(x) for x <= 0. Returns 0 for x below -745, and NaN for NaN. It splits x into k ln 2 + r, where k is an
 * integer and |r| is at most half of ln 2. Then exp(x) = 2^k exp(r).
 */
export function expOfNegative(x: number): number {
  if (!(x >= -745)) return x < -745 ? 0 : x
  const k = Math.floor(x * log2e + 0.5)
  return (expm1OfSmall(x - k * ln2High - k * ln2Low) + 1) * powersOfTwo[k - minExponent]
}

/**
 * Computes exp(x) - 1 for x <= 0, accurate to the last bits even near 0. It splits x into k ln 2 + r like
 * `expOfNegative`, and returns 2^k (exp(r) - 1) + (2^k - 1).
 */
export function expm1OfNegative(x: number): number {
  if (!(x >= -40)) return x < -40 ? -1 : x
  const k = Math.floor(x * log2e + 0.5)
  const power = powersOfTwo[k - minExponent]
  return power * expm1OfSmall(x - k * ln2High - k * ln2Low) + (power - 1)
}

/** Computes 2 artanh(t) = 2 (t + t^3/3 + t^5/5 + ...). For |t| <= 1/3, the omitted terms are below 1e-17. */
function twiceArtanh(t: number): number {
  const square = t * t
  let sum = 1 / 35
  sum = sum * square + 1 / 33
  sum = sum * square + 1 / 31
  sum = sum * square + 1 / 29
  sum = sum * square + 1 / 27
  sum = sum * square + 1 / 25
  sum = sum * square + 1 / 23
  sum = sum * square + 1 / 21
  sum = sum * square + 1 / 19
  sum = sum * square + 1 / 17
  sum = sum * square + 1 / 15
  sum = sum * square + 1 / 13
  sum = sum * square + 1 / 11
  sum = sum * square + 1 / 9
  sum = sum * square + 1 / 7
  sum = sum * square + 1 / 5
  sum = sum * square + 1 / 3
  sum = sum * square + 1
  return 2 * t * sum
}

/** Computes ln(1 + x) for x from 0 to 1, accurate to the last bits even near 0. */
export function log1p(x: number): number {
  return twiceArtanh(x / (2 + x))
}

/** Computes ln(x) for x from 2^-1022 to 1. */
export function log(x: number): number {
  let exponent = 0
  while (x < Math.SQRT1_2) {
    x *= 2
    exponent--
  }
  return exponent * Math.LN2 + twiceArtanh((x - 1) / (x + 1))
}

// Coefficients of rational approximations of erf and erfc, from FreeBSD's s_erf.c (Sun Microsystems, 1993). Each pair
// is a numerator and a denominator, with the highest power first. In its range, each ratio has an error below 1 ulp.
const erfSmall = [
  [-2.3763016656650163e-5, -5.770270296489442e-3, -2.848174957559851e-2, -3.250421072470015e-1, 1.2837916709551256e-1],
  [-3.960228278775368e-6, 1.3249473800432164e-4, 5.081306281875766e-3, 6.502224998876729e-2, 3.9791722395915535e-1, 1],
]
const erfNearOne = [
  [
    -2.1663755948687908e-3, 3.547830432561824e-2, -1.1089469428239668e-1, 3.183466199011618e-1, -3.7220787603570132e-1,
    4.1485611868374833e-1, -2.3621185607526594e-3,
  ],
  [
    1.1984499846799107e-2, 1.3637083912029051e-2, 1.2617121980876164e-1, 7.182865441419627e-2, 0.540397917702171,
    1.0642088040084423e-1, 1,
  ],
]
const erfcMiddle = [
  [
    -9.814329344169145, -81.2874355063066, -184.60509290671104, -162.39666946257347, -62.375332450326006,
    -10.558626225323291, -6.938585727071818e-1, -9.864944034847148e-3,
  ],
  [
    -6.0424415214858099e-2, 6.570249770319282, 108.63500554177944, 429.00814002756783, 645.3872717332679,
    434.56587747522923, 137.65775414351904, 19.651271667439257, 1,
  ],
]
const erfcFar = [
  [
    -483.5191916086514, -1025.0951316110772, -637.5664433683896, -160.63638485582192, -17.757954917754752,
    -7.99283237680523e-1, -9.864942924700099e-3,
  ],
  [
    -22.440952446585818, 474.52854120695537, 2553.0504064331644, 3199.8582195085955, 1536.729586084437,
    325.79251299657392, 30.338060743482458, 1,
  ],
]
const erfOfOne = 0.8450629115104675

function ratio([above, below]: readonly (readonly number[])[], x: number): number {
  let p = 0
  for (const coefficient of above) p = p * x + coefficient
  let q = 0
  for (const coefficient of below) q = q * x + coefficient
  return p / q
}

/**
 * Computes the standard normal distribution function at z, which is erfc(-z / sqrt 2) / 2. The relative error of the
 * result is small even for very negative z.
 */
export function normalCdf(z: number): number {
  const x = Math.abs(z) * Math.SQRT1_2
  if (x < 0.84375) {
    const half = 0.5 * (x + x * ratio(erfSmall, x * x))
    return z < 0 ? 0.5 - half : 0.5 + half
  }
  if (x < 1.25) {
    const half = 0.5 * (erfOfOne + ratio(erfNearOne, x - 1))
    return z < 0 ? 0.5 - half : 0.5 + half
  }
  if (x < 28) {
    // exp(-x^2) would magnify the rounding error of x^2. So x^2 is computed as high^2 - (high - x) (high + x). `high`
    // has few bits, so high^2 is exact.
    const high = Math.fround(x)
    const tail = ratio(x < 1 / 0.35 ? erfcMiddle : erfcFar, 1 / (x * x))
    const half = (0.5 * expOfNegative(-high * high - 0.5625) * exponentialOf((high - x) * (high + x) + tail)) / x
    return z < 0 ? half : 1 - half
  }
  return z < 0 ? 0 : z > 0 ? 1 : z
}

/** Computes exp(x) for small x of either sign. */
function exponentialOf(x: number): number {
  return x <= 0 ? expOfNegative(x) : 1 / expOfNegative(-x)
}

/** Computes the density of the standard normal distribution at z. */
export function normalDensity(z: number): number {
  return 0.3989422804014327 * expOfNegative(-0.5 * z * z)
}

/**
 * Computes the sine and cosine of an angle from -pi to pi. Unlike Math.sin, it gives the same bits on every machine. It
 * uses the Taylor polynomials of degrees 27 and 28. Their truncation error is below 1e-14 in this range.
 */
export function sineAndCosine(angle: number): { sin: number; cos: number } {
  const square = angle * angle
  let sin = 1
  let cos = 1
  for (let degree = 28; degree >= 2; degree -= 2) {
    cos = 1 - (square / (degree * (degree - 1))) * cos
    if (degree < 28) sin = 1 - (square / (degree * (degree + 1))) * sin
  }
  return { sin: angle * sin, cos }
}
