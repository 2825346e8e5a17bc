import { expOfNegative, log } from '../../base/exact-math.js'
import type { Random } from '../../base/random.js'
import type { Path } from './path.js'

/** The range of pen widths, in digit heights. */
const thinnest = 0.088
const thickest = 0.245
/**
 * The pressure on the pen multiplies its width by a random factor. These are the standard deviation and the range of
 * this factor.
 */
const pressureSpread = 0.3
const lightest = 0.6
const heaviest = 1.5

/**
 * Chooses a random pen width, and sets the half width at every point. Start, middle and end of the path have different
 * random pressures.
 */
export function choosePen(path: Path, random: Random): void {
  // The logarithm of the width is uniformly distributed, so widths from 0.1 to 0.14 are as likely as widths from 0.14
  // to 0.2.
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
