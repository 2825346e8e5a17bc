import type { Random } from '../../base/random.js'
import { displacement, type Lattice, placeNodes } from './lattice.js'
import type { Path } from './path.js'

// How much hands differ. Tuned on the training pictures of MNIST; a spread is a standard deviation.
const slantMean = 0.13
const slantSpread = 0.24
/** In radians. */
const rotationSpread = 0.1
/** Width over height, relative to the skeleton. */
const narrowest = 0.7
const widest = 1.2
/** Height that one half of the digit takes from the other. */
const balanceSpread = 0.3
/** Width that the foot of the digit takes from its head. */
const taperSpread = 0.33
const bendSpread = 0.1
/** How far the nodes of the elastic lattice move, in digit heights. */
const elasticSpread = 0.13
/** Some hands are steadier than others: what bend and elastic distortion are multiplied by. */
const steadiest = 0.3
const shakiest = 1.3

/**
 * Gives the path, which comes in a box of height 1, the proportions of a random hand: its head larger than its foot, its
 * strokes bent by a smooth random field (as Simard, Steinkraus and Platt distort pictures, 2003), slanted and turned.
 */
export function distort(path: Path, elasticity: number, random: Random, lattice: Lattice): void {
  const { x, y, length } = path
  const balance = clamp(balanceSpread * random.normal(), -0.7, 0.7)
  const taper = clamp(taperSpread * random.normal(), -0.8, 0.8)
  const shakiness = elasticity * between(steadiest, shakiest, random)
  const bend = shakiness * bendSpread * random.normal()
  placeNodes(lattice, shakiness * elasticSpread, random)
  const aspect = between(narrowest, widest, random)
  const slant = slantMean + slantSpread * random.normal()
  // The tangent of half the angle gives its sine and cosine in plain arithmetic, the same on every machine.
  const tangent = (rotationSpread * random.normal()) / 2
  const cos = (1 - tangent * tangent) / (1 + tangent * tangent)
  const sin = (2 * tangent) / (1 + tangent * tangent)
  for (let i = 0; i < length; i++) {
    const moved = displacement(lattice, x[i], y[i])
    // The parabola keeps head and foot where they are and moves the waist.
    const fromWaist = y[i] + balance * y[i] * (1 - y[i]) - 0.5
    const arched = bend * (4 * fromWaist * fromWaist - 0.4)
    const down = fromWaist + moved.y
    const right = aspect * ((x[i] - 0.5) * (1 + taper * fromWaist) + arched + moved.x) - slant * down
    x[i] = cos * right - sin * down
    y[i] = sin * right + cos * down
  }
}

function between(low: number, high: number, random: Random): number {
  return low + (high - low) * random.uniform()
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value))
}
