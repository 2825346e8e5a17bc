import type { DecimalMark } from '../../base/delimiters.js'
import type { Network } from '../../index.js'

/** Matches texts that contain only characters of decimal numbers. Number() alone would also accept an empty text. */
const decimal = /^[\d.eE+-]+$/

/**
 * Parses a decimal number. The texts "true" and "false" are 1 and 0, in any case of letters. Returns NaN for any other
 * text, such as "", "0x10" or "Infinity". With a decimal comma, a text with a point is not a number.
 */
export function parseDecimal(text: string, mark: DecimalMark = '.'): number {
  if (/^(true|false)$/i.test(text)) return Number(text.toLowerCase() === 'true')
  if (mark === ',' && text.includes('.')) return Number.NaN
  const number = text.replace(mark, '.')
  return decimal.test(number) ? Number(number) : Number.NaN
}

/**
 * Returns a description of valid values for an error message, such as "a number". Returns undefined if `value` is
 * valid.
 */
export function expectedFor(value: unknown, dtype: Network['dtype'], mark: DecimalMark = '.'): string | undefined {
  if (typeof value === 'boolean') return undefined
  if (typeof value !== 'number' || Number.isNaN(value))
    return mark === '.' ? 'a number' : 'a number with a decimal comma'
  return Number.isFinite(dtype === 'float32' ? Math.fround(value) : value) ? undefined : `a number that ${dtype} holds`
}
