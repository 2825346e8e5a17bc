import type { Measurement } from './measure.js'
import { type BackendName, backendNames } from './subject.js'

/** The result of measuring the backends `rounds` times. */
export interface Result extends Omit<Measurement, 'speeds'> {
  readonly rounds: number
  /** The median speed of each measured backend, in rows per second. */
  readonly speeds: Readonly<Partial<Record<BackendName, number>>>
  /**
   * The speed of the native backend divided by the speed of the TypeScript backend. If the native backend was not
   * measured, it is the speed of the WebAssembly backend divided by that of TypeScript.
   */
  readonly ratio: number | undefined
}

export function resultOf({ speeds, ...place }: Measurement): Result {
  const medians: Result['speeds'] = Object.fromEntries(
    Object.entries(speeds).map(([name, some]) => [name, median(some)]),
  )
  const { native, wasm, typescript } = medians
  const first = native ?? wasm
  const ratio = first && typescript && first / typescript
  return { ...place, rounds: speeds.typescript?.length ?? 0, speeds: medians, ratio }
}

/** Returns the median. For an even count, it is the mean of the two middle numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
}

/** Returns the names of the measured backends. The ratios compare the first of them with TypeScript. */
export function measuredBackends(results: readonly Result[]): BackendName[] {
  return backendNames.filter((name) => results.some(({ speeds }) => speeds[name] !== undefined))
}

/**
 * Whether the first of the measured backends is slower than another one. Returns false where the ratio of their speeds
 * would be rounded to 1.00.
 */
export function isBeaten({ speeds }: Pick<Result, 'speeds'>): boolean {
  const first = speeds.native ?? speeds.wasm
  return first !== undefined && Object.values(speeds).some((speed) => first / speed < 0.995)
}
