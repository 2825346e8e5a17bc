/** Writes a number with at most four significant digits and with separators between thousands. */
export function formatNumber(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return String(value)
  if (size > 0 && (size < 1e-4 || size >= 1e10)) return Number(value.toPrecision(4)).toExponential().replace('e+', 'e')
  if (size >= 1000) return value.toLocaleString('en-US', { maximumFractionDigits: 0 })
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 })
}
