/**
 * Describes how an ONNX graph computes a value from its input rows. A stage is either the inputs of the graph or the
 * logits of a layer. Each value is computed from one stage.
 */

import type { ActivationName } from '../../base/activation-name.js'
import type { FloatArray } from '../../base/memory.js'
import type { Mlp, MlpLayer } from '../mlp.js'
import { factorOf, points, recognize, type Samples } from './samples.js'

/** The input rows, after subtracting the mean of each column and multiplying each column by its factor. */
export interface InputStage {
  readonly kind: 'inputs'
  /** The number of rows if the graph fixes it, otherwise undefined. */
  readonly batch: number | undefined
  /** The number of columns if the graph fixes it, otherwise undefined. */
  readonly columns: number | undefined
  /** Whether the shape is rows x columns. Pictures, for example, have more dimensions. */
  readonly flat: boolean
  /** `means` and `factors` have one number for each column, or a single number for all columns. */
  readonly means: Float64Array
  readonly factors: Float64Array
}

/** The logits of a layer, W x + b, where x is a row of the values in `below`. */
export interface LayerStage {
  readonly kind: 'layer'
  readonly below: Rows
  readonly columns: number
  readonly weights: FloatArray
  readonly biases: FloatArray
}

export type Stage = InputStage | LayerStage

/**
 * Values that are computed from `stage` (the inputs of the graph, or the logits of a layer). They are computed either
 * by a softmax over each row, or by a function that is applied to each number. `samples` has the values of this
 * function at the sample points that samples.ts defines.
 */
export interface Rows {
  readonly stage: Stage
  readonly samples: Samples | 'softmax'
}

/**
 * If the values are the logits or inputs of `stage` times a constant, returns the stage multiplied by this constant.
 * Otherwise returns undefined. A layer is multiplied by changing its weights and biases. The inputs of the graph are
 * multiplied by changing their factors. `spend` is called with the number of changed weights or factors.
 */
export function linear({ stage, samples }: Rows, spend: (count: number) => void): Stage | undefined {
  const factor = samples === 'softmax' ? undefined : factorOf(samples)
  if (factor === undefined || !Number.isFinite(factor)) return undefined
  if (factor === 1) return stage
  spend(stage.kind === 'layer' ? stage.weights.length : stage.factors.length)
  return scaled(stage, [factor], (number, by) => number * by)
}

/** Returns the activation function that turns logits into these values, or undefined if there is none. */
export function activationOf({ samples }: Rows): ActivationName | undefined {
  return samples === 'softmax' ? samples : recognize(samples)
}

export const untouched = (stage: Stage): Rows => ({ stage, samples: points })

/** Multiplies or divides each column of inputs or logits. `by` has a number per column, or one for all columns. */
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

/** Adds a number to each column of inputs or logits. `by` has a number per column, or one for all columns. */
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

/** Returns the network that computes the given logits and applies the given activation to them. */
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
