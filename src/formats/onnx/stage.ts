/** What a graph computes of its rows, up to some value: the inputs or the logits of a layer, and a function of these. */

import type { ActivationName } from '../../base/activation-name.js'
import type { FloatArray } from '../../base/memory.js'
import type { Mlp, MlpLayer } from '../mlp.js'
import { factorOf, points, recognize, type Samples } from './samples.js'

/** The rows as given, with the mean of each column subtracted and its factor applied. */
export interface InputStage {
  readonly kind: 'inputs'
  /** The number of rows, if the graph fixes it. */
  readonly batch: number | undefined
  /** Undefined if the graph does not fix the width of rows. */
  readonly columns: number | undefined
  /** Whether the shape is rows x columns, instead of more dimensions, such as pictures. */
  readonly flat: boolean
  /** One for each column, or a single one for all columns. */
  readonly means: Float64Array
  readonly factors: Float64Array
}

/** Logits: W x + b of the rows below. */
export interface LayerStage {
  readonly kind: 'layer'
  readonly below: Rows
  readonly columns: number
  readonly weights: FloatArray
  readonly biases: FloatArray
}

export type Stage = InputStage | LayerStage

/** Values of rows: the same function of each number of a stage, or the softmax of its rows. */
export interface Rows {
  readonly stage: Stage
  readonly samples: Samples | 'softmax'
}

/**
 * The stage that has exactly these values, after multiplying a factor into it. The multiplied numbers are charged to `spend`.
 * Undefined if the values are any other function of the stage.
 */
export function linear({ stage, samples }: Rows, spend: (count: number) => void): Stage | undefined {
  const factor = samples === 'softmax' ? undefined : factorOf(samples)
  if (factor === undefined || !Number.isFinite(factor)) return undefined
  if (factor === 1) return stage
  spend(stage.kind === 'layer' ? stage.weights.length : stage.factors.length)
  return scaled(stage, [factor], (number, by) => number * by)
}

/** The activation that was applied, if the function is one. */
export function activationOf({ samples }: Rows): ActivationName | undefined {
  return samples === 'softmax' ? samples : recognize(samples)
}

export const untouched = (stage: Stage): Rows => ({ stage, samples: points })

/** Multiplies or divides each column by its own number, or all columns by the same one. */
export function scaled(stage: Stage, by: ArrayLike<number>, operation: (number: number, by: number) => number): Stage {
  const at = (column: number) => by[by.length === 1 ? 0 : column]
  if (stage.kind === 'inputs') {
    return { ...stage, factors: spread(stage.factors, by.length).map((factor, i) => operation(factor, at(i))) }
  }
  const width = stage.weights.length / stage.columns
  return {
    ...stage,
    weights: stage.weights.map((weight, i) => operation(weight, at(Math.floor(i / width)))),
    biases: stage.biases.map((bias, i) => operation(bias, at(i))),
  }
}

/** Adds to each column its own number, or the same one to all columns. */
export function shifted(stage: Stage, by: ArrayLike<number>): Stage {
  const at = (column: number) => by[by.length === 1 ? 0 : column]
  if (stage.kind === 'inputs') {
    const factors = spread(stage.factors, by.length)
    const means = spread(stage.means, factors.length)
    return { ...stage, factors, means: means.map((mean, i) => mean - at(i) / factors[i]) }
  }
  return { ...stage, biases: stage.biases.map((bias, i) => bias + at(i)) }
}

function spread(numbers: Float64Array, count: number): Float64Array {
  return numbers.length === 1 && count > 1 ? new Float64Array(count).fill(numbers[0]) : numbers
}

/** The network that computes these logits, and this activation of them. */
export function stackOf(stage: LayerStage, activation: ActivationName): Omit<Mlp, 'metadata'> {
  const layers: MlpLayer[] = []
  let top: Stage = stage
  let applied: ActivationName | undefined = activation
  while (top.kind === 'layer') {
    const { columns, weights, biases, below }: LayerStage = top
    layers.unshift({ outputs: columns, activation: applied ?? 'identity', weights, biases })
    applied = activationOf(below)
    top = below.stage
  }
  const first = layers[0]
  const inputs = first.weights.length / first.outputs
  const { means, factors } = top
  const plain = means.every((mean) => mean === 0) && factors.every((factor) => factor === 1)
  const standardization = plain ? undefined : { means: spread(means, inputs), factors: spread(factors, inputs) }
  return { inputs, layers, standardization }
}
