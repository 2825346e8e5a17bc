/**
 * Returns a mean of each value and those before it, in which each earlier value counts `keep` times as much as the next.
 * It never looks ahead, so values that come later do not change what was shown before.
 */
export function smooth(values: readonly number[], keep: number): number[] {
  let [sum, weights] = [0, 0]
  return values.map((value) => {
    sum = keep * sum + value
    weights = keep * weights + 1
    return sum / weights
  })
}
