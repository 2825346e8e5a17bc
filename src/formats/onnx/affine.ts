/**
 * Evaluates the ONNX operators for products of matrices and for arithmetic. Gemm and MatMul start a new layer.
 * Arithmetic with a constant, and the normalization of batches, are folded into the weights and biases of the layer
 * before it. If an activation is in between, they are folded into those of the layer after it.
 */
import type { FloatArray } from '../../base/memory.js'
import { transpose } from '../transpose.js'
import { multiplySizes } from './shape-operators.js'
import {
  type AffineStage,
  activationOf,
  type InputStage,
  type LayerStage,
  linear,
  type Rows,
  type Stage,
  scaled,
  shifted,
  untouched,
} from './stage.js'
import { type Constant, constantAt, flatColumns, rowsAt, rowsValue, type Step, type Value, vectorOf } from './value.js'

/** Evaluates Gemm: `alpha * A * B + beta * C`. If `transB` is set, the matrix `B` is transposed first. */
export function gemm(step: Step): Value {
  const { node, inputs, fail } = step
  const attribute = (name: string) => node.attributes.get(name)
  if (attribute('transA')?.integer) throw fail('transA would transpose the rows')
  const alpha = attribute('alpha')?.float ?? 1
  const beta = attribute('beta')?.float ?? 1
  const stage = product(step, constantAt(step, 1), attribute('transB')?.integer === 1)
  const times = alpha === 1 ? stage : scaled(stage, [alpha], multiply)
  if (!inputs[2]) return rowsValue(untouched(times))
  const biases = vectorOf(step, constantAt(step, 2), stage)
  return rowsValue(untouched(shifted(times, beta === 1 ? biases : biases.map((bias) => beta * bias))))
}

export function matMul(step: Step): Value {
  if (step.inputs[0]?.kind === 'constant')
    throw step.fail('it multiplies a matrix by the rows, not the rows by a matrix')
  return rowsValue(untouched(product(step, constantAt(step, 1), false)))
}

const multiply = (number: number, by: number) => number * by

const divide = (number: number, by: number) => number / by

/** Returns a new layer that multiplies its input rows by a constant matrix. */
function product(step: Step, { dims, floats }: Constant, isTransposed: boolean): LayerStage {
  const { fail, spend } = step
  if (dims.length !== 2) throw fail(`its matrix has the shape [${dims.join(', ')}], expected 2 dimensions`)
  const [inputs, columns] = isTransposed ? [dims[1], dims[0]] : dims
  if (inputs === 0 || columns === 0) throw fail(`its matrix has the shape [${dims.join(', ')}]: it is empty`)
  const rows = rowsAt(step, 0)
  const stage = linear(rows, spend)
  const width = flatColumns(step, rows.stage)
  if (width !== undefined && width !== inputs) {
    throw fail(`its matrix takes ${inputs} columns, the rows have ${width}`)
  }
  spend(inputs * columns)
  const numbers = floats()
  const weights = isTransposed ? numbers : transpose(numbers, inputs, columns)
  const layer = { kind: 'layer', shape: ['rows', columns], columns } as const
  const biases = new Float64Array(columns)
  if (stage?.kind !== 'affine') {
    return { ...layer, below: stage ? untouched(stage) : activated(step, rows), weights, biases }
  }
  spend(inputs * columns)
  const { below, factors, shifts } = stage
  weights.forEach((weight, i) => {
    biases[Math.floor(i / inputs)] += weight * shifts[i % inputs]
  })
  return { ...layer, below, weights: weights.map((weight, i) => weight * factors[i % inputs]), biases }
}

/**
 * Returns the given values if they are the outputs of a layer with an activation.
 * @throws ModelError if they are not
 */
function activated({ fail }: Step, rows: Rows): Rows<LayerStage> {
  const { stage, samples } = rows
  if (stage.kind === 'inputs')
    throw fail('the graph does more to the inputs than subtract means and multiply by factors')
  if (!activationOf(rows)) throw fail('the function between it and the layer before is not an activation of descent')
  if (stage.kind === 'layer') return { stage, samples }
  throw fail('two functions follow the layer before, and between them the columns are multiplied or shifted')
}

/** Returns a stage that has the given values as its columns. */
function affineStage(below: Rows<InputStage | LayerStage>, columns: number): AffineStage {
  const { shape } = below.stage
  const [factors, shifts] = [new Float64Array(columns).fill(1), new Float64Array(columns)]
  return { kind: 'affine', below, shape, columns, factors, shifts }
}

/**
 * Evaluates BatchNormalization after training: `(x - mean) / sqrt(variance + epsilon) * scale + shift`. Each column has
 * a constant mean, variance, scale and shift.
 */
export function batchNormalization(step: Step): Value {
  const { node, fail, spend } = step
  const integer = (name: string) => node.attributes.get(name)?.integer
  // Before opset 14, a training mode is recognized by its additional outputs.
  if (integer('training_mode') || node.outputs.slice(1).some((name) => name !== '')) {
    throw fail('it is in training mode, which normalizes each row by the other rows of its batch')
  }
  if (integer('spatial') === 0) throw fail('spatial is 0, expected 1')
  const rows = rowsAt(step, 0)
  const width = flatColumns(step, rows.stage)
  const vectors = [1, 2, 3, 4].map((index) => vectorOf(step, constantAt(step, index), rows.stage))
  const [scales, shifts, means, variances] = vectors
  const columns = width ?? scales.length
  const wrong = vectors.findIndex(({ length }) => length !== columns)
  if (wrong >= 0) throw fail(`input ${wrong + 2} has ${vectors[wrong].length} numbers, expected ${columns}`)
  const epsilon = node.attributes.get('epsilon')?.float ?? 1e-5
  const deviations = Float64Array.from(variances, (variance) => Math.sqrt(variance + epsilon))
  const invalid = deviations.findIndex((deviation) => !(deviation > 0 && deviation < Number.POSITIVE_INFINITY))
  if (invalid >= 0) throw fail(`the variance of column ${invalid} is ${variances[invalid]}, expected one above 0`)
  const stage = linear(rows, spend)
  if (stage?.kind === 'inputs') {
    // The means and deviations become the standardization of the inputs, and the next layer takes only the scales and
    // shifts. If the standardization had the scales too, it could not divide by a scale of 0. If the next layer had the
    // means, subtracting large means from its rounded sums would lose digits.
    const wide = { ...stage, shape: ['rows', columns], columns } as const
    const centered = shifted(
      wide,
      means.map((mean) => -mean),
    )
    const standardized = scaled(centered, deviations, divide) as InputStage
    const rest = affineStage(untouched(standardized), columns)
    return rowsValue(untouched(shifted(scaled(rest, scales, multiply), shifts)))
  }
  const target = stage ?? affineStage(activated(step, rows), columns)
  spend(target.kind === 'layer' ? target.weights.length : columns)
  const factors = deviations.map((deviation, i) => scales[i] / deviation)
  const rest = factors.map((factor, i) => shifts[i] - means[i] * factor)
  return rowsValue(untouched(shifted(scaled(target, factors, multiply), rest)))
}

/** The operators that combine two numbers. Comparisons return 1 for true and 0 for false. */
export const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: multiply,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Max: Math.max,
  Min: Math.min,
  Greater: (a, b) => (a > b ? 1 : 0),
  Less: (a, b) => (a < b ? 1 : 0),
}

/**
 * Evaluates an arithmetic operator with two operands. One operand must be a constant, or both operands must be computed
 * from the same stage (the inputs of the graph, or the logits of a layer).
 */
export function combine(step: Step): Value {
  const { node, inputs, fail, spend } = step
  if (inputs.length !== 2) throw fail(`it has ${inputs.length} inputs, expected 2`)
  const operation = arithmetic[node.operator]
  if (node.operator === 'Mul' && inputs.some((input) => input?.kind === 'sizes')) return multiplySizes(step)
  if (inputs.every((input) => input?.kind === 'rows')) return combineRows(step, operation)
  const constantFirst = inputs[0]?.kind === 'constant'
  const rows = rowsAt(step, constantFirst ? 1 : 0)
  const constant = constantAt(step, constantFirst ? 0 : 1)
  const numbers = vectorOf(step, constant, rows.stage)
  const stage =
    linear(rows, spend) ?? (numbers.length > 1 ? affineStage(activated(step, rows), numbers.length) : undefined)
  const folds = node.operator === 'Add' || node.operator === 'Sub'
  if (stage && (folds || numbers.length > 1)) {
    if (numbers.length > 1) flatColumns(step, stage)
    const isLayer = stage.kind === 'layer'
    // Count the numbers that the operation computes, because their total is limited. Three operations change all
    // weights of a layer: multiplication, division, and subtracting the rows from a constant. In all other cases, one
    // or two numbers for each column change.
    const makesWeights = isLayer && (!folds || (node.operator === 'Sub' && constantFirst))
    spend(makesWeights ? stage.weights.length : (stage.columns ?? numbers.length))
    const wide =
      stage.kind === 'inputs' && numbers.length > 1
        ? ({ ...stage, shape: ['rows', numbers.length], columns: numbers.length } as const)
        : stage
    const folded = fold(node.operator, constantFirst, wide, numbers)
    if (folded) return rowsValue(untouched(folded))
  }
  if (numbers.length > 1) throw fail('it combines the rows with a vector in a way that a layer cannot')
  if (typeof rows.samples === 'string') throw fail('it changes the probabilities of a softmax')
  const [by] = numbers
  return rowsValue({
    stage: rows.stage,
    samples: rows.samples.map((value) => (constantFirst ? operation(by, value) : operation(value, by))),
  })
}

/**
 * Applies an arithmetic operation with a constant vector to a stage. Returns a stage that includes the operation, for
 * example in its weights and biases. Returns undefined if this is not possible for the operation.
 */
function fold(operator: string, constantFirst: boolean, stage: Stage, numbers: FloatArray): Stage | undefined {
  if (operator === 'Add') return shifted(stage, numbers)
  if (operator === 'Mul') return scaled(stage, numbers, multiply)
  if (operator === 'Sub') {
    return constantFirst
      ? shifted(scaled(stage, [-1], multiply), numbers)
      : shifted(
          stage,
          numbers.map((number) => -number),
        )
  }
  return operator === 'Div' && !constantFirst ? scaled(stage, numbers, divide) : undefined
}

function combineRows(step: Step, operation: (a: number, b: number) => number): Value {
  const [one, other] = [rowsAt(step, 0), rowsAt(step, 1)]
  const { stage, samples } = one
  if (stage !== other.stage) throw step.fail('it joins two branches of the graph, but layers here form a single chain')
  if (typeof samples === 'string' || typeof other.samples === 'string')
    throw step.fail('it changes the probabilities of a softmax')
  const second = other.samples
  return rowsValue({ stage, samples: samples.map((value, i) => operation(value, second[i])) })
}
