import { createRandom } from '../../random.js'
import { choosePen, distort } from './distortion.js'
import { createPath } from './path.js'
import { centreByMass, drawInk, fitToBox, side } from './raster.js'
import { createControlPoints, sampleSkeleton } from './skeleton.js'
import { drawCurves, steps } from './spline.js'

const points = createControlPoints()
const path = createPath(points.x.length * steps)
const canvas = new Float32Array(side * side)

/** Draws the digit with this seed and index: 784 bytes. */
export function drawDigit(seed: number, index: number, digit: number, picture: Uint8Array): void {
  const random = createRandom(seed, 'digits', index)
  sampleSkeleton(digit, random, points)
  drawCurves(points, path)
  distort(path, random)
  choosePen(path, random)
  const softness = 0.9 + 0.5 * random.uniform()
  fitToBox(path, softness)
  drawInk(path, softness, canvas)
  centreByMass(canvas, picture)
}
