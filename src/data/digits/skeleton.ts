import { log } from '../../base/exact-math.js'
import type { Random } from '../../base/random.js'
import { skeletons, type Variant } from './skeletons.js'

/** What the pen does at a control point: passes through it, turns sharply there, or ends a stroke. */
export const smooth = 0
export const corner = 1
export const end = 2

/** A variant of the table, parsed. */
export interface Skeleton {
  readonly weight: number
  /** What the pen does at each control point. */
  readonly marks: readonly number[]
  /** For each pose x, y, x, y, ... of the control points, in digit heights. */
  readonly poses: readonly Float64Array[]
  readonly elasticity: number
}

/** A skeleton in one person's hand, at one moment. */
export interface ControlPoints {
  /** How much of the usual bending the digit bears. */
  elasticity: number
  /** Number of points in use. */
  length: number
  readonly x: Float64Array
  readonly y: Float64Array
  readonly marks: Uint8Array
}

/** How far a point strays from where the poses put it (a standard deviation, in digit heights). */
const stray = 0.02
/** The free ends of strokes stray farther: nobody begins a digit at the same place twice. */
const strayAtEnds = 0.07
/** Poses are mixed a little past their extremes. */
const extrapolation = 1.25

/** @throws Error where the poses of a variant differ in strokes, points or corners. */
export function parseVariant({ weight, poses, elasticity = 1 }: Variant): Skeleton {
  const [{ marks }, ...others] = poses.map(parseMarks)
  for (const other of others) {
    if (other.marks.join() !== marks.join()) {
      throw new Error(`the poses "${poses[0]}" and "${other.pose}" have different strokes`)
    }
  }
  return { weight, marks, poses: poses.map(parseCoordinates), elasticity }
}

function parseMarks(pose: string): { pose: string; marks: number[] } {
  const strokes = pose.split(' / ').map((stroke) => stroke.split(' '))
  const marks = strokes.flatMap((points) =>
    points.map((point, i) => (i === points.length - 1 ? end : point.endsWith('*') ? corner : smooth)),
  )
  return { pose, marks }
}

function parseCoordinates(pose: string): Float64Array {
  const coordinates = pose.match(/-?\d+/g) ?? []
  return Float64Array.from(coordinates, (hundredths) => Number(hundredths) / 100)
}

const parsedSkeletons = skeletons.map((variants) => variants.map(parseVariant))

/** The number of control points of the longest skeleton. */
export const mostPoints = Math.max(...parsedSkeletons.flat().map(({ marks }) => marks.length))

export function createControlPoints(): ControlPoints {
  return {
    elasticity: 1,
    length: 0,
    x: new Float64Array(mostPoints),
    y: new Float64Array(mostPoints),
    marks: new Uint8Array(mostPoints),
  }
}

/** Writes a random way of writing the digit to `out`: a variant, a mixture of its poses, and an unsteady hand. */
export function sampleSkeleton(digit: number, random: Random, out: ControlPoints): void {
  const { marks, poses, elasticity } = chooseVariant(parsedSkeletons[digit], random)
  out.elasticity = elasticity
  out.length = marks.length
  out.marks.set(marks)
  mixPoses(poses, random, out)
  for (let i = 0; i < marks.length; i++) {
    const free = i === 0 || marks[i] === end || marks[i - 1] === end
    const distance = free ? strayAtEnds : stray
    out.x[i] += distance * random.normal()
    out.y[i] += distance * random.normal()
  }
}

function chooseVariant(variants: readonly Skeleton[], random: Random): Skeleton {
  let ticket = random.uniform() * variants.reduce((sum, { weight }) => sum + weight, 0)
  const chosen = variants.find(({ weight }) => {
    ticket -= weight
    return ticket < 0
  })
  // Rounding may leave a ticket that no variant takes.
  return chosen ?? variants[0]
}

function mixPoses(poses: readonly Float64Array[], random: Random, out: ControlPoints): void {
  out.x.fill(0)
  out.y.fill(0)
  // Exponential numbers over their sum are shares that make every mixture as likely as the next.
  const shares = poses.map(() => -log(1 - random.uniform()))
  const sum = shares.reduce((total, share) => total + share, 0)
  for (let p = 0; p < poses.length; p++) {
    const pose = poses[p]
    const share = 1 / poses.length + extrapolation * (shares[p] / sum - 1 / poses.length)
    for (let i = 0; i < out.length; i++) {
      out.x[i] += share * pose[2 * i]
      out.y[i] += share * pose[2 * i + 1]
    }
  }
}
