import type { Random } from '../../base/random.js'
import { bSplineWeights } from '../b-spline.js'

/**
 * The number of nodes along each side of the lattice. Cubic B-splines need one more node beyond each edge of the digit,
 * so the digit covers only the middle 3 x 3 cells.
 */
const nodes = 6
const cells = nodes - 3

/**
 * An elastic sheet over the unit square. It is a lattice of nodes that are moved at random. The displacement of a point
 * is a weighted mean of the displacements of the 16 nodes around it. The weights come from cubic B-splines (free-form
 * deformation: Lee, Wolberg and Shin 1997).
 */
export interface Lattice {
  /** The horizontal displacements (`x`) and the vertical displacements (`y`) of all nodes, row-major. */
  readonly x: Float64Array
  readonly y: Float64Array
  readonly weightsX: Float64Array
  readonly weightsY: Float64Array
  /** The object that `displacement` returns. Every call reuses it. */
  readonly result: { x: number; y: number }
}

export function createLattice(): Lattice {
  return {
    x: new Float64Array(nodes * nodes),
    y: new Float64Array(nodes * nodes),
    weightsX: new Float64Array(4),
    weightsY: new Float64Array(4),
    result: { x: 0, y: 0 },
  }
}

/** Moves every node at random. `spread` is the standard deviation of the displacement along each axis. */
export function placeNodes(lattice: Lattice, spread: number, random: Random): void {
  for (let node = 0; node < nodes * nodes; node++) {
    lattice.x[node] = spread * random.normal()
    lattice.y[node] = spread * random.normal()
  }
}

/** Returns the elastic displacement of the point (x, y). The next call overwrites the returned object. */
export function displacement(lattice: Lattice, x: number, y: number): { x: number; y: number } {
  const { weightsX, weightsY, result } = lattice
  const column = blend(x, weightsX)
  const row = blend(y, weightsY)
  result.x = 0
  result.y = 0
  for (let r = 0; r < 4; r++) {
    for (let c = 0; c < 4; c++) {
      const node = (row + r) * nodes + column + c
      const weight = weightsY[r] * weightsX[c]
      result.x += weight * lattice.x[node]
      result.y += weight * lattice.y[node]
    }
  }
  return result
}

/** Writes the weights of the four nodes that affect `position`, and returns the index of the first node. */
function blend(position: number, weights: Float64Array): number {
  const inCells = Math.max(0, Math.min(1, position)) * cells
  const cell = Math.min(Math.floor(inCells), cells - 1)
  bSplineWeights(inCells - cell, weights)
  return cell
}
