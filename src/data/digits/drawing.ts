import { createRandom } from '../../base/random.js'
import { centerByMass } from './centering.js'
import { distort } from './distortion.js'
import { createLattice } from './lattice.js'
import { createPath } from './path.js'
import { choosePen } from './pen.js'
import { pictureSize } from './picture.js'
import { drawInk, fitToPicture } from './raster.js'
import { createControlPoints, mostPoints, sampleSkeleton } from './skeleton.js'
import { drawStrokes, mostSteps } from './spline.js'

/** The width of the edge between ink and paper, in pixels. */
const sharpest = 0.9
const softest = 1.4

/** A function that draws the digits of a seed, each from its index alone, into a picture of 28 x 28 bytes. */
export function createDrawing(seed: number): (index: number, digit: number, picture: Uint8Array) => void {
  const points = createControlPoints()
  const path = createPath(mostPoints * mostSteps)
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
