const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/**
 * Returns a number with a few significant digits, as a reader expects it: -0.0123 with a true minus sign, and
 * 4.56 × 10⁻⁷ where a decimal fraction would have many zeros.
 */
export function numberText(value: number, digits = 3): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : '∞'
  if (value === 0) return '0'
  const [mantissa, exponent] = Math.abs(value)
    .toExponential(digits - 1)
    .split('e')
  const power = Number(exponent)
  const sign = value < 0 ? '−' : ''
  if (power >= -3 && power < 6) return sign + Number(`${mantissa}e${power}`).toFixed(Math.max(0, digits - 1 - power))
  return `${sign}${mantissa} × 10${powerText(power)}`
}

/** Returns a number as `numberText` does, without the zeros at its end: 0.5 and not 0.500. */
export function shortNumberText(value: number): string {
  const [decimal, power] = numberText(value).split(' × ')
  const short = decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal
  return power === undefined ? short : `${short} × ${power}`
}

/** Returns an exponent in superscript digits. */
export function powerText(power: number): string {
  const digits = [...String(Math.abs(power))].map((digit) => superscripts[Number(digit)]).join('')
  return power < 0 ? `⁻${digits}` : digits
}
