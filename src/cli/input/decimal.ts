import type { Network } from '../../index.js'

/** What decimals consist of: Number() takes other texts too, the empty one among them. */
const decimal = /^[\d.eE+-]+$/

/** The number that a text is, as the readers of tables have it; NaN where it is none ("", "0x10", "Infinity"). */
export function parseDecimal(text: string): number {
  return decimal.test(text) ? Number(text) : Number.NaN
}

/** What was expected in place of a value that the network cannot take, or undefined where it can. */
export function expectedFor(value: unknown, dtype: Network['dtype']): string | undefined {
  if (typeof value !== 'number' || Number.isNaN(value)) return 'a number'
  return Number.isFinite(dtype === 'float32' ? Math.fround(value) : value) ? undefined : `a number that ${dtype} holds`
}
