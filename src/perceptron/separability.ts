/** Whether a plane can part two classes of rows: decided in whole numbers of any size, so without rounding. */

import type { InputArray } from '../data/dataset.js'

/** A row's share in a weighted mean of its class. */
export interface ClassShare {
  readonly row: number
  readonly label: number
  /** Above 0; the shares of a class add up to 1. */
  readonly share: number
}

/** What takes at most some seconds: whole numbers get longer with the width, with small numbers and with large ones. */
const provable = { width: 30, rowsTimesSquare: 1_000_000, exponent: 64 }

/** Why `findCommonPoint` would take too long for rows (size x width, row-major) times a scale, as the end of a sentence. */
export function whyNotProvable(inputs: InputArray, width: number, scale: number): string | undefined {
  if (width > provable.width || inputs.length * width > provable.rowsTimesSquare) {
    return `${inputs.length / width} rows of ${width} inputs are too many for a proof`
  }
  const largest = 2 ** provable.exponent
  const isTame = (value: number): boolean => value === 0 || (value <= largest && value >= 1 / largest)
  if (inputs.every((value: number) => isTame(Math.abs(value * scale)))) return undefined
  return 'a proof takes inputs that are 0 or in size from 2^-64 to 2^64'
}

/**
 * A point that is a weighted mean of the rows labeled 0 and of those labeled 1, as the shares of the at most width + 2
 * rows that make it; undefined where there is none. Just one of two things exists, such a point or a plane with the
 * classes on either side (Gordan, "Ueber die Auflösung linearer Gleichungen mit reellen Coefficienten", 1873), so either
 * answer is a proof. The point is the solution of a linear program, found by the simplex method with the lexicographic
 * rule, under which it always ends (Dantzig, Orden and Wolfe, "The generalized simplex method", 1955), in integers that
 * Bareiss's division keeps short ("Sylvester's identity and multistep integer-preserving Gaussian elimination", 1968).
 * `rows` is size x width, row-major and finite; `labels` (size) are 0 or 1.
 */
export function findCommonPoint(
  rows: Float64Array,
  width: number,
  labels: ArrayLike<number>,
): ClassShare[] | undefined {
  const columns = createColumns(rows, width, labels)
  const height = width + 2
  // One row an equation: the scaled inverse of the basis, then the value of its variable. The last row prices columns.
  const table = Array.from({ length: height + 1 }, (_, i) => {
    const row = Array.from({ length: height + 1 }, (_, j) => BigInt(i === j || i === height ? 1 : 0))
    row[height] = i === height ? 2n : i < width ? 0n : 1n
    return row
  })
  // Variables below 0 are artificial: they hold the place of an equation that is not yet met.
  const basis = Array.from({ length: height }, (_, i) => i - height)
  let scale = 1n
  while (table[height][height] > 0n) {
    const entering = chooseEntering(table[height], columns)
    if (entering === undefined) return undefined
    const column = table.map((row) => dot(row, columns[entering]))
    const leaving = chooseLeaving(table, column)
    const pivot = column[leaving]
    const pivotRow = table[leaving]
    table.forEach((row, i) => {
      if (i === leaving) return
      for (let j = 0; j <= height; j++) row[j] = (row[j] * pivot - column[i] * pivotRow[j]) / scale
    })
    scale = pivot
    basis[leaving] = entering
  }
  return basis
    .map((row, i) => ({ row, label: labels[row], share: quotient(table[i][height], scale) }))
    .filter(({ row, share }) => row >= 0 && share > 0)
    .sort((a, b) => a.row - b.row)
}

/**
 * The equations of the common point p, a column for each row x of the data: sum of shares x label 1 - sum of shares x
 * label 0 = 0 in each place, and the shares of either class add up to 1. Places are scaled until they are whole numbers.
 */
function createColumns(rows: Float64Array, width: number, labels: ArrayLike<number>): bigint[][] {
  const columns = Array.from({ length: labels.length }, (_, row) => {
    const column = new Array<bigint>(width + 2)
    column[width] = labels[row] === 0 ? 1n : 0n
    column[width + 1] = 1n - column[width]
    return column
  })
  for (let place = 0; place < width; place++) {
    const values = columns.map((_, row) => toWhole(rows[row * width + place]))
    const most = values.reduce((max, { doublings }) => Math.max(max, doublings), 0)
    values.forEach(({ whole, doublings }, row) => {
      const value = BigInt(whole) << BigInt(most - doublings)
      columns[row][place] = labels[row] === 0 ? -value : value
    })
  }
  return columns
}

/** A finite number as a whole one divided by a power of two. */
function toWhole(value: number): { whole: number; doublings: number } {
  let doublings = 0
  while (!Number.isInteger(value)) {
    value *= 2
    doublings++
  }
  return { whole: value, doublings }
}

/** Without the value that ends a row of the table. */
function dot(row: readonly bigint[], column: readonly bigint[]): bigint {
  return column.reduce((sum, value, i) => sum + value * row[i], 0n)
}

/** The column that promises most; undefined where none brings the equations nearer to being met. */
function chooseEntering(prices: readonly bigint[], columns: readonly bigint[][]): number | undefined {
  let best: number | undefined
  let most = 0n
  columns.forEach((column, i) => {
    const promise = dot(prices, column)
    if (promise <= most) return
    best = i
    most = promise
  })
  return best
}

/** The equation whose variable reaches 0 first; where several do, the one whose row of the inverse is smaller by then. */
function chooseLeaving(table: readonly bigint[][], column: readonly bigint[]): number {
  const height = column.length - 1
  let best = -1
  for (let i = 0; i < height; i++) {
    if (column[i] <= 0n) continue
    if (best < 0 || compareRatios(table[i], column[i], table[best], column[best]) < 0n) best = i
  }
  return best
}

/** The sign of a / dividedBy - b / divisor in the first place that differs; values, which end the rows, come first. */
function compareRatios(a: readonly bigint[], dividedBy: bigint, b: readonly bigint[], divisor: bigint): bigint {
  let difference = a[a.length - 1] * divisor - b[b.length - 1] * dividedBy
  for (let j = 0; difference === 0n && j < a.length - 1; j++) difference = a[j] * divisor - b[j] * dividedBy
  return difference
}

/** numerator / denominator for a quotient from 0 to 1, with all its digits. */
function quotient(numerator: bigint, denominator: bigint): number {
  return Number((numerator << 1000n) / denominator) * 2 ** -1000
}
