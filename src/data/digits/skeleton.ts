import { log } from '../../base/exact-math.js'
import type { Random } from '../../base/random.js'
import { skeletons, type Variant } from './skeletons.js'

/** At a control point, the pen moves on smoothly, turns sharply, or ends the stroke. */
export const smooth = 0
export const corner = 1
export const end = 2

/** One way to write a digit, parsed from the table in skeletons.ts. */
export interface Skeleton {
  readonly weight: number
  /** What the pen does at each control point: `smooth`, `corner` or `end`. */
  readonly marks: readonly number[]
  /**
   * The poses are the same strokes in different proportions. Each pose has the coordinates x, y, x, y, ... of its
   * control points, in digit heights.
   */
  readonly poses: readonly Float64Array[]
  readonly elasticity: number
}

/** The control points of a random variation of a digit. */
export interface ControlPoints {
  /** The factor that scales the distortion. Each way to write a digit has its own factor. */
  elasticity: number
  /** The number of points in use. */
  length: number
  readonly x: Float64Array
  readonly y: Float64Array
  readonly marks: Uint8Array
}

/** The standard deviation of a control point's random displacement along each axis, in digit heights. */
const jitter = 0.02
/**
 * Like `jitter`, but for a control point at the free end of a stroke. It is larger, because free ends vary more in
 * handwriting.
 */
const endJitter = 0.07
/**
 * A digit is a random mixture of poses, which are the same strokes in different proportions. This factor moves the
 * mixture away from the mean of the poses. It is above 1, so that a mixture can lie slightly beyond the poses.
 */
const extrapolation = 1.25

/**
 * Parses a variant (one way to write a digit) from the table in skeletons.ts.
 * @throws Error if the poses of the variant differ in strokes, points or corners
 */
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

/** The largest number of control points in a skeleton. */
export const maxPoints = Math.max(...parsedSkeletons.flat().map(({ marks }) => marks.length))

export function createControlPoints(): ControlPoints {
  return {
    elasticity: 1,
    length: 0,
    x: new Float64Array(maxPoints),
    y: new Float64Array(maxPoints),
    marks: new Uint8Array(maxPoints),
  }
}

/**
 * Writes the control points of a random variation of the digit to `out`. Chooses a way to write the digit, mixes its
 * poses (the same strokes in different proportions), and displaces each control point. All three steps are random.
 */
export function sampleSkeleton(digit: number, random: Random, out: ControlPoints): void {
  const { marks, poses, elasticity } = chooseVariant(parsedSkeletons[digit], random)
  out.elasticity = elasticity
  out.length = marks.length
  out.marks.set(marks)
  mixPoses(poses, random, out)
  for (let i = 0; i < marks.length; i++) {
    const free = i === 0 || marks[i] === end || marks[i - 1] === end
    const distance = free ? endJitter : jitter
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
  // Because of rounding, `ticket` may still be at least 0 after the last variant. In this case, choose the first
  // variant.
  return chosen ?? variants[0]
}

function mixPoses(poses: readonly Float64Array[], random: Random, out: ControlPoints): void {
  out.x.fill(0)
  out.y.fill(0)
  // Dividing exponentially distributed random numbers by their sum makes all mixtures equally likely.
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
