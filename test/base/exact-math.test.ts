import { describe, expect, it } from 'vitest'
import { expOfNegative, log, log1p } from '#src/base/exact-math'

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
