import { expOfNegative, log } from '../../base/exact-math.js'
import type { Random } from '../../base/random.js'
import type { Path } from './path.js'

/** Widths of the pen, in digit heights. */
const thinnest = 0.088
const thickest = 0.245
/** How much the pressure of the hand changes the width on the way. */
const pressureSpread = 0.3
const lightest = 0.6
const heaviest = 1.5

/** Gives every point of the path the half width of a random pen, pressed differently at the start, the middle and the end. */
export function choosePen(path: Path, random: Random): void {
  // As often from 0.1 to 0.14 as from 0.14 to 0.2: uniform in the logarithm.
  const halfWidth = expOfNegative(log(thickest) + log(thinnest / thickest) * random.uniform()) / 2
  const start = 1 + pressureSpread * random.normal()
  const middle = 1 + pressureSpread * random.normal()
  const end = 1 + pressureSpread * random.normal()
  for (let i = 0; i < path.length; i++) {
    const t = i / (path.length - 1)
    const s = 1 - t
    const pressure = s * s * start + 2 * s * t * middle + t * t * end
    path.halfWidth[i] = halfWidth * Math.max(lightest, Math.min(heaviest, pressure))
  }
}
