/** What a graph has computed of its rows up to a value: the inputs, or the logits of a layer, and a function of those. */
import type { FloatArray } from '../../base/memory.js'
import type { Mlp, MlpActivation, MlpLayer } from '../mlp.js'
import { factorOf, points, recognize, type Samples } from './samples.js'

/** The rows as they come, each column less its mean and times its factor. */
export interface InputStage {
  readonly kind: 'inputs'
  /** The number of rows, where the graph says one. */
  readonly batch: number | undefined
  /** Undefined where the graph leaves open how wide its rows are. */
  readonly columns: number | undefined
  /** Whether they are rows x columns, not pictures. */
  readonly flat: boolean
  /** One for each column, or one for all. */
  readonly means: Float64Array
  readonly factors: Float64Array
}

/** Logits: factors (W x + b), of the rows below. */
export interface LayerStage {
  readonly kind: 'layer'
  readonly below: Rows
  readonly columns: number
  readonly weights: FloatArray
  readonly biases: FloatArray
}

export type Stage = InputStage | LayerStage

/** Values of rows: of each number of a stage the same function, or the softmax of its rows. */
export interface Rows {
  readonly stage: Stage
  readonly samples: Samples | 'softmax'
}

/**
 * The stage whose own numbers these are, with a factor taken into it, whose numbers are accounted for; undefined where they are
 * a function of it.
 */
export function linear({ stage, samples }: Rows, spend: (count: number) => void): Stage | undefined {
  const factor = samples === 'softmax' ? undefined : factorOf(samples)
  if (factor === undefined || !Number.isFinite(factor)) return undefined
  if (factor === 1) return stage
  spend(stage.kind === 'layer' ? stage.weights.length : stage.factors.length)
  return scaled(stage, [factor], (number, by) => number * by)
}

/** The activation that was applied, if it is one. */
export function activationOf({ samples }: Rows): MlpActivation | undefined {
  return samples === 'softmax' ? samples : recognize(samples)
}

export const untouched = (stage: Stage): Rows => ({ stage, samples: points })

/** Multiplies or divides each column by its number, or all by one. */
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

/** Adds to each column its number, or one to all. */
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

/** The network that computes these logits and this activation of them. */
export function stackOf(stage: LayerStage, activation: MlpActivation): Omit<Mlp, 'metadata'> {
  const layers: MlpLayer[] = []
  let top: Stage = stage
  let applied: MlpActivation | undefined = activation
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
