import { describe, expect, it } from 'vitest'
import { createRandom } from '#src/base/random'
import { exitCodeOf, tableOf } from '../../bench/guard/report.js'
import { intervalOfMedian, judge, type Round } from '../../bench/guard/statistics.js'

const rounds = 9

/** Rounds of about a second. Each time is off by up to `spread`, and each process by up to `luck` for its whole life. */
function samples({ slowdown = 1, spread = 0, luck = 0, seed = 1, starts = 4 }): Round[][] {
  const random = createRandom(seed, 'made-up samples')
  const around = (one: number, width: number) => one * (1 + width * (2 * random.uniform() - 1))
  return Array.from({ length: starts }, () => {
    const [base, again, head] = [1, 1, slowdown].map((seconds) => around(seconds, luck))
    return Array.from({ length: rounds }, () => {
      // A busy machine slows all three in a round.
      const busy = 1 + 3 * random.uniform()
      const [b, a, h] = [base, again, head].map((seconds) => busy * around(seconds, spread))
      return { base: b, again: a, head: h }
    })
  })
}

const seeds = Array.from({ length: 10 }, (_, i) => i)
const verdicts = (options: Parameters<typeof samples>[0]) =>
  seeds.map((seed) => judge(samples({ ...options, seed })).verdict)

describe('the guard', () => {
  it('finds equal times equal if there is no noise', () => {
    expect(judge(samples({}))).toEqual({ ratio: 1, noise: 0, limit: 1.05, verdict: 'as fast' })
  })

  it('passes a head that is as fast, at any noise', () => {
    for (const spread of [0.01, 0.1, 0.5]) expect(verdicts({ spread })).toEqual(seeds.map(() => 'as fast'))
  })

  it('fails a head that is 30 % slower if the noise is small', () => {
    expect(verdicts({ slowdown: 1.3, spread: 0.05 })).toEqual(seeds.map(() => 'slower'))
    expect(verdicts({ slowdown: 1.06 })).toEqual(seeds.map(() => 'slower'))
  })

  it('passes a head that is 30 % slower if the base differs as much from itself', () => {
    const unlike = (base: number, again: number) =>
      Array.from({ length: rounds }, () => ({ base, again, head: 1.3 * base }))
    // Half of the starts give a process that is 50 % slower for its whole life.
    const result = judge([unlike(1, 1), unlike(1, 1.5), unlike(1, 1), unlike(1, 1.5)])
    expect(result).toEqual({ ratio: 1.3, noise: 0.5, limit: 1.55, verdict: 'as fast' })
    // The second run of the base may also be the faster one: noise has no direction.
    const faster = judge([unlike(1, 1), unlike(1, 0.5), unlike(1, 1), unlike(1, 0.5)])
    expect(faster).toEqual({ ratio: 1.3, noise: 0.5, limit: 1.55, verdict: 'as fast' })
  })

  it('passes a head that is as fast, at the second attempt at the latest, if processes are up to 20 or 50 % slower or faster', () => {
    for (const luck of [0.2, 0.5]) {
      // Four starts may look alike by chance.
      const [first, second] = [4, 8].map((starts) => verdicts({ luck, starts }))
      expect(first.filter((verdict) => verdict === 'slower').length).toBeLessThan(3)
      expect(first.filter((verdict, i) => verdict === 'slower' && second[i] === 'slower')).toEqual([])
    }
  })

  it('does not blame the head for the slow rounds of a busy machine', () => {
    const [calm, busy] = [1, 40].map((seconds) => ({ base: seconds, again: seconds, head: seconds }))
    const torn = { base: 1, again: 1, head: 40 }
    expect(judge([[calm, busy, calm, torn, busy]])).toEqual({ ratio: 1, noise: 0, limit: 1.05, verdict: 'as fast' })
  })

  it('blames nobody if most of the ratio may be chance, but does blame a head that is certainly much slower', () => {
    const start = (again: number, head: number) => Array.from({ length: rounds }, () => ({ base: 1, again, head }))
    // CI measured 4.3 with such noise, although the base and the head were the same program.
    const noisy = judge([start(1, 1.3), start(1, 4.5), start(1, 4.4), start(1, 4.6)])
    expect(noisy.ratio).toBeGreaterThan(noisy.limit)
    expect(noisy.verdict).toBe('too noisy')
    const slow = judge([start(1, 3.6), start(1, 4.5), start(1, 4.4), start(1, 4.6)])
    expect(slow.verdict).toBe('slower')
  })

  it('says that the head is faster', () => {
    expect(verdicts({ slowdown: 0.7, spread: 0.05 })).toEqual(seeds.map(() => 'faster'))
  })
})

describe('the interval of a median', () => {
  it('contains the true median in about 95 of 100 experiments', () => {
    const random = createRandom(1, 'experiments')
    let held = 0
    for (let experiment = 0; experiment < 100; experiment++) {
      const values = Array.from({ length: 30 }, () => random.normal())
      const [low, high] = intervalOfMedian([values])
      if (low <= 0 && high >= 0) held++
    }
    expect(held).toBeGreaterThanOrEqual(89)
  })

  it('narrows with more values, and widens with the differences between groups', () => {
    const random = createRandom(2, 'experiments')
    const width = (groups: number[][]) => {
      const [low, high] = intervalOfMedian(groups)
      return high - low
    }
    const values = (count: number, middle = 0) => Array.from({ length: count }, () => middle + random.normal())
    // The deviation of a median of n is 1.253 / sqrt(n): 3.92 x 1.253 / sqrt(100) = 0.49.
    expect(width([values(100)])).toBeGreaterThan(0.3)
    expect(width([values(100)])).toBeLessThan(0.7)
    expect(width([values(25, 0), values(25, 50), values(25, 0), values(25, 50)])).toBeGreaterThan(45)
  })

  it('is the median if nothing varies', () => {
    expect(intervalOfMedian([[3, 3], [3]])).toEqual([3, 3])
  })
})

describe('the table', () => {
  const slow = { ratio: 1.312, noise: 0.0204, limit: 1.0704, verdict: 'slower' } as const
  const fast = { ...slow, ratio: 0.99, verdict: 'as fast' } as const

  it('has a line for each case', () => {
    expect(
      tableOf([
        { name: 'a', result: slow },
        { name: 'b', result: { skipped: 'the base says: no such thing' } },
      ]),
    ).toBe(
      '| case | head / base | noise | fails above | verdict |\n' +
        '| --- | ---: | ---: | ---: | --- |\n' +
        '| a | 1.312 | 2.0 % | 1.070 | slower |\n' +
        '| b | | | | skipped: the base says: no such thing |',
    )
  })

  it('decides the exit code: 1 if a case is slower', () => {
    const skipped = { name: 'b', result: { skipped: 'no' } }
    expect(exitCodeOf([{ name: 'a', result: slow }, skipped])).toBe(1)
    expect(exitCodeOf([{ name: 'a', result: fast }, skipped])).toBe(0)
  })
})
