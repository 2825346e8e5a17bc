import { describe, expect, it } from 'vitest'
import { createRandom } from '#src/base/random'
import { DataError, Dataset, OptionError, standardization } from '#src/index'

function expectClose(actual: Iterable<number>, expected: number[], tolerance: number): void {
  const values = [...actual]
  expect(values).toHaveLength(expected.length)
  values.forEach((value, i) => {
    expect(Math.abs(value - expected[i]) / Math.max(1e-300, Math.abs(expected[i]))).toBeLessThan(tolerance)
  })
}

describe('standardization', () => {
  it('gives the results of NumPy for scaled bytes', () => {
    const inputs = Uint8Array.of(0, 10, 200, 51, 10, 3, 102, 10, 250, 255, 10, 7)
    const { means, deviations } = standardization(new Dataset({ inputs, width: 3 }))
    // NumPy 2.4: (x / 255).mean(0) and .std(0), but 1 where std is 0.
    expectClose(means, [0.4, 0.0392156862745098, 0.4509803921568627], 1e-14)
    expectClose(deviations, [0.37416573867739417, 1, 0.43694264767228147], 1e-14)
    expect([means.constructor, deviations.constructor]).toEqual([Float64Array, Float64Array])
  })

  it('keeps a small deviation with a large mean, which a sum of squares would lose', () => {
    const inputs = Float64Array.of(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16)
    const { means, deviations } = standardization(new Dataset({ inputs, width: 1 }))
    expect([...means]).toEqual([1e9 + 10])
    expectClose(deviations, [Math.sqrt(22.5)], 1e-12)
  })

  it.each([
    ['float32', Float32Array, 1],
    ['float64', Float64Array, 1],
    ['float64 with a negative scale', Float64Array, -2.5],
  ])('measures columns of %s as two passes do', (_name, Type, scale) => {
    const [rows, width] = [5000, 4]
    const random = createRandom(1, 'standardization test')
    const inputs = new Type(rows * width)
    for (let i = 0; i < inputs.length; i++) inputs[i] = 10 ** ((i % width) - 2) * (random.normal() + 3)
    const columns = Array.from({ length: width }, (_, column) =>
      Array.from({ length: rows }, (_, row) => scale * inputs[row * width + column]),
    )
    const means = columns.map((column) => column.reduce((sum, x) => sum + x, 0) / rows)
    const deviations = columns.map((column, c) =>
      Math.sqrt(column.reduce((sum, x) => sum + (x - means[c]) ** 2, 0) / rows),
    )
    const measured = standardization(new Dataset({ inputs, width, scale }))
    expectClose(measured.means, means, 1e-12)
    expectClose(measured.deviations, deviations, 1e-12)
  })

  it('has deviation 1 for a column of equal numbers, despite rounding, and for a single row', () => {
    const rows = Array.from({ length: 1000 }, () => [0.1, 0, -1e200])
    const { means, deviations } = standardization(new Dataset({ inputs: rows, scale: 3 }))
    expect([...deviations]).toEqual([1, 1, 1])
    expect([...means]).toEqual([0.1 * 3, 0, -1e200 * 3])
    expect([...standardization(new Dataset({ inputs: [[5, 6]] })).deviations]).toEqual([1, 1])
  })

  it('uses only the rows of a slice, and does not change them', () => {
    const data = new Dataset({ inputs: Float32Array.of(100, 1, 3, 100), width: 1 })
    const { means, deviations } = standardization(data.slice(1, 3))
    expect([...means, ...deviations]).toEqual([2, 1])
    expect([...data.inputs]).toEqual([100, 1, 3, 100])
  })

  it('refuses columns whose mean or deviation is not finite', () => {
    const large = new Dataset({
      inputs: [
        [0, 1e200],
        [1, -1e200],
      ],
    })
    const message = 'column 1 has no finite mean and deviation: its numbers are too large or not finite'
    expect(() => standardization(large)).toThrow(new DataError(message))
    const filled = Dataset.allocate({ rows: 2, width: 2, dtype: 'float32' })
    filled.inputs[3] = Number.NaN
    expect(() => standardization(filled)).toThrow(new DataError(message))
    expect(() => standardization([[1]] as unknown as Dataset)).toThrow(
      new OptionError('dataset must be a Dataset, not [[1]]'),
    )
  })
})
