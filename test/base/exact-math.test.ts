import { describe, expect, it } from 'vitest'
import { expm1OfNegative, expOfNegative, log, log1p, normalCdf, normalDensity } from '#src/base/exact-math'

const relative = (a: number, b: number) => Math.abs(a - b) / Math.abs(b)

describe('elementary functions', () => {
  it('expOfNegative is exp to the last bits', () => {
    for (let x = 0; x > -708; x -= 0.37)
      expect(relative(expOfNegative(x), Math.exp(x)), `exp(${x})`).toBeLessThan(4e-16)
    for (const x of [-0, -1e-300, -1e-17, -0.34657, -0.34658, -1])
      expect(relative(expOfNegative(x), Math.exp(x))).toBeLessThan(4e-16)
    // Subnormal results have fewer bits.
    expect(relative(expOfNegative(-740), Math.exp(-740))).toBeLessThan(0.1)
    expect([-745.5, -1e4, Number.NEGATIVE_INFINITY].map(expOfNegative)).toEqual([0, 0, 0])
    expect(expOfNegative(Number.NaN)).toBeNaN()
  })

  it('exponentials have no gap between two binades, nor at the edge of the subnormal numbers', () => {
    const xs: number[] = []
    for (let x = -744; x > -746; x -= 0.0007) xs.push(x)
    for (let k = -1076; k <= 0; k++) for (const d of [-1e-9, 0, 1e-9]) xs.push(Math.min(0, (k - 0.5) * Math.LN2 + d))
    for (let e = -1074; e <= 1023; e++) for (const m of [1, 1.3, 1.9999999]) xs.push(-m * 2 ** e)
    const smallest = Number.MIN_VALUE
    const errors = xs.flatMap((x) => {
      const [exp, expm1] = [Math.abs(expOfNegative(x) - Math.exp(x)), Math.abs(expm1OfNegative(x) - Math.expm1(x))]
      const right = exp <= 4e-16 * Math.exp(x) + smallest && expm1 <= 4e-16 * Math.abs(Math.expm1(x))
      return right && normalCdf(x) >= 0 && normalCdf(-x) <= 1 && normalDensity(x) >= 0 ? [] : [x]
    })
    expect(errors).toEqual([])
  })

  it('log1p and log are logarithms to the last bits', () => {
    for (let x = 1; x > 1e-300; x *= 0.61) {
      expect(relative(log1p(x), Math.log1p(x)), `log1p(${x})`).toBeLessThan(5e-16)
      if (x < 1) expect(relative(log(x), Math.log(x)), `log(${x})`).toBeLessThan(5e-16)
    }
    expect([log1p(0), log(1)]).toEqual([0, 0])
    expect(log1p(Number.NaN)).toBeNaN()
    // Near 1 the logarithm is small, so its relative error could be large.
    expect(relative(log(1 - 2 ** -32), Math.log(1 - 2 ** -32))).toBeLessThan(5e-16)
  })
})
