import { createRandom, type Random } from '#src/base/random'
import { distort } from '#src/data/digits/distortion'
import { createLattice } from '#src/data/digits/lattice'
import { createPath } from '#src/data/digits/path'
import { createControlPoints, maxPoints, sampleSkeleton } from '#src/data/digits/skeleton'
import { drawStrokes, maxSteps } from '#src/data/digits/spline'

export interface Point {
  readonly x: number
  readonly y: number
}

/** What a pen draws before it is lifted. */
export type Stroke = readonly Point[]

/** The strokes of a digit on a pad. Coordinates go from 0 to 1 over the width and the height of the pad. */
export interface Drawing {
  readonly digit: number
  readonly strokes: readonly Stroke[]
}

/** How a drawing is changed, about the center of its box. */
export interface Change {
  /** The distance by which the drawing is moved, in widths and heights of the pad. */
  readonly right: number
  readonly down: number
  readonly scale: number
  /** How far its top is moved to the right, in heights of the drawing. */
  readonly slant: number
}

/** The longer side of a centered drawing, in widths of the pad. */
const centeredSize = 0.6
/** No point is closer to the edge of the pad. */
const margin = 0.06
const smallest = 0.5
const largest = 1.3
const steepest = 0.25

/**
 * Returns a drawing of a digit by the pen of `digits`, in the middle of the pad. The same seed and index give the same
 * drawing.
 */
export function writeDigit(seed: number, index: number, digit: number): Drawing {
  const random = createRandom(seed, 'strokes', index)
  const points = createControlPoints()
  const path = createPath(maxPoints * maxSteps)
  sampleSkeleton(digit, random, points)
  drawStrokes(points, path)
  distort(path, points.elasticity, random, createLattice())
  const strokes: Point[][] = []
  for (let i = 0; i < path.length; i++) {
    if (path.starts[i]) strokes.push([])
    strokes[strokes.length - 1].push({ x: path.x[i], y: path.y[i] })
  }
  return center({ digit, strokes })
}

/** Moves a drawing to the middle of the pad, and scales it to the size of all centered drawings. */
export function center({ digit, strokes }: Drawing): Drawing {
  const { middle, width, height } = boxOf(strokes)
  const scale = centeredSize / Math.max(width, height)
  const place = ({ x, y }: Point): Point => ({ x: 0.5 + scale * (x - middle.x), y: 0.5 + scale * (y - middle.y) })
  return { digit, strokes: strokes.map((stroke) => stroke.map(place)) }
}

/** Moves, scales and slants a centered drawing at random, but not beyond the edge of the pad. */
export function disturb(drawing: Drawing, seed: number, index: number): Drawing {
  const random = createRandom(seed, 'off-center', index)
  const slanted = change(drawing, {
    right: 0,
    down: 0,
    scale: between(random, smallest, largest),
    slant: between(random, -steepest, steepest),
  })
  const { width, height } = boxOf(slanted.strokes)
  const right = Math.max(0, 0.5 - margin - width / 2)
  const down = Math.max(0, 0.5 - margin - height / 2)
  return change(slanted, {
    right: between(random, -right, right),
    down: between(random, -down, down),
    scale: Math.min(1, (1 - 2 * margin) / Math.max(width, height)),
    slant: 0,
  })
}

function change({ digit, strokes }: Drawing, { right, down, scale, slant }: Change): Drawing {
  const { middle } = boxOf(strokes)
  const place = ({ x, y }: Point): Point => {
    const below = scale * (y - middle.y)
    return { x: middle.x + right + scale * (x - middle.x) - slant * below, y: middle.y + down + below }
  }
  return { digit, strokes: strokes.map((stroke) => stroke.map(place)) }
}

function boxOf(strokes: readonly Stroke[]): { middle: Point; width: number; height: number } {
  const xs = strokes.flatMap((stroke) => stroke.map(({ x }) => x))
  const ys = strokes.flatMap((stroke) => stroke.map(({ y }) => y))
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  return { middle: { x: (left + right) / 2, y: (top + bottom) / 2 }, width: right - left, height: bottom - top }
}

function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform()
}
