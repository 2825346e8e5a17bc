const point = 0x2e
const plus = 0x2b
const minus = 0x2d

/** The powers of ten that float64 represents exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
const maxPower = powersOfTen.length - 1
/** A whole number with this many digits is always below 2^53, so float64 represents it exactly. */
const exactDigits = 15
/** A whole number with this many digits can always be represented exactly as the sum of two float64 values. */
const maxDigits = 19

/**
 * Parses the number that starts at index `from` of `bytes` and ends before index `to`. The number may have a sign, an
 * exponent and a decimal mark, which is the byte `decimal`. Returns exactly the value that Number() returns for the
 * number with a point. Returns NaN if the text is something else, for example "", "0x10", "NaN", "Infinity" or " 1".
 *
 * A number with few digits and a small exponent is computed as a whole number multiplied or divided by a power of ten.
 * Float64 represents the whole number and the power exactly, so the result is rounded only once and is correct (W. D.
 * Clinger, "How to read floating point numbers accurately", 1990). Other numbers are computed by `divideTwo` or
 * Number().
 */
export function parseNumber(bytes: Buffer, from: number, to: number, decimal = point): number {
  let at = from
  const negative = bytes[at] === minus
  if (negative || bytes[at] === plus) at++
  // `head` has the first 15 significant digits, `tail` the digits after the first 15.
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
      // Count zeros as significant digits only when a digit other than 0 follows. So 1.000000000000000000 has one
      // significant digit.
      if (digit === 0) {
        zeros++
        continue
      }
      if (significant === 0) zeros = 0
      for (; zeros >= 0; zeros--) {
        const next = zeros === 0 ? digit : 0
        if (significant < exactDigits) head = 10 * head + next
        else if (significant < maxDigits) tail = 10 * tail + next
        significant++
      }
      zeros = 0
    } else if (bytes[at] === decimal && !afterPoint) afterPoint = true
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
  if (exponent >= -maxPower && exponent <= maxPower) {
    if (significant <= exactDigits) value = exponent < 0 ? head / powersOfTen[-exponent] : head * powersOfTen[exponent]
    else if (significant <= maxDigits && exponent <= 0) {
      value = divideTwo(head, powersOfTen[significant - exactDigits], tail, powersOfTen[-exponent])
    }
  }
  if (Number.isNaN(value)) {
    return Number(bytes.toString('latin1', from, to).replace(String.fromCharCode(decimal), '.'))
  }
  return negative ? -value : value
}

/**
 * The multiplier in Dekker's method for splitting a float64 into two parts of at most 26 bits. The product of two such
 * parts is exact.
 */
const splitter = 2 ** 27 + 1

/**
 * Returns `(head * power + tail) / divisor`, rounded once. Returns NaN if the correct rounding is uncertain. All
 * arguments are whole numbers, and `head * power + tail` is below 2^64.
 *
 * The numerator and the quotient are each computed as the sum of two float64 values (T. J. Dekker, "A floating-point
 * technique for extending the available precision", Numerische Mathematik 18, 1971). The numerator is exact. The
 * quotient has a small error, and the function returns NaN if this error could change the rounding.
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

/** Returns the exact product of `a` and `b`, minus their rounded product, which is `product`. */
function productError(a: number, b: number, product: number): number {
  const scaledA = splitter * a
  const highA = scaledA - (scaledA - a)
  const lowA = a - highA
  const scaledB = splitter * b
  const highB = scaledB - (scaledB - b)
  const lowB = b - highB
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB
}

/** Parses an exponent, such as "e-5", and returns its value. Returns NaN for any other text. */
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
    // Limit the exponent so that it stays finite. The result does not change, because parseNumber leaves numbers with
    // such large exponents to Number().
    power = Math.min(10 * power + digit, 1e9)
  }
  return negative ? -power : power
}
