import type { Measurement } from './measure.js'

/** The result of measuring the backends `rounds` times. The speeds are medians, in rows per second. */
export interface Result extends Omit<Measurement, 'speeds'> {
  readonly rounds: number
  /** The speed of the native backend. Undefined if this backend does not load. */
  readonly native: number | undefined
  readonly typescript: number
  /** The speed of the native backend divided by the speed of the TypeScript backend. */
  readonly ratio: number | undefined
}

export function resultOf({ speeds: { native, typescript = [] }, ...place }: Measurement): Result {
  const medians = { native: native && median(native), typescript: median(typescript) }
  const ratio = medians.native && medians.native / medians.typescript
  return { ...place, rounds: typescript.length, ...medians, ratio }
}

/** Returns the median. For an even count, it is the mean of the two middle numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
}

/** Whether the TypeScript backend is faster. Returns false for a ratio that the report rounds to 1.00. */
export function typescriptWins({ ratio }: Pick<Result, 'ratio'>): boolean {
  return ratio !== undefined && ratio < 0.995
}
