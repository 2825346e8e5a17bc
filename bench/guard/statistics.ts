import { createRandom, type Random } from '#src/base/random'
import { median } from '../statistics.js'

/** Seconds for the same work in one round: on the base, on the base in a second process, and on the head. */
export interface Round {
  readonly base: number
  readonly again: number
  readonly head: number
}

export interface Judgment {
  /** The median of head / base over the rounds. */
  readonly ratio: number
  /**
   * The larger of two uncertainties, from 95 % intervals: how far from 1 the median of base / base may lie, and how far below
   * `ratio` the median of head / base may lie. The second matters if only the head's processes were unlucky.
   */
  readonly noise: number
  /** The ratio above which the head counts as slower. */
  readonly limit: number
  readonly verdict: 'as fast' | 'faster' | 'slower'
}

/** A case may be slower by this share in addition to the noise. */
const allowance = 0.05
const resamples = 1000

/**
 * Compares the head with the base by ratios within a round, since a busy machine slows all three. `starts` holds the rounds
 * after each start of the processes.
 */
export function judge(starts: readonly (readonly Round[])[]): Judgment {
  const ratios = starts.map((rounds) => rounds.map(({ head, base }) => head / base))
  const ratio = median(ratios.flat())
  const [lowest] = intervalOfMedian(ratios)
  const [low, high] = intervalOfMedian(starts.map((rounds) => rounds.map(({ again, base }) => again / base)))
  const noise = Math.max(high - 1, 1 - low, ratio - lowest)
  const limit = 1 + noise + allowance
  return { ratio, noise, limit, verdict: ratio > limit ? 'slower' : ratio < 1 / limit ? 'faster' : 'as fast' }
}

/**
 * The 95 % interval of the median by a two-stage bootstrap (Davison and Hinkley, "Bootstrap Methods and their Application",
 * section 3.8). It chooses groups at random, then values at random from each chosen group. A process may be a few
 * percent slower than another from start to end, because of the addresses of its memory. Choosing only rounds would
 * hide that.
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

/** Chooses values at random, with replacement. Returns as many values as it gets. */
function draw<T>(values: readonly T[], random: Random): T[] {
  return values.map(() => values[random.integer(values.length)])
}
