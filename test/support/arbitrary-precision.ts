/**
 * Elementary functions in integer arithmetic, as a reference for those of the library. The bigint x * 2^1280 stands for
 * a number x. So even the smallest subnormal number, 2^-1074, has 206 bits after its first one.
 */
const places = 1280n
export const one = 1n << places

export const multiply = (a: bigint, b: bigint): bigint => (a * b) >> places
const divide = (a: bigint, b: bigint): bigint => (a << places) / b
export const abs = (a: bigint): bigint => (a < 0n ? -a : a)

const cell = new DataView(new ArrayBuffer(8))

/** Converts a finite float64 number without rounding. */
export function fixed(x: number): bigint {
  cell.setFloat64(0, Math.abs(x))
  const bits = cell.getBigUint64(0)
  const exponent = bits >> 52n
  const significand = (bits & (2n ** 52n - 1n)) | (exponent > 0n ? 2n ** 52n : 0n)
  const magnitude = significand << ((exponent || 1n) - 1075n + places)
  return x < 0 ? -magnitude : magnitude
}

/** Returns the number of bits of a positive integer. */
function bitLength(a: bigint): number {
  const digits = a.toString(16)
  return 4 * digits.length - (Math.clz32(Number.parseInt(digits[0], 16)) - 28)
}

const formats = {
  float32: { digits: 24, smallest: -149 },
  float64: { digits: 53, smallest: -1074 },
}

/** Returns the place value of the last digit of a number of this size, as a power of 2: -52 for 1 in float64. */
export function lastPlace(size: bigint, dtype: keyof typeof formats): number {
  const { digits, smallest } = formats[dtype]
  return size === 0n ? smallest : Math.max(smallest, bitLength(abs(size)) - Number(places) - digits)
}

/** Returns |found - exact| * 2^-exponent. If `found` is not finite, the result is infinity. */
export function distance(found: number, exact: bigint, exponent: number): number {
  if (!Number.isFinite(found)) return Number.POSITIVE_INFINITY
  // 32 bits after the point are enough for a distance.
  return Number((abs(fixed(found) - exact) << 32n) >> BigInt(exponent + Number(places))) / 2 ** 32
}

/** Returns the sum of `first` and the terms that follow from it: the next one is `next(term, n)`, for n = 1, 2, ... */
function series(first: bigint, next: (term: bigint, n: bigint) => bigint): bigint {
  let sum = 0n
  for (let [term, n] = [first, 1n]; term !== 0n; n++) {
    sum += term
    term = next(term, n)
  }
  return sum
}

/** Returns artanh(t) = t + t^3 / 3 + t^5 / 5 + ... for |t| < 1. */
function artanh(t: bigint): bigint {
  const square = multiply(t, t)
  let sum = 0n
  for (let [power, n] = [t, 1n]; power / n !== 0n; power = multiply(power, square), n += 2n) sum += power / n
  return sum
}

const ln2 = 2n * artanh(one / 3n)
/** exp(-1000) is 2^-1442, which is 0 here. */
const smallestExponent = -1000n << places

/** Returns a function that computes each value once, because several functions and several tests need it. */
function once<Result>(compute: (x: bigint) => Result): (x: bigint) => Result {
  // The keys are texts, because V8 hashes a bigint by its last bits, which are 0 in most of these numbers.
  const known = new Map<string, Result>()
  return (x) => {
    const key = x.toString(32)
    const result = known.get(key) ?? compute(x)
    known.set(key, result)
    return result
  }
}

/** Computes exp(x) for x up to 1000, as 2^k exp(r / 2^24)^(2^24), where x = k ln 2 + r and |r| is at most ln 2 / 2. */
export const exp = once((x) => {
  if (x < smallestExponent) return 0n
  const k = (2n * x + ln2) / (2n * ln2) - (2n * x + ln2 < 0n ? 1n : 0n)
  const r = x - k * ln2
  const halvings = abs(r) < one >> 24n ? 0n : 24n
  let power = series(one, (term, n) => multiply(term, r >> halvings) / n)
  for (let i = 0n; i < halvings; i++) power = multiply(power, power)
  return k < 0n ? power >> -k : power << k
})

/** Computes ln(x) for x > 0 as k ln 2 + 2 artanh((m - 1) / (m + 1)), where x = 2^k m and m is from 3/4 to 3/2. */
export function log(x: bigint): bigint {
  const k = BigInt(bitLength((x * 4n) / 3n)) - 1n - places
  const m = k < 0n ? x << -k : x >> k
  return k * ln2 + 2n * artanh(divide(m - one, m + one))
}

/** Returns the integer part of the square root of a positive integer, by Newton's method. */
function squareRoot(a: bigint): bigint {
  let root = 1n << BigInt((bitLength(a) + 1) >> 1)
  for (;;) {
    const next = (root + a / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

/** arctan(1 / n) = 1 / n - 1 / (3 n^3) + 1 / (5 n^5) - ... */
function arctanOfInverse(n: bigint): bigint {
  let sum = 0n
  for (let [power, i] = [one / n, 1n]; power !== 0n; power /= -n * n, i += 2n) sum += power / i
  return sum
}

const pi = 16n * arctanOfInverse(5n) - 4n * arctanOfInverse(239n)
const rootOf2Pi = squareRoot((2n * pi) << places)
/** From here on, the tail of the normal distribution is below 2^-1159. */
const normalLimit = 40n << places

/** The density of the standard normal distribution. */
export const normalDensity = (z: bigint): bigint =>
  abs(z) > normalLimit ? 0n : divide(one, multiply(rootOf2Pi, exp(multiply(z, z) / 2n)))

/** The distribution function of the standard normal distribution: 1/2 + phi(z) (z + z^3/3 + z^5/15 + ...). */
export const normalCdf = once((z) => {
  if (abs(z) > normalLimit) return z > 0n ? one : 0n
  const square = multiply(z, z)
  const sum = series(z, (term, n) => multiply(term, square) / (2n * n + 1n))
  return one / 2n + divide(sum, multiply(rootOf2Pi, exp(square / 2n)))
})

export const sigmoid = (x: bigint): bigint => {
  const e = exp(-abs(x))
  return divide(x > 0n ? one : e, one + e)
}

export const tanh = (x: bigint): bigint => {
  const e = exp(-2n * abs(x))
  return (x < 0n ? -1n : 1n) * divide(one - e, one + e)
}

/** ln(1 + exp(x)) */
export const softplus = (x: bigint): bigint => (x > 0n ? x : 0n) + logOfSum(abs(x))

/** tanh(ln(1 + exp(x))) = ((1 + exp(x))^2 - 1) / ((1 + exp(x))^2 + 1) */
export const tanhOfSoftplus = (x: bigint): bigint => {
  const e = exp(-abs(x))
  const [above, rest] = x > 0n ? [one + 2n * e, 2n * multiply(e, e)] : [2n * e + multiply(e, e), 2n * one]
  return divide(above, above + rest)
}

/** ln(1 + exp(-x)) */
const logOfSum = once((x) => log(one + exp(-x)))

/** The sine and cosine by their Taylor series, for small angles. */
export function sineAndCosine(angle: bigint): { sin: bigint; cos: bigint } {
  const square = multiply(angle, angle)
  return {
    sin: series(angle, (term, n) => -multiply(term, square) / (2n * n * (2n * n + 1n))),
    cos: series(one, (term, n) => -multiply(term, square) / (2n * n * (2n * n - 1n))),
  }
}

/** Returns a positive number with the next smaller and the next larger one of its type. */
function around(x: number, dtype: keyof typeof formats): number[] {
  if (dtype === 'float64') {
    cell.setFloat64(0, x)
    const bits = cell.getBigUint64(0)
    return [-1n, 0n, 1n].map((by) => {
      cell.setBigUint64(0, bits + by)
      return cell.getFloat64(0)
    })
  }
  cell.setFloat32(0, x)
  const bits = cell.getUint32(0)
  return [-1, 0, 1].map((by) => {
    cell.setUint32(0, bits + by)
    return cell.getFloat32(0)
  })
}

/**
 * Numbers at which elementary functions could go wrong: each power of 2 with its two neighbors, and the limits in
 * `edges` with theirs. Every number is there with both signs.
 */
export function sweep(dtype: keyof typeof formats, edges: readonly number[]): Float64Array {
  const { smallest } = formats[dtype]
  const largest = dtype === 'float64' ? 1023 : 127
  const powers = Array.from({ length: largest - smallest + 1 }, (_, i) => 2 ** (smallest + i))
  const numbers = [0, ...[...powers, ...edges].flatMap((x) => around(x, dtype))]
  return Float64Array.from([...numbers, ...numbers.map((x) => -x)])
}
