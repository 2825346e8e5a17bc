import { median } from '../statistics.js'
import type { Ceilings, Level } from './ceilings.js'
import type { StepWork } from './work.js'

/** A case under its roof. Figures are medians of the rounds; operations and bytes are of a step. */
export interface Place {
  readonly name: string
  readonly work: StepWork
  /** Examples a second. */
  readonly rate: number
  readonly operationsPerExample: number
  /** Floating-point operations for a byte. */
  readonly intensity: number
  /** Floating-point operations a second. */
  readonly attained: number
  /** The level of memory that holds the whole step. */
  readonly level: Level
  /** What the machine would allow: the lower of its peak and what the level's bytes feed. */
  readonly roof: number
  /** The median of attained / roof within a round: what slows the whole machine slows both. */
  readonly share: number
}

/** The lower of the peak and of what bytes at a bandwidth feed. */
export function roofOf(intensity: number, peak: number, bandwidth: number): number {
  return Math.min(peak, intensity * bandwidth)
}

/** @param rates examples a second of each round, which the ceilings are of too */
export function placeUnderRoof(
  { name, batchSize }: { readonly name: string; readonly batchSize: number },
  work: StepWork,
  levels: readonly Level[],
  rates: readonly number[],
  ceilings: readonly Ceilings[],
): Place {
  const which = levels.findIndex(({ holds }) => work.footprint <= holds)
  const intensity = work.operations / work.bytes
  const operationsPerExample = work.operations / batchSize
  const attained = rates.map((rate) => rate * operationsPerExample)
  const roofs = ceilings.map(({ peak, bandwidths }) => roofOf(intensity, peak, bandwidths[which]))
  return {
    name,
    work,
    rate: median(rates),
    operationsPerExample,
    intensity,
    attained: median(attained),
    level: levels[which],
    roof: median(roofs),
    share: median(attained.map((rate, i) => rate / roofs[i])),
  }
}
