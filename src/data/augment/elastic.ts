/**
 * Creates random fields of elastic displacements (Simard, Steinkraus and Platt, "Best practices for convolutional
 * neural networks applied to visual document analysis", 2003). In that paper, a field is noise from -1 to 1 at every
 * pixel, smoothed by a Gaussian of `sigma` pixels and multiplied by `alpha`.
 *
 * For a picture of 28 x 28 pixels and sigma 4, smoothing takes about 80,000 multiplications. This module needs only
 * 8,000, because it uses cubic B-splines over a coarse lattice of random nodes instead. The displacements have nearly
 * the same statistics as in the paper:
 *
 * - In the paper, a displacement has mean 0 and standard deviation alpha / (2 sigma sqrt(3 pi)) along each axis. The
 *   reason is that the noise has variance 1/3 and the square of a Gaussian integrates to 1 / (4 pi sigma^2). For alpha
 *   34 and sigma 4, the standard deviation is 1.38 pixels. B-splines multiply the standard deviation of the random
 *   numbers at the nodes by 151/315, so these numbers are first multiplied by 315/151.
 * - In the paper, the displacements of two pixels have the correlation exp(-d^2 / (4 sigma^2)), where d is the distance
 *   between the pixels. Here, the cells of the lattice are sqrt(3) sigma pixels wide, so that a B-spline has the same
 *   variance as the Gaussian. Along an axis, the correlation then differs from that of the paper by at most 0.021.
 * - The lattice starts at a random offset for each picture, so that every pixel is equally likely to be on a node.
 *
 * Each picture gets a new field. Reusing fields would save only a little time, and the same distortions would occur
 * again and again.
 */

import type { Random } from '../../base/random.js'
import { bSplineWeights } from '../b-spline.js'
import type { Elastic } from './settings.js'

/** A random field of displacements over a picture. */
export interface ElasticField {
  /**
   * The horizontal (`x`) and the vertical (`y`) displacement of each pixel in a row, measured in pixels. They are the
   * results of the last call of `bend`.
   */
  readonly x: Float64Array
  readonly y: Float64Array
  /** Replaces the field by a new random field. */
  draw(random: Random): void
  /** Computes the displacements of the pixels in a row, and writes them to `x` and `y`. */
  bend(row: number): void
}

/** The positions of the pixels along one axis, relative to the nodes of the lattice. */
interface Axis {
  readonly nodes: number
  /** For each pixel, the index of the first of the four nodes that affect it. */
  readonly first: Int32Array
  /** For each pixel, the weights of these four nodes. */
  readonly weights: Float64Array
}

export function createElasticField({ alpha, sigma }: Elastic, width: number, height: number): ElasticField {
  const cell = Math.sqrt(3) * sigma
  const deviation = alpha / (2 * sigma * Math.sqrt(3 * Math.PI))
  const nodeScale = deviation / (151 / 315) / byteSumDeviation
  const columns = createAxis(width, cell)
  const rows = createAxis(height, cell)
  const nodes = columns.nodes
  const nodesX = new Float64Array(nodes * rows.nodes)
  const nodesY = new Float64Array(nodes * rows.nodes)
  /**
   * The horizontal (`lineX`) and the vertical (`lineY`) displacement at each column of the lattice, for the current row
   * of pixels. They are weighted means of the displacements of four nodes in the column.
   */
  const lineX = new Float64Array(nodes)
  const lineY = new Float64Array(nodes)
  const x = new Float64Array(width)
  const y = new Float64Array(width)

  function draw(random: Random): void {
    placePixels(columns, cell, random.uniform())
    placePixels(rows, cell, random.uniform())
    for (let node = 0; node < nodesX.length; node++) {
      nodesX[node] = nodeScale * nearlyNormal(random.uint32())
      nodesY[node] = nodeScale * nearlyNormal(random.uint32())
    }
  }

  function bend(row: number): void {
    const v0 = rows.weights[4 * row]
    const v1 = rows.weights[4 * row + 1]
    const v2 = rows.weights[4 * row + 2]
    const v3 = rows.weights[4 * row + 3]
    for (let column = 0, node = rows.first[row] * nodes; column < nodes; column++, node++) {
      const below = node + 2 * nodes
      lineX[column] = v0 * nodesX[node] + v1 * nodesX[node + nodes] + v2 * nodesX[below] + v3 * nodesX[below + nodes]
      lineY[column] = v0 * nodesY[node] + v1 * nodesY[node + nodes] + v2 * nodesY[below] + v3 * nodesY[below + nodes]
    }
    const { first, weights } = columns
    for (let pixel = 0, at = 0; pixel < width; pixel++, at += 4) {
      const w0 = weights[at]
      const w1 = weights[at + 1]
      const w2 = weights[at + 2]
      const w3 = weights[at + 3]
      const node = first[pixel]
      x[pixel] = w0 * lineX[node] + w1 * lineX[node + 1] + w2 * lineX[node + 2] + w3 * lineX[node + 3]
      y[pixel] = w0 * lineY[node] + w1 * lineY[node + 1] + w2 * lineY[node + 2] + w3 * lineY[node + 3]
    }
  }

  return { x, y, draw, bend }
}

/** The standard deviation of the sum of four random bytes, each of which has the variance (256^2 - 1) / 12. */
const byteSumDeviation = Math.sqrt((256 ** 2 - 1) / 3)

/**
 * Returns the sum of the four bytes of a random number, minus the mean of such sums. The result is nearly normally
 * distributed.
 */
function nearlyNormal(random: number): number {
  const pairs = (random & 0xff00ff) + ((random >>> 8) & 0xff00ff)
  return (pairs & 0xffff) + (pairs >>> 16) - 510
}

function createAxis(pixels: number, cell: number): Axis {
  // The position of the last pixel is less than `(pixels - 1) / cell + 1`, because `start` in `placePixels` is less
  // than 1. Four nodes affect a pixel, from index floor(position) to floor(position) + 3.
  const nodes = Math.floor((pixels - 1) / cell + 1) + 4
  return { nodes, first: new Int32Array(pixels), weights: new Float64Array(4 * pixels) }
}

/**
 * Places the pixels on the lattice. `start` is the position of the first pixel, measured in cells. It is at least 0 and
 * less than 1.
 */
function placePixels({ first, weights }: Axis, cell: number, start: number): void {
  for (let pixel = 0; pixel < first.length; pixel++) {
    const position = pixel / cell + start
    first[pixel] = Math.floor(position)
    bSplineWeights(position - first[pixel], weights, 4 * pixel)
  }
}
