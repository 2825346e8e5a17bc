import { type Region, regionLength } from '../program/arena.js'
import type { NetworkBuilder } from './region-names.js'
import type { NetworkDescription } from './spec.js'

/**
 * The weights (outputs x inputs) and biases (outputs) of each layer within one flat region: W1, b1, W2, b2, ... The factors
 * of a scaling layer (inputs) follow at the end, so that the other parameters are at the same places without them.
 */
export interface ParameterLayout {
  readonly whole: Region
  readonly weights: readonly Region[]
  readonly biases: readonly Region[]
  readonly scaling: Region | undefined
}

/** The number of weights, biases and factors of inputs of a network. */
export function countParameters(spec: NetworkDescription): number {
  let inputs = spec.inputs
  let total = spec.scaling ? inputs : 0
  for (const { outputs } of spec.layers) {
    total += outputs * (inputs + 1)
    inputs = outputs
  }
  return total
}

/**
 * Allocates the regions of the parameters (W1, b1, ...) or of their gradient (dW1, db1, ...). Parameters and gradient
 * have the same layout. They are put at the beginning of the region `place` if it is given.
 */
export function layOutParameters(
  program: NetworkBuilder,
  spec: NetworkDescription,
  what: 'parameters' | 'gradient',
  place?: Region,
): ParameterLayout {
  const [segment, prefix] = what === 'parameters' ? (['parameters', ''] as const) : (['workspace', 'd'] as const)
  const size = countParameters(spec)
  const whole = place ? program.within(place, what, 0, size) : program.place(segment, what, size)
  const weights: Region[] = []
  const biases: Region[] = []
  let inputs = spec.inputs
  let offset = 0
  spec.layers.forEach(({ outputs }, index) => {
    const w = program.within(whole, `${prefix}W${index + 1}`, offset, outputs, inputs)
    const b = program.within(whole, `${prefix}b${index + 1}`, offset + regionLength(w), outputs)
    weights.push(w)
    biases.push(b)
    offset += regionLength(w) + regionLength(b)
    inputs = outputs
  })
  const scaling = spec.scaling ? program.within(whole, `${prefix}scaling`, offset, spec.inputs) : undefined
  return { whole, weights, biases, scaling }
}
