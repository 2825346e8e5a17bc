/**
 * Describes how an ONNX graph computes a value from its input rows. A stage is the inputs of the graph, the logits of a
 * layer, or the columns of one of these, multiplied and shifted. Each value is computed from one stage.
 */

import type { ActivationName } from '../../base/activation-name.js'
import type { FloatArray } from '../../base/memory.js'
import { isFloat32Array } from '../../base/typed-arrays.js'
import type { Mlp, MlpLayer } from '../mlp.js'
import { factorOf, points, recognize, type Samples } from './samples.js'

/**
 * The size of a dimension. `'rows'` is the number of input rows, which may differ from call to call. Undefined means
 * that the file does not give the size.
 */
export type Size = number | 'rows' | undefined

/**
 * The sizes of all dimensions. The first is `'rows'`, and the product of the others is the number of columns. Most
 * values have the shape rows x columns. Pictures have more dimensions, and squeezed values may have only one.
 */
export type Shape = readonly Size[]

/** Returns a shape as text for error messages, such as "[rows, 12]". Sizes that the file does not give are "?". */
export const shapeText = (shape: Shape) => `[${shape.map((size) => size ?? '?').join(', ')}]`

/** The input rows, after subtracting the mean of each column and multiplying each column by its factor. */
export interface InputStage {
  readonly kind: 'inputs'
  readonly shape: Shape
  /** The number of columns if the graph fixes it, otherwise undefined. */
  readonly columns: number | undefined
  /** `means` and `factors` have one number for each column, or a single number for all columns. */
  readonly means: Float64Array
  readonly factors: Float64Array
}

/** The logits of a layer, W x + b, where x is a row of the values in `below`. */
export interface LayerStage {
  readonly kind: 'layer'
  readonly below: Rows<InputStage | LayerStage>
  readonly shape: Shape
  readonly columns: number
  readonly weights: FloatArray
  /** Kept in float64, so that they are rounded only once, after all constants have been added. */
  readonly biases: Float64Array
}

/** Each column of the values in `below`, times its factor, plus its shift. Both must be folded into the next layer. */
export interface AffineStage {
  readonly kind: 'affine'
  readonly below: Rows<InputStage | LayerStage>
  readonly shape: Shape
  readonly columns: number
  readonly factors: Float64Array
  readonly shifts: Float64Array
}

export type Stage = InputStage | LayerStage | AffineStage

/**
 * Values that are computed from `stage` by a function of each row or a function of each number. For a function of
 * each row, `samples` is its name. For a function of each number, `samples` has its values at the sample points that
 * samples.ts defines.
 */
export interface Rows<S extends Stage = Stage> {
  readonly stage: S
  readonly samples: Samples | RowFunction
}

/** A function of a whole row. */
export type RowFunction = 'softmax' | 'log-softmax'

/**
 * If the values are the logits or inputs of `stage` times a constant, returns the stage multiplied by this constant.
 * Otherwise returns undefined. A layer is multiplied by changing its weights and biases. The inputs of the graph are
 * multiplied by changing their factors, and so is an affine stage. `spend` is called with the number of changed weights or factors.
 */
export function linear({ stage, samples }: Rows, spend: (count: number) => void): Stage | undefined {
  const factor = typeof samples === 'string' ? undefined : factorOf(samples)
  if (factor === undefined || !Number.isFinite(factor)) return undefined
  if (factor === 1) return stage
  spend(stage.kind === 'layer' ? stage.weights.length : stage.factors.length)
  return scaled(stage, [factor], (number, by) => number * by)
}

/** Returns the activation function that turns logits into these values, or undefined if there is none. */
export function activationOf({ samples }: Rows): ActivationName | undefined {
  if (samples === 'log-softmax') return undefined
  return samples === 'softmax' ? samples : recognize(samples)
}

export const untouched = <S extends Stage>(stage: S): Rows<S> => ({ stage, samples: points })

/** Multiplies or divides each column of a stage. `by` has a number per column, or one for all columns. */
export function scaled(stage: Stage, by: ArrayLike<number>, operation: (number: number, by: number) => number): Stage {
  const at = (column: number) => by[by.length === 1 ? 0 : column]
  if (stage.kind === 'inputs') {
    return { ...stage, factors: spread(stage.factors, by.length).map((factor, i) => operation(factor, at(i))) }
  }
  if (stage.kind === 'affine') {
    const { factors, shifts } = stage
    const by = (number: number, column: number) => operation(number, at(column))
    return { ...stage, factors: factors.map(by), shifts: shifts.map(by) }
  }
  const width = stage.weights.length / stage.columns
  return {
    ...stage,
    weights: stage.weights.map((weight, i) => operation(weight, at(Math.floor(i / width)))),
    biases: stage.biases.map((bias, i) => operation(bias, at(i))),
  }
}

/** Adds a number to each column of a stage. `by` has a number per column, or one for all columns. */
export function shifted(stage: Stage, by: ArrayLike<number>): Stage {
  const at = (column: number) => by[by.length === 1 ? 0 : column]
  if (stage.kind === 'inputs') {
    const factors = spread(stage.factors, by.length)
    const means = spread(stage.means, factors.length)
    return { ...stage, factors, means: means.map((mean, i) => mean - at(i) / factors[i]) }
  }
  if (stage.kind === 'affine') return { ...stage, shifts: stage.shifts.map((shift, i) => shift + at(i)) }
  return { ...stage, biases: stage.biases.map((bias, i) => bias + at(i)) }
}

function spread(numbers: Float64Array, count: number): Float64Array {
  return numbers.length === 1 && count > 1 ? new Float64Array(count).fill(numbers[0]) : numbers
}

/** Returns the network that computes the given logits and applies the given activation to them. */
export function stackOf(stage: LayerStage, activation: ActivationName): Omit<Mlp, 'metadata'> {
  const layers: MlpLayer[] = []
  let top: InputStage | LayerStage = stage
  let applied: ActivationName | undefined = activation
  while (top.kind === 'layer') {
    const { columns, weights, biases, below }: LayerStage = top
    const Type = isFloat32Array(weights) ? Float32Array : Float64Array
    layers.unshift({ outputs: columns, activation: applied ?? 'identity', weights, biases: Type.from(biases) })
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
