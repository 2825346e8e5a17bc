import type { Random } from '../../base/random.js'
import { displacement, type Lattice, placeNodes } from './lattice.js'
import type { Path } from './path.js'

// These constants say how much handwriting varies. They were tuned on the training pictures of MNIST. A constant whose
// name ends in "Spread" is a standard deviation.
const slantMean = 0.13
const slantSpread = 0.24
/** The standard deviation of the rotation, in radians. */
const rotationSpread = 0.1
/** The range of the random factor that changes the aspect ratio (width divided by height) of a digit. */
const narrowest = 0.7
const widest = 1.2
/**
 * The standard deviation of the balance. A positive balance stretches the upper half of a digit and compresses the
 * lower half. A negative balance does the reverse.
 */
const balanceSpread = 0.3
/**
 * The standard deviation of the taper. A positive taper widens the foot of a digit and narrows its head. A negative
 * taper does the reverse.
 */
const taperSpread = 0.33
const bendSpread = 0.1
/** The standard deviation of the random displacements of nodes in the elastic lattice, in digit heights. */
const elasticSpread = 0.13
/**
 * The range of a random factor that multiplies bending and elastic distortion. It makes some digits look shakier than
 * others, because some people write less steadily than others.
 */
const steadiest = 0.3
const shakiest = 1.3

/**
 * Distorts a path to imitate another person's handwriting. The path must fit in a box of height 1. The function changes
 * the proportions of the upper and the lower half, bends the strokes by a smooth random field, and slants and rotates
 * them. Simard, Steinkraus and Platt (2003) used such random fields to distort pictures.
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
  // Compute sine and cosine from the tangent of half the angle. This takes only plain arithmetic, which gives the same
  // bits on every machine.
  const tangent = (rotationSpread * random.normal()) / 2
  const cos = (1 - tangent * tangent) / (1 + tangent * tangent)
  const sin = (2 * tangent) / (1 + tangent * tangent)
  for (let i = 0; i < length; i++) {
    const moved = displacement(lattice, x[i], y[i])
    // The parabola y (1 - y) is 0 at the top and at the bottom, so `balance` moves only the points in between.
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
