const point = 0x2e
const plus = 0x2b
const minus = 0x2d

/** The powers of ten that a float64 holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
const largestPower = powersOfTen.length - 1
/** As many digits as a float64 holds whatever they are: all below 2^53. */
const exactDigits = 15
/** As many as two float64 hold whose sum they are, with room to spare. */
const mostDigits = 19

/**
 * The number that `bytes` from `from` up to and without `to` are: a sign, digits with a point anywhere, an exponent. It is
 * what Number() of the text is, bit by bit; NaN where it is no such number ("", "0x10", "NaN", "Infinity" and " 1" are none).
 *
 * A number of few digits and a small exponent is a whole number times or over a power of ten, both exact, so that one
 * rounding gives the right result (W. D. Clinger, "How to read floating point numbers accurately", 1990).
 */
export function parseNumber(bytes: Buffer, from: number, to: number): number {
  let at = from
  const negative = bytes[at] === minus
  if (negative || bytes[at] === plus) at++
  // The first 15 digits that count, and those after them.
  let head = 0
  let tail = 0
  let significant = 0
  let zeros = 0
  let exponent = 0
  let digits = 0
  let afterPoint = false
  for (; at < to; at++) {
    const digit = bytes[at] ^ 0x30
    if (digit < 10) {
      digits++
      if (afterPoint) exponent--
      // Held back until another digit follows: 1.000000000000000000 has one digit that counts.
      if (digit === 0) {
        zeros++
        continue
      }
      if (significant === 0) zeros = 0
      for (; zeros >= 0; zeros--) {
        const next = zeros === 0 ? digit : 0
        if (significant < exactDigits) head = 10 * head + next
        else if (significant < mostDigits) tail = 10 * tail + next
        significant++
      }
      zeros = 0
    } else if (bytes[at] === point && !afterPoint) afterPoint = true
    else break
  }
  if (digits === 0) return Number.NaN
  if (at < to) {
    const power = parseExponent(bytes, at, to)
    if (Number.isNaN(power)) return power
    exponent += power
  }
  if (significant === 0) return negative ? -0 : 0
  exponent += zeros
  let value = Number.NaN
  if (exponent >= -largestPower && exponent <= largestPower) {
    if (significant <= exactDigits) value = exponent < 0 ? head / powersOfTen[-exponent] : head * powersOfTen[exponent]
    else if (significant <= mostDigits && exponent <= 0) {
      value = divideTwo(head, powersOfTen[significant - exactDigits], tail, powersOfTen[-exponent])
    }
  }
  if (Number.isNaN(value)) return Number(bytes.toString('latin1', from, to))
  return negative ? -value : value
}

/** Splits a float64 into two halves of 26 bits, of which products are exact. */
const splitter = 2 ** 27 + 1

/**
 * (head * power + tail) / divisor, rounded once, or NaN where it is too near the middle between two float64 to tell. All
 * are whole numbers, head * power + tail below 2^64. The numerator is the exact sum of two float64; so is the quotient but
 * for an error that leaves its rounding in no doubt (T. J. Dekker, "A floating-point technique for extending the available
 * precision", Numerische Mathematik 18, 1971).
 */
function divideTwo(head: number, power: number, tail: number, divisor: number): number {
  const product = head * power
  const error = productError(head, power, product) + tail
  const high = product + error
  const low = error - (high - product)
  const quotient = high / divisor
  const back = quotient * divisor
  const rest = high - back - productError(quotient, divisor, back) + low
  const correction = rest / divisor
  const value = quotient + correction * (1 + 2 ** -50)
  return value === quotient + correction * (1 - 2 ** -50) ? value : Number.NaN
}

/** What was rounded off from the product of two float64. */
function productError(a: number, b: number, product: number): number {
  const scaledA = splitter * a
  const highA = scaledA - (scaledA - a)
  const lowA = a - highA
  const scaledB = splitter * b
  const highB = scaledB - (scaledB - b)
  const lowB = b - highB
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB
}

/** What follows the digits: "e", a sign and digits. NaN where it is something else. */
function parseExponent(bytes: Buffer, from: number, to: number): number {
  let at = from
  if ((bytes[at++] | 0x20) !== 0x65) return Number.NaN
  const negative = bytes[at] === minus
  if (negative || bytes[at] === plus) at++
  if (at >= to) return Number.NaN
  let power = 0
  for (; at < to; at++) {
    const digit = bytes[at] ^ 0x30
    if (digit > 9) return Number.NaN
    // More is infinite or 0 whatever the digits before it, and Number() is what says so.
    power = Math.min(10 * power + digit, 1e9)
  }
  return negative ? -power : power
}
