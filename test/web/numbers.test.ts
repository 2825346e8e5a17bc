import { describe, expect, it } from 'vitest'
import { fewestDigits } from '../../web/texts/numbers.js'

describe('fewestDigits', () => {
  it('writes numbers of 32 bits as short as they were typed, and tells neighbors apart', () => {
    const typed = [2.3, -0.1, 0, 4.2, 1e-7, 123456.7, 16_777_216]
    expect(Array.from(Float32Array.from(typed), fewestDigits)).toEqual(typed)
    const next = Math.fround(1 + 2 ** -23)
    expect(Math.fround(fewestDigits(next))).toBe(next)
    expect(fewestDigits(Number.NaN)).toBeNaN()
  })
})
