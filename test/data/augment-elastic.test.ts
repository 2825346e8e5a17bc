import { describe, expect, test } from 'vitest'
import { createRandom } from '#src/base/random'
import { createElasticField } from '#src/data/augment/elastic'

const width = 28
const height = 20

/** Displacements of many random fields: for each field and row, the x and y displacements of its pixels. */
function sample(alpha: number, sigma: number, fields: number): { x: Float64Array; y: Float64Array }[][] {
  const field = createElasticField({ alpha, sigma }, width, height)
  return Array.from({ length: fields }, (_, number) => {
    field.draw(createRandom(1, 'fields', number))
    return Array.from({ length: height }, (_, row) => {
      field.bend(row)
      return { x: field.x.slice(), y: field.y.slice() }
    })
  })
}

/**
 * The results of Gaussian filtering of independent noise from -1 to 1: the standard deviation of a displacement, and the
 * correlation of two displacements that are `distance` pixels apart along an axis.
 */
function filtered(alpha: number, sigma: number) {
  const reach = Math.ceil(6 * sigma)
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)))
  const sum = kernel.reduce((total, weight) => total + weight, 0)
  const overlap = (distance: number): number =>
    kernel.reduce((total, weight, i) => total + (weight * (kernel[i + distance] ?? 0)) / sum ** 2, 0)
  return {
    deviation: alpha * Math.sqrt(1 / 3) * overlap(0),
    correlation: (distance: number): number => overlap(distance) / overlap(0),
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length
}

describe.each([
  [34, 4],
  [36, 6],
  [8, 1.5],
])('the elastic field of alpha %d and sigma %d', (alpha, sigma) => {
  const fields = sample(alpha, sigma, 2000)
  const { deviation, correlation } = filtered(alpha, sigma)
  const pairs = (other: (field: number, row: number, column: number) => number | undefined): number[] =>
    fields.flatMap((rows, f) =>
      [0, 7].flatMap((row) =>
        [2, 9, 13].flatMap((column) => {
          const second = other(f, row, column)
          return second === undefined ? [] : [rows[row].x[column] * second]
        }),
      ),
    )

  test('is as strong as filtered noise, in both directions', () => {
    for (const axis of ['x', 'y'] as const) {
      const squares = fields.flatMap((rows) => rows.map((row) => mean([...row[axis]].map((value) => value ** 2))))
      expect(Math.abs(Math.sqrt(mean(squares)) / deviation - 1)).toBeLessThan(0.02)
      const values = fields.flatMap((rows) => rows.map((row) => mean([...row[axis]])))
      expect(Math.abs(mean(values) / deviation)).toBeLessThan(0.02)
    }
  })

  test('is as smooth as filtered noise, along rows and along columns', () => {
    for (const distance of [1, 2, 3, 5, 8, 12]) {
      const across = mean(pairs((f, row, column) => fields[f][row].x[column + distance])) / deviation ** 2
      const down = mean(pairs((f, row, column) => fields[f][row + distance].x[column])) / deviation ** 2
      expect(Math.abs(across - correlation(distance))).toBeLessThan(0.05)
      expect(Math.abs(down - correlation(distance))).toBeLessThan(0.05)
    }
  })

  test('moves pixels independently along x and y, and in each picture', () => {
    expect(Math.abs(mean(pairs((f, row, column) => fields[f][row].y[column])) / deviation ** 2)).toBeLessThan(0.03)
    expect(Math.abs(mean(pairs((f, row, column) => fields[f + 1]?.[row].x[column])) / deviation ** 2)).toBeLessThan(
      0.03,
    )
  })

  test('is normally distributed', () => {
    const fourth = mean(pairs((f, row, column) => fields[f][row].x[column] ** 3)) / deviation ** 4
    expect(Math.abs(fourth - 3)).toBeLessThan(0.3)
  })

  test('is equally strong at every pixel, because no pixel is a node more often than others', () => {
    const strengths = Array.from({ length: width }, (_, column) =>
      Math.sqrt(mean(fields.flatMap((rows) => rows.map((row) => row.x[column] ** 2)))),
    )
    expect(Math.max(...strengths) / Math.min(...strengths)).toBeLessThan(1.05)
  })
})

test('a field covers its picture for any width, height and sigma', () => {
  for (const [columns, rows, sigma] of [
    [1, 1, 1],
    [3, 100, 1],
    [64, 2, 50],
  ]) {
    const field = createElasticField({ alpha: 10, sigma }, columns, rows)
    for (let number = 0; number < 50; number++) {
      field.draw(createRandom(number))
      for (let row = 0; row < rows; row++) {
        field.bend(row)
        expect([...field.x, ...field.y].every(Number.isFinite)).toBe(true)
      }
    }
  }
})
