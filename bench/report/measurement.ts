import { median } from '../statistics.js'

/** The figures of one contender, such as a backend or a library, in one benchmark case. */
export interface Measurement {
  readonly part: 'kernels' | 'training' | 'inference'
  readonly case: string
  readonly contender: string
  /** The unit of the main figure, such as 'examples/s'. */
  readonly unit: string
  readonly better: 'more' | 'less'
  /** The main figure of each round. */
  readonly rounds: readonly number[]
  /** Further figures by name. Each name includes the unit. */
  readonly others?: Readonly<Record<string, number | string>>
}

export function medianOf({ rounds }: Measurement): number {
  return median(rounds)
}

/** Returns the speed of `one` divided by the speed of `other`. */
export function speedAgainst(one: Measurement, other: Measurement): number {
  return one.better === 'more' ? medianOf(one) / medianOf(other) : medianOf(other) / medianOf(one)
}

/** Formats a number of threads, as in "one thread" or "2 threads". */
export function nameThreads(threads: number): string {
  return threads === 1 ? 'one thread' : `${threads} threads`
}

export interface Refusal {
  readonly contender: string
  /** The case that the contender is left out of, or 'does not run' if it is left out of all cases. */
  readonly where: string
  readonly reason: string
}

export interface Report {
  readonly machine: Readonly<Record<string, string>>
  readonly rounds: number
  /** The number of threads for contenders that can use several threads. */
  readonly threads: number
  readonly data: string
  readonly versions: Readonly<Record<string, string>>
  readonly measurements: readonly Measurement[]
  /** Contenders that could not run or gave a wrong result, and why. */
  readonly refusals: readonly Refusal[]
  readonly notes: readonly string[]
}

/** Groups measurements by case. The cases are in the order in which they were measured. */
export function groupByCase(measurements: readonly Measurement[]): Measurement[][] {
  const groups = new Map<string, Measurement[]>()
  for (const one of measurements) {
    const key = `${one.part} ${one.case}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()]
}
