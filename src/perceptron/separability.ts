/** Decides whether a plane separates two classes of rows. The calculation is exact, because it uses BigInt. */

import type { InputArray } from '../data/dataset.js'

/** The weight of a row in a weighted mean of all rows with the same label. `row` is the index of the row. */
export interface ClassShare {
  readonly row: number
  readonly label: number
  /** The weight, which is above 0. The weights of all rows with the same label add up to 1. */
  readonly share: number
}

/**
 * The limits within which `findCommonPoint` takes a few seconds at most. `rowsTimesSquare` is the maximum of rows x
 * width^2. Every input must be 0 or have a magnitude from 2^-exponent to 2^exponent.
 */
const provable = { width: 30, rowsTimesSquare: 1_000_000, exponent: 64 }

/**
 * Returns a text that says why `findCommonPoint` would take too long, or undefined if it is fast enough. `inputs`
 * contains the rows one after another, with `width` numbers in each row. Each number is multiplied by `scale` before it
 * is checked.
 */
export function whyNotProvable(inputs: InputArray, width: number, scale: number): string | undefined {
  if (width > provable.width || inputs.length * width > provable.rowsTimesSquare) {
    return `${inputs.length / width} rows of ${width} inputs are too many for a proof`
  }
  const largest = 2 ** provable.exponent
  const isInRange = (value: number): boolean => value === 0 || (value <= largest && value >= 1 / largest)
  if (inputs.every((value: number) => isInRange(Math.abs(value * scale)))) return undefined
  return 'a proof needs inputs that are 0 or have magnitudes from 2^-64 to 2^64'
}

/**
 * Finds a point that is a weighted mean of the rows labeled 0, and also a weighted mean of the rows labeled 1. Returns
 * the rows that have a weight above 0 (at most width + 2), with their weights. Returns undefined if there is no such
 * point.
 *
 * Either there is such a point, or a plane separates the classes, but never both (Gordan, "Ueber die Auflösung linearer
 * Gleichungen mit reellen Coefficienten", 1873). So each result proves whether a plane separates the classes.
 *
 * The point is the solution of a linear programming problem, and the simplex method finds it. The lexicographic rule
 * ensures that the method ends (Dantzig, Orden and Wolfe, "The generalized simplex method", 1955). All numbers are
 * integers. To keep them short, each step divides its results by the pivot of the previous step, which leaves no
 * remainder (Bareiss, "Sylvester's identity and multistep integer-preserving Gaussian elimination", 1968).
 *
 * `rows` contains the rows one after another, with `width` finite numbers in each row. `labels` contains 0 or 1 for
 * each row.
 */
export function findCommonPoint(
  rows: Float64Array,
  width: number,
  labels: ArrayLike<number>,
): ClassShare[] | undefined {
  const columns = createColumns(rows, width, labels)
  const height = width + 2
  // The tableau of the simplex method, with all numbers multiplied by `scale`. The last row contains the prices, from
  // which `chooseEntering` computes the gain of each column. This row ends with the sum of the artificial variables.
  // The problem is solved when this sum is 0. The other rows contain the inverse of the basis matrix, and each ends
  // with the value of a basic variable.
  const table = Array.from({ length: height + 1 }, (_, i) => {
    const row = Array.from({ length: height + 1 }, (_, j) => BigInt(i === j || i === height ? 1 : 0))
    row[height] = i === height ? 2n : i < width ? 0n : 1n
    return row
  })
  // For each basic variable, the index of its column. Artificial variables have no column, so a negative number
  // stands for them.
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
 * Returns the coefficients of the linear equations for the weights that `findCommonPoint` searches for. Each row of the
 * data becomes a column of coefficients. One equation per coordinate says that the weighted sums of the two classes are
 * equal. One equation per class says that the weights of its rows add up to 1. Each coordinate is multiplied by a power
 * of two, so that all coefficients are integers.
 */
function createColumns(rows: Float64Array, width: number, labels: ArrayLike<number>): bigint[][] {
  const columns = Array.from({ length: labels.length }, (_, row) => {
    const column = new Array<bigint>(width + 2)
    column[width] = labels[row] === 0 ? 1n : 0n
    column[width + 1] = 1n - column[width]
    return column
  })
  for (let coordinate = 0; coordinate < width; coordinate++) {
    const values = columns.map((_, row) => toInteger(rows[row * width + coordinate]))
    const maxDoublings = values.reduce((max, { doublings }) => Math.max(max, doublings), 0)
    values.forEach(({ integer, doublings }, row) => {
      const value = BigInt(integer) << BigInt(maxDoublings - doublings)
      columns[row][coordinate] = labels[row] === 0 ? -value : value
    })
  }
  return columns
}

/** Returns two integers, such that `value` equals `integer / 2 ** doublings`. `value` must be finite. */
function toInteger(value: number): { integer: number; doublings: number } {
  let doublings = 0
  while (!Number.isInteger(value)) {
    value *= 2
    doublings++
  }
  return { integer: value, doublings }
}

/** Returns the dot product of a tableau row and a column of coefficients. The last number of the row is not used. */
function dot(row: readonly bigint[], column: readonly bigint[]): bigint {
  return column.reduce((sum, value, i) => sum + value * row[i], 0n)
}

/**
 * Each column belongs to a variable. The gain of a column says how fast the sum of the artificial variables falls when
 * this variable grows. Returns the index of the column with the largest gain, or undefined if no gain is above 0.
 */
function chooseEntering(prices: readonly bigint[], columns: readonly bigint[][]): number | undefined {
  let best: number | undefined
  let largest = 0n
  columns.forEach((column, i) => {
    const gain = dot(prices, column)
    if (gain <= largest) return
    best = i
    largest = gain
  })
  return best
}

/**
 * Returns the index of the tableau row whose basic variable reaches 0 first when the entering variable grows. `column`
 * says how fast each basic variable falls. If several variables reach 0 at the same time, `compareRatios` decides
 * between their rows.
 */
function chooseLeaving(table: readonly bigint[][], column: readonly bigint[]): number {
  const height = column.length - 1
  let best = -1
  for (let i = 0; i < height; i++) {
    if (column[i] <= 0n) continue
    if (best < 0 || compareRatios(table[i], column[i], table[best], column[best]) < 0n) best = i
  }
  return best
}

/**
 * Compares the row `a` divided by `dividedBy` with the row `b` divided by `divisor`. The last numbers of the rows are
 * compared first, and then the other numbers in order. Returns a negative number if the first divided row is smaller.
 */
function compareRatios(a: readonly bigint[], dividedBy: bigint, b: readonly bigint[], divisor: bigint): bigint {
  let difference = a[a.length - 1] * divisor - b[b.length - 1] * dividedBy
  for (let j = 0; difference === 0n && j < a.length - 1; j++) difference = a[j] * divisor - b[j] * dividedBy
  return difference
}

/** Returns numerator / denominator to the full precision of a JavaScript number. The quotient must be from 0 to 1. */
function quotient(numerator: bigint, denominator: bigint): number {
  return Number((numerator << 1000n) / denominator) * 2 ** -1000
}
