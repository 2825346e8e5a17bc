import { describe, expect, it } from 'vitest'
import { createRandom, shuffle } from '#src/base/random'

describe('random', () => {
  it('gives the same numbers in every version and on every machine', () => {
    // If these numbers change, every seeded run of every user changes.
    const random = createRandom(1, 'weights', 0)
    expect(Array.from({ length: 4 }, () => random.uint32())).toMatchInlineSnapshot(`
      [
        2079833703,
        1207439428,
        1401679017,
        3933153736,
      ]
    `)
    expect(random.normal()).toMatchInlineSnapshot(`-0.30023695961214003`)
  })

  it('has independent streams for seeds, names and indices', () => {
    const first = (...stream: (string | number)[]) => createRandom(1, ...stream).uint32()
    const all = [
      first(),
      first('a'),
      first('b'),
      first('a', 0),
      first('a', 1),
      first('a', 0, 0),
      createRandom(2).uint32(),
    ]
    expect(new Set(all).size).toBe(all.length)
    expect(createRandom(2 ** 40 + 1).uint32()).not.toBe(createRandom(1).uint32())
  })

  it.each([0, 1, 2, 7, 1000, 1001])('fills an array of %i with the same numbers that normal() gives', (length) => {
    const one = createRandom(3, 'filled')
    const other = createRandom(3, 'filled')
    // Normal numbers are drawn in pairs: after the first round, half a pair may be left over.
    for (let time = 0; time < 3; time++) {
      const values = new Float64Array(length)
      one.fillNormal(values, 0.7)
      expect(values).toEqual(values.map(() => 0.7 * other.normal()))
      expect(one.uint32()).toBe(other.uint32())
    }
    expect(one.normal()).toBe(other.normal())
  })

  it('draws uniform and normal numbers with the right moments', () => {
    const random = createRandom(3)
    const n = 200_000
    const moments = (draw: () => number) => {
      let sum = 0
      let square = 0
      let fourth = 0
      for (let i = 0; i < n; i++) {
        const x = draw()
        sum += x
        square += x * x
        fourth += x ** 4
      }
      return [sum / n, square / n, fourth / n]
    }
    const [mean, variance, kurtosis] = moments(random.normal)
    expect(mean).toBeCloseTo(0, 1)
    expect(variance).toBeCloseTo(1, 1)
    expect(kurtosis).toBeCloseTo(3, 0)
    const [half, third, fifth] = moments(random.uniform)
    expect([half, third, fifth].map((x) => x.toFixed(2))).toEqual(['0.50', '0.33', '0.20'])
  })

  it('draws each whole number below a limit equally often', () => {
    const random = createRandom(4)
    const counts = new Array<number>(7).fill(0)
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]++
    // Six standard deviations of a binomial count are 556.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(556)
  })

  it('shuffles into a permutation, with every element equally likely to come first', () => {
    const order = shuffle(
      Uint32Array.from({ length: 1000 }, (_, i) => i),
      createRandom(5),
    )
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
    const firsts = [0, 0, 0]
    for (let seed = 0; seed < 3000; seed++) firsts[shuffle(Uint32Array.of(0, 1, 2), createRandom(seed))[0]]++
    for (const count of firsts) expect(Math.abs(count - 1000)).toBeLessThan(160)
  })
})
