import type { Network } from '../../index.js'

/** Matches texts that contain only characters of decimal numbers. Number() alone would also accept an empty text. */
const decimal = /^[\d.eE+-]+$/

/** Parses a decimal number. Returns NaN for any other text, such as "", "0x10" or "Infinity". */
export function parseDecimal(text: string): number {
  return decimal.test(text) ? Number(text) : Number.NaN
}

/**
 * Returns a description of valid values for an error message, such as "a number". Returns undefined if `value` is
 * valid.
 */
export function expectedFor(value: unknown, dtype: Network['dtype']): string | undefined {
  if (typeof value !== 'number' || Number.isNaN(value)) return 'a number'
  return Number.isFinite(dtype === 'float32' ? Math.fround(value) : value) ? undefined : `a number that ${dtype} holds`
}
