/** Returns a number for the reader: three significant digits, the minus sign of typography, and powers of ten if needed. */
export function showNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '−∞' : '∞'
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude < 0.001 || magnitude >= 100_000)) {
    const [digits, exponent] = magnitude.toExponential(1).split('e')
    return `${value < 0 ? '−' : ''}${digits}·10${superscript(Number(exponent))}`
  }
  const rounded = Number(magnitude.toPrecision(3))
  return `${value < 0 && rounded !== 0 ? '−' : ''}${rounded}`
}

function superscript(exponent: number): string {
  return [...String(exponent)].map((sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)])).join('')
}
