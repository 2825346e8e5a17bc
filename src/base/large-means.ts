/**
 * If the mean of a column is more than this many times the deviation of the column, float32 would lose too much of the
 * differences between the numbers of the column.
 */
const limit = 2 ** 10

/**
 * Whether inputs must be standardized in float64. In float32, each input and each mean would be rounded before the
 * subtraction. For timestamps that are seconds apart, nothing but rounding errors would be left.
 */
export function hasLargeMeans(inputs: { readonly means: Float64Array; readonly factors: Float64Array }): boolean {
  return inputs.means.some((mean, column) => Math.abs(mean * inputs.factors[column]) > limit)
}
