import { describe, expect, it } from 'vitest'
import { type AxisOptions, createAxis } from '#src/drawing/axis'
import { formatNumber } from '#src/drawing/format-number'

const axis = (values: number[], options: Partial<AxisOptions> = {}) =>
  createAxis({ kind: 'linear', values, range: [0, 100], ...options })
const labels = (...args: Parameters<typeof axis>) => axis(...args).ticks.map(({ label }) => label)

describe('a linear axis', () => {
  it('begins at zero and ends at a round number', () => {
    expect(axis([30_000, 94_000]).domain).toEqual([0, 100_000])
    expect(labels([30_000, 94_000])).toEqual(['0', '20,000', '40,000', '60,000', '80,000', '100,000'])
    expect(axis([30_000, 94_000]).position(50_000)).toBe(50)
  })

  it('shows values below zero, and begins elsewhere on request', () => {
    expect(labels([-1, 1])).toEqual(['-1.0', '-0.5', '0.0', '0.5', '1.0'])
    expect(axis([0.91, 0.99], { fromZero: false }).domain).toEqual([0.9, 1])
  })

  it('knows the value at a position, as a pointer needs', () => {
    const exact = axis([2, 5], { fromZero: false, exact: true, range: [46, 346] })
    expect([46, 146, 346].map((at) => exact.valueAt(at))).toEqual([2, 3, 5])
    expect(exact.ticks.map(({ label, at }) => [label, Math.round(at)])).toEqual([
      ['2.0', 46],
      ['2.5', 96],
      ['3.0', 146],
      ['3.5', 196],
      ['4.0', 246],
      ['4.5', 296],
      ['5.0', 346],
    ])
    expect(axis([1, 100], { kind: 'logarithmic', exact: true }).valueAt(50)).toBeCloseTo(10)
  })

  it('is there for no value, for one, and for values that are not finite', () => {
    expect(axis([]).domain).toEqual([0, 1])
    expect(axis([0]).domain).toEqual([0, 1])
    expect(axis([Number.NaN, 4, Number.POSITIVE_INFINITY]).domain).toEqual([0, 4])
    expect(axis([3], { fromZero: false, exact: true }).position(3)).toBe(50)
  })
})

describe('a logarithmic axis', () => {
  const kind = 'logarithmic'

  it('begins and ends at powers of ten', () => {
    const one = axis([3, 250], { kind })
    expect(one.domain).toEqual([1, 1000])
    expect([1, 10, 1000].map((value) => Math.round(one.position(value)))).toEqual([0, 33, 100])
    expect(labels([3, 4000], { kind })).toEqual(['1', '10', '100', '1,000', '10,000'])
    expect(labels([0.02], { kind })).toEqual(['0.01', '0.1'])
  })

  it('leaves out labels where they would be too many', () => {
    expect(labels([1e-12, 1], { kind })).toEqual(['1e-12', '1e-10', '1e-8', '1e-6', '0.0001', '0.01', '1'])
  })

  it('shows a single value in the middle where it ends at its values', () => {
    expect(axis([10], { kind, exact: true }).position(10)).toBe(50)
  })

  it('refuses what it cannot show', () => {
    expect(() => axis([0, 1], { kind })).toThrow('a logarithmic axis cannot show 0, only numbers above 0')
  })
})

describe('a number', () => {
  it('has separators between thousands and at most four significant digits', () => {
    const numbers = [0, 1234567.8, 12.3456, 0.00123456, 1e-7, 3e12, -5, Number.NaN]
    expect(numbers.map(formatNumber)).toEqual(['0', '1,234,568', '12.35', '0.001235', '1e-7', '3e12', '-5', 'NaN'])
  })
})
