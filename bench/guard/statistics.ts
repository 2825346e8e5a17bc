import { createRandom, type Random } from '#src/base/random'
import { median } from '../statistics.js'

/**
 * The seconds that the same work took in one round: in a process of the base commit, in a second process of the base
 * commit (`again`), and in a process of the head commit.
 */
export interface Round {
  readonly base: number
  readonly again: number
  readonly head: number
}

export interface Judgment {
  /** The head's time divided by the base's time, as the median over the rounds. */
  readonly ratio: number
  /**
   * How much of `ratio` may be chance. This is the larger of two numbers:
   * - how far the 95 % confidence interval of the median of `again / base` extends from 1
   * - how far the 95 % confidence interval of the median of `head / base` extends below `ratio`
   *
   * The second number is large if only some processes of the head were slow.
   */
  readonly noise: number
  /** The ratio above which the head counts as slower. */
  readonly limit: number
  readonly verdict: 'as fast' | 'faster' | 'slower' | 'too noisy'
}

/** The head counts as slower only if it is slower by more than the noise plus this fraction. */
const allowance = 0.05
/** A ratio says nothing if more than this fraction of it may be chance, because other programs keep the machine busy. */
const largestNoise = 0.5
const resamples = 1000

/**
 * Compares the speed of the head with that of the base. Times are compared only within a round, because a busy machine
 * slows all processes of a round. `starts` has an array of rounds for each start of the processes.
 */
export function judge(starts: readonly (readonly Round[])[]): Judgment {
  const ratios = starts.map((rounds) => rounds.map(({ head, base }) => head / base))
  const ratio = median(ratios.flat())
  const [lowest] = intervalOfMedian(ratios)
  const [low, high] = intervalOfMedian(starts.map((rounds) => rounds.map(({ again, base }) => again / base)))
  const noise = Math.max(high - 1, 1 - low, ratio - lowest)
  const limit = 1 + noise + allowance
  return { ratio, noise, limit, verdict: verdictOf(ratio, noise, limit) }
}

function verdictOf(ratio: number, noise: number, limit: number): Judgment['verdict'] {
  if (ratio > limit) return noise > largestNoise * ratio ? 'too noisy' : 'slower'
  return ratio < 1 / limit ? 'faster' : 'as fast'
}

/**
 * Returns the 95 % confidence interval of the median of all values. Each group has the values from one start of the
 * processes. These values are not independent, because a process may stay a few percent slower than another. A
 * two-stage bootstrap is therefore used (Davison and Hinkley, "Bootstrap Methods and their Application", section 3.8).
 * It chooses groups at random, and then chooses values at random from each of these groups.
 */
export function intervalOfMedian(groups: readonly (readonly number[])[]): readonly [number, number] {
  const random = createRandom(1, 'bootstrap')
  const medians = Float64Array.from({ length: resamples }, () => {
    const drawn: number[] = []
    for (const values of draw(groups, random)) drawn.push(...draw(values, random))
    return median(drawn)
  }).sort()
  return [medians[Math.floor(0.025 * resamples)], medians[Math.ceil(0.975 * resamples) - 1]]
}

/** Chooses as many values as `values` has, at random and with replacement. */
function draw<T>(values: readonly T[], random: Random): T[] {
  return values.map(() => values[random.integer(values.length)])
}
