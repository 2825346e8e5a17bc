/**
 * Functions of one number, known by their values at some hundred points. Programs write one and the same activation as
 * different chains of operators; what tells them apart is what they compute.
 */
import { type Elementwise, elementwise } from '../elementwise.js'

export type Samples = Float64Array

/** From 1e-4 to 1e30 on both sides, so that a bend anywhere between shows; and close together where activations bend. */
const positive = [
  ...Array.from({ length: 60 }, (_, i) => (i + 1) / 5.9),
  ...Array.from({ length: 41 }, (_, i) => 10 ** (i / 5 - 4)),
  1e5, 1e6, 1e9, 1e15, 1e30,
] // biome-ignore format: a list
export const points: Samples = Float64Array.of(0, ...positive, ...positive.map((point) => -point))

export function sample(f: (z: number) => number): Samples {
  return points.map((point) => f(point))
}

/** Constants of float32, such as the root of 2, make so much of a difference. */
const tolerance = 1e-6

function agree(found: Samples, expected: Samples): boolean {
  return found.every((value, i) => Math.abs(value - expected[i]) <= tolerance * (1 + Math.abs(expected[i])))
}

const known = Object.entries(elementwise).map(([name, f]) => [name as Elementwise, sample(f)] as const)

/** The activation that has these values, if one has. */
export function recognize(samples: Samples): Elementwise | undefined {
  return known.find(([, expected]) => agree(samples, expected))?.[0]
}

/** The factor by which the function multiplies, if that is all it does. */
export function factorOf(samples: Samples): number | undefined {
  const factor = samples[points.indexOf(1)]
  return samples.every((value, i) => Math.abs(value - factor * points[i]) <= 1e-12 * Math.abs(value))
    ? factor
    : undefined
}

/** Whether two values of single numbers, such as p and 1 - p, are those of a yes and a no by the logistic function. */
export function areOdds(no: Samples, yes: Samples): boolean {
  return (
    agree(yes, sample(elementwise.sigmoid)) &&
    agree(
      no,
      sample((z) => elementwise.sigmoid(-z)),
    )
  )
}
