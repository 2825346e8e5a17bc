import type { Network } from '../../index.js'

/** The characters of decimals. Number() also accepts other texts, such as an empty one. */
const decimal = /^[\d.eE+-]+$/

/** Parses a number as the table readers do; NaN if it is not one ("", "0x10", "Infinity"). */
export function parseDecimal(text: string): number {
  return decimal.test(text) ? Number(text) : Number.NaN
}

/** What an error should say was expected, or undefined if the network can take the value. */
export function expectedFor(value: unknown, dtype: Network['dtype']): string | undefined {
  if (typeof value !== 'number' || Number.isNaN(value)) return 'a number'
  return Number.isFinite(dtype === 'float32' ? Math.fround(value) : value) ? undefined : `a number that ${dtype} holds`
}
