import type { Measurement } from './measure.js'

/** What came of a measurement. Speeds are medians over the rounds, in rows a second. */
export interface Result extends Omit<Measurement, 'speeds'> {
  readonly rounds: number
  /** Nothing where the backend was not there. */
  readonly native: number | undefined
  readonly typescript: number
  /** How many times as fast as TypeScript native is. */
  readonly ratio: number | undefined
}

export function resultOf({ speeds: { native, typescript = [] }, ...place }: Measurement): Result {
  const medians = { native: native && median(native), typescript: median(typescript) }
  const ratio = medians.native && medians.native / medians.typescript
  return { ...place, rounds: typescript.length, ...medians, ratio }
}

/** The middle one of some numbers, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
}

/** Whether TypeScript is faster by what the ratio shows when it is printed: half a hundredth is nothing. */
export function typescriptWins({ ratio }: Pick<Result, 'ratio'>): boolean {
  return ratio !== undefined && ratio < 0.995
}
