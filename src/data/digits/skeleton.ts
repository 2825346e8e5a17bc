import type { Random } from '../../random.js'
import { skeletons, type Variant } from './skeletons.js'

/** A variant, parsed: the strokes' control points, one array of coordinates for each pose. */
export interface Skeleton {
  readonly weight: number
  /** For each pose x, y, x, y, ... of all control points, in digit heights. */
  readonly poses: readonly Float64Array[]
  /** For each control point: what the pen does there. */
  readonly marks: Uint8Array
}

export const smooth = 0
export const corner = 1
/** The last point of a stroke. */
export const end = 2

/** A sampled skeleton, ready to be drawn. */
export interface ControlPoints {
  length: number
  readonly x: Float64Array
  readonly y: Float64Array
  readonly marks: Uint8Array
}

/** How far a point strays from where the poses put it, in digit heights: the free ends of strokes stray farther. */
const stray = 0.016
const strayAtEnds = 0.04
/** Poses are mixed a little past their extremes. */
const extrapolation = 1.15
/** How often a hurried hand turns every corner into a curve. */
const roundedShare = 0.15

export function parseVariant({ weight, poses }: Variant): Skeleton {
  const parsed = poses.map(parsePose)
  const [{ marks }] = parsed
  for (const pose of parsed) {
    if (pose.marks.join() !== marks.join()) throw new Error(`the poses ${poses.join('; ')} have different strokes`)
  }
  return { weight, poses: parsed.map((pose) => Float64Array.from(pose.coordinates)), marks: Uint8Array.from(marks) }
}

function parsePose(pose: string): { coordinates: number[]; marks: number[] } {
  const coordinates: number[] = []
  const marks: number[] = []
  for (const stroke of pose.split(' / ')) {
    for (const point of stroke.split(' ')) {
      const [x, y] = point.replace('*', '').split(',')
      coordinates.push(Number(x) / 100, Number(y) / 100)
      marks.push(point.endsWith('*') ? corner : smooth)
    }
    marks[marks.length - 1] = end
  }
  return { coordinates, marks }
}

const parsed = skeletons.map((variants) => variants.map(parseVariant))
const capacity = Math.max(...parsed.flat().map((skeleton) => skeleton.marks.length))

export function createControlPoints(): ControlPoints {
  return {
    length: 0,
    x: new Float64Array(capacity),
    y: new Float64Array(capacity),
    marks: new Uint8Array(capacity),
  }
}

function chooseVariant(variants: readonly Skeleton[], random: Random): Skeleton {
  let ticket = random.uniform() * variants.reduce((sum, { weight }) => sum + weight, 0)
  for (const variant of variants) {
    ticket -= variant.weight
    if (ticket < 0) return variant
  }
  return variants[variants.length - 1]
}

/** Draws a random way of writing the digit: a variant, and a mixture of its poses. */
export function sampleSkeleton(digit: number, random: Random, out: ControlPoints): void {
  const { poses, marks } = chooseVariant(parsed[digit], random)
  out.length = marks.length
  out.x.fill(0)
  out.y.fill(0)
  // Shares that are uniform over all mixtures: exponential numbers over their sum.
  const shares = poses.map(() => -Math.log(1 - random.uniform()))
  const sum = shares.reduce((total, share) => total + share, 0)
  for (let p = 0; p < poses.length; p++) {
    const pose = poses[p]
    const share = extrapolation * (shares[p] / sum) + (1 - extrapolation) / poses.length
    for (let i = 0; i < marks.length; i++) {
      out.x[i] += share * pose[2 * i]
      out.y[i] += share * pose[2 * i + 1]
    }
  }
  const rounded = random.uniform() < roundedShare
  for (let i = 0; i < marks.length; i++) {
    const atEnd = i === 0 || marks[i] === end || marks[i - 1] === end
    const distance = atEnd ? strayAtEnds : stray
    out.x[i] += distance * random.normal()
    out.y[i] += distance * random.normal()
    out.marks[i] = rounded && marks[i] === corner ? smooth : marks[i]
  }
}
