/**
 * Writes, from index `at` on, the weights of the four nodes that reach a point of a uniform cubic B-spline; the point is
 * `t` of a cell past the second of them, 0 <= t <= 1.
 */
export function bSplineWeights(t: number, weights: Float64Array, at = 0): void {
  const s = 1 - t
  weights[at] = (s * s * s) / 6
  weights[at + 1] = (4 - 6 * t * t + 3 * t * t * t) / 6
  weights[at + 2] = (4 - 6 * s * s + 3 * s * s * s) / 6
  weights[at + 3] = (t * t * t) / 6
}
