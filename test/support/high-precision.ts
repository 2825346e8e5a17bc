/**
 * Exponentials and logarithms in integers of any size, as multiples of 2^-2800. With this precision the formulas of a book are
 * correct as written; with doubles, nothing would be left of 1 - a.
 */

const bits = 2800n
export const one = 1n << bits

/** The number itself, which must be a multiple of 2^-60. */
export function exactly(x: number): bigint {
  if (!Number.isInteger(x * 2 ** 60)) throw new Error(`${x} must be a multiple of 2^-60`)
  return BigInt(x * 2 ** 60) << (bits - 60n)
}

export const times = (a: bigint, b: bigint): bigint => (a * b) >> bits
export const over = (a: bigint, b: bigint): bigint => (a << bits) / b

/** exp(x) by its series for x / 2^16, squared 16 times. */
export function exp(x: bigint): bigint {
  const small = x >> 16n
  let term = one
  let sum = one
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = times(term, small) / n
    sum += term
  }
  for (let i = 0; i < 16; i++) sum = times(sum, sum)
  return sum
}

/** 2 artanh(t) = 2 (t + t^3 / 3 + t^5 / 5 + ...) */
function twiceArtanh(t: bigint): bigint {
  const square = times(t, t)
  let power = t
  let sum = 0n
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n
    power = times(power, square)
  }
  return 2n * sum
}

const ln2 = twiceArtanh(one / 3n)

/** ln(x) = ln(m) - k ln(2) with x = m 2^-k and m from 1 to 2, for x above 0 and up to 1. */
export function ln(x: bigint): bigint {
  if (x <= 0n) throw new Error('no logarithm: the number is 0, or was rounded to it')
  const k = bits + 1n - BigInt(x.toString(2).length)
  const m = x << k
  return twiceArtanh(over(m - one, m + one)) - k * ln2
}

/** The nearest double or one next to it; 0 for a number far below the smallest double. */
export function toNumber(x: bigint): number {
  const drop = Math.max(0, x.toString(2).length - 64)
  return Number(x >> BigInt(drop)) * 2 ** (drop - Number(bits))
}
