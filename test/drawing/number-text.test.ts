import { expect, it } from 'vitest'
import { numberText, powerText, shortNumberText } from '#src/drawing/number-text'

it('writes numbers with three digits, a minus sign, and powers of ten where zeros would be many', () => {
  const written = [0, -0, 1, -0.01234, 0.001, 0.000999, 12345, 1e6, 9.999, -4.56e-7].map((value) => numberText(value))
  expect(written).toEqual([
    '0',
    '0',
    '1.00',
    '−0.0123',
    '0.00100',
    '9.99 × 10⁻⁴',
    '12300',
    '1.00 × 10⁶',
    '10.0',
    '−4.56 × 10⁻⁷',
  ])
})

it('leaves out the zeros at the end, but none before the point', () => {
  const written = [0, -2, 0.4, 100, 120000, -0.0156, 1.005, 1e-7, 2.5e9, Number.POSITIVE_INFINITY]
  expect(written.map(shortNumberText)).toEqual([
    '0',
    '−2',
    '0.4',
    '100',
    '120000',
    '−0.0156',
    '1',
    '1 × 10⁻⁷',
    '2.5 × 10⁹',
    '∞',
  ])
})

it('says what is no finite number', () => {
  expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => numberText(value))).toEqual([
    'NaN',
    '∞',
    '−∞',
  ])
})

it('writes exponents in superscript', () => {
  expect([0, 12, -308].map(powerText)).toEqual(['⁰', '¹²', '⁻³⁰⁸'])
})
