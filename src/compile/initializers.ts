import type { Random } from '../random.js'

/** How weights and biases start: both are drawn from normal distributions with these standard deviations. */
export interface Initializer {
  readonly weightDeviation: (inputs: number) => number
  readonly biasDeviation: number
}

export const initializers = {
  /** N(0, 1) everywhere: Nielsen, chapter 1. */
  normal: { weightDeviation: () => 1, biasDeviation: 1 },
  /** Weights N(0, 1/inputs), biases N(0, 1): Nielsen, chapter 3, "Weight initialization". */
  'scaled-normal': { weightDeviation: (inputs) => 1 / Math.sqrt(inputs), biasDeviation: 1 },
} as const satisfies Record<string, Initializer>

export type InitializerName = keyof typeof initializers

/** Fills an array with numbers drawn from N(0, deviation^2). */
export function fillNormal(values: Float32Array | Float64Array, deviation: number, random: Random): void {
  for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal()
}
