/**
 * Recognizes functions of one number by their values at about two hundred points. Exporters write the same activation
 * as different chains of operators, so an activation is recognized by its values instead of its operators.
 */
import { type Elementwise, elementwise } from '../elementwise.js'

export type Samples = Float64Array

/**
 * The positive sample points, from 1e-4 to 1e30. Most points are below 11, where the known activations bend. The larger
 * points detect functions that bend elsewhere.
 */
const positive = [
  ...Array.from({ length: 60 }, (_, i) => (i + 1) / 5.9),
  ...Array.from({ length: 41 }, (_, i) => 10 ** (i / 5 - 4)),
  1e5, 1e6, 1e9, 1e15, 1e30,
] // biome-ignore format: a list
export const points: Samples = Float64Array.of(0, ...positive, ...positive.map((point) => -point))

export function sample(f: (z: number) => number): Samples {
  return points.map((point) => f(point))
}

/**
 * The tolerance for comparing values. It allows for the rounding of float32 constants, such as the square root of 2.
 */
const tolerance = 1e-6

function agree(found: Samples, expected: Samples): boolean {
  return found.every((value, i) => Math.abs(value - expected[i]) <= tolerance * (1 + Math.abs(expected[i])))
}

const known = Object.entries(elementwise).map(([name, f]) => [name as Elementwise, sample(f)] as const)

/** Returns the activation that has these values at the sample points, or undefined if no activation has them. */
export function recognize(samples: Samples): Elementwise | undefined {
  return known.find(([, expected]) => agree(samples, expected))?.[0]
}

/** Returns the factor if the sampled function only multiplies its argument by a factor, otherwise undefined. */
export function factorOf(samples: Samples): number | undefined {
  const factor = samples[points.indexOf(1)]
  return samples.every((value, i) => Math.abs(value - factor * points[i]) <= 1e-12 * Math.abs(value))
    ? factor
    : undefined
}

/** Whether the two sampled functions are 1 - p and p, where p is the logistic function. */
export function areOdds(no: Samples, yes: Samples): boolean {
  return (
    agree(yes, sample(elementwise.sigmoid)) &&
    agree(
      no,
      sample((z) => elementwise.sigmoid(-z)),
    )
  )
}
