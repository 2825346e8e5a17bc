/**
 * Returns a quantile of the numbers. `share` is 0 for the smallest number, 0.5 for the median, and 1 for the largest
 * number. Interpolates linearly between two adjacent numbers.
 */
export function quantile(numbers: readonly number[], share: number): number {
  if (numbers.length === 0) throw new Error('there is no quantile of no numbers')
  const sorted = new Float64Array(numbers).sort()
  const place = share * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return below + (place - Math.floor(place)) * (above - below)
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5)
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}

/**
 * Returns the largest absolute difference between a number in `a` and the number in `b` at the same index. If the
 * absolute value of the number in `b` is above 1, the difference is divided by this absolute value. Returns Infinity if
 * the lengths differ or a number is NaN.
 */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]) / Math.max(1, Math.abs(b[i]))
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY
    largest = Math.max(largest, difference)
  }
  return largest
}

/** Returns the Euclidean distance between two points, or NaN if they do not have the same number of coordinates. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN
  let squares = 0
  for (let i = 0; i < a.length; i++) squares += (a[i] - b[i]) ** 2
  return Math.sqrt(squares)
}
