import { createRandom } from '../../base/random.js'
import { centerByMass } from './centering.js'
import { distort } from './distortion.js'
import { createLattice } from './lattice.js'
import { createPath } from './path.js'
import { choosePen } from './pen.js'
import { pictureSize } from './picture.js'
import { drawInk, fitToPicture } from './raster.js'
import { createControlPoints, maxPoints, sampleSkeleton } from './skeleton.js'
import { drawStrokes, maxSteps } from './spline.js'

/** The range of the random width of the edge between ink and paper, in pixels. */
const sharpest = 0.9
const softest = 1.4

/**
 * Returns a function that draws a digit into a picture of 28 x 28 bytes. The picture depends only on `seed`, `index`
 * and `digit`.
 */
export function createDrawing(seed: number): (index: number, digit: number, picture: Uint8Array) => void {
  const points = createControlPoints()
  const path = createPath(maxPoints * maxSteps)
  const lattice = createLattice()
  const canvas = new Float32Array(pictureSize)
  return (index, digit, picture) => {
    const random = createRandom(seed, 'digits', index)
    sampleSkeleton(digit, random, points)
    drawStrokes(points, path)
    distort(path, points.elasticity, random, lattice)
    choosePen(path, random)
    const softness = sharpest + (softest - sharpest) * random.uniform()
    fitToPicture(path, softness)
    drawInk(path, softness, canvas)
    centerByMass(canvas, picture)
  }
}
