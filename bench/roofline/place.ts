import { median } from '../statistics.js'
import type { Ceilings, Level } from './ceilings.js'
import type { StepWork } from './work.js'

/**
 * What the roofline chart shows of a case: its training speed, and the limit of the machine (the roof). The figures are
 * medians over the rounds.
 */
export interface Place {
  readonly name: string
  readonly work: StepWork
  /** The speed of training in examples per second. */
  readonly rate: number
  readonly operationsPerExample: number
  /** The number of floating-point operations for each byte that a training step moves. */
  readonly intensity: number
  /** The speed of training in floating-point operations per second. */
  readonly attained: number
  /** The smallest level of memory into which all data of a step fit. */
  readonly level: Level
  /**
   * The limit of the machine in floating-point operations per second. It is the lower of two speeds: the peak speed of
   * sgemm, and the speed that the bandwidth of `level` allows.
   */
  readonly roof: number
  /**
   * The training speed divided by the limit of the machine, as the median over the rounds. Speed and limit come from
   * the same round, because a busy machine makes both lower.
   */
  readonly share: number
}

/**
 * Returns the limit of the machine in floating-point operations per second. It is the lower of two speeds: the peak
 * speed of sgemm, and the speed that the memory bandwidth allows.
 */
export function roofOf(intensity: number, peak: number, bandwidth: number): number {
  return Math.min(peak, intensity * bandwidth)
}

/**
 * Returns what the roofline chart shows of a case: its training speed, and the limit of the machine (the roof).
 *
 * @param rates the training speed in each round, in examples per second
 * @param ceilings the limits of the machine in the same rounds
 */
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
