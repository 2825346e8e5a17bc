/**
 * Computes the weights of the four nodes that affect a point of a uniform cubic B-spline. Writes them to `weights`,
 * starting at index `at`. The point lies between the second and the third node. `t` is its position between these two
 * nodes, from 0 at the second to 1 at the third.
 */
export function bSplineWeights(t: number, weights: Float64Array, at = 0): void {
  const s = 1 - t
  weights[at] = (s * s * s) / 6
  weights[at + 1] = (4 - 6 * t * t + 3 * t * t * t) / 6
  weights[at + 2] = (4 - 6 * s * s + 3 * s * s * s) / 6
  weights[at + 3] = (t * t * t) / 6
}
