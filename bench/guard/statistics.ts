import { createRandom, type Random } from '#src/base/random'
import { median } from '../statistics.js'

/** Seconds that the same work took in one round: the base, the base again in another process, and the head. */
export interface Round {
  readonly base: number
  readonly again: number
  readonly head: number
}

export interface Judgment {
  /** The median over the rounds of head / base. */
  readonly ratio: number
  /**
   * How far from 1 the median of base / base lies, at worst, by its 95 % interval; or how far below `ratio` that of head / base
   * may lie, where that is more: the head's processes may have been unlucky where the base's were not.
   */
  readonly noise: number
  /** The ratio above which the head counts as slower. */
  readonly limit: number
  readonly verdict: 'as fast' | 'faster' | 'slower'
}

/** What is allowed beyond the noise. */
export const allowance = 0.05
const resamples = 1000

/**
 * Compares the head with the base by ratios within a round: what slows the whole machine down slows all three. `starts` are
 * the rounds of each start of the processes.
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
 * The 95 % interval of the median by bootstrap, in two stages (Davison and Hinkley, "Bootstrap Methods and their Application",
 * section 3.8): groups are drawn, then values of each. A process may be a few percent slower than another for all its life, by
 * where its memory lies, and rounds alone would hide that.
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

/** As many as there are, with repetition. */
function draw<T>(values: readonly T[], random: Random): T[] {
  return values.map(() => values[random.integer(values.length)])
}
