/**
 * Evaluates the ONNX operators for products of matrices and for arithmetic. Gemm and MatMul start a new layer.
 * Arithmetic with a constant is folded into the weights and biases of the layer before it, if possible.
 */
import type { FloatArray } from '../../base/memory.js'
import { transpose } from '../transpose.js'
import { activationOf, linear, type Rows, type Stage, scaled, shifted, untouched } from './stage.js'
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
  const biases = vectorOf(step, constantAt(step, 2), stage.columns)
  return rowsValue(untouched(shifted(times, beta === 1 ? biases : biases.map((bias) => beta * bias))))
}

export function matMul(step: Step): Value {
  if (step.inputs[0]?.kind === 'constant')
    throw step.fail('it multiplies a matrix by the rows, not the rows by a matrix')
  return rowsValue(untouched(product(step, constantAt(step, 1), false)))
}

const multiply = (number: number, by: number) => number * by

/** Returns a new layer that multiplies its input rows by a constant matrix. Its biases are 0. */
function product(step: Step, { dims, floats }: Constant, isTransposed: boolean): Stage {
  const { fail, spend } = step
  if (dims.length !== 2) throw fail(`its matrix has the shape [${dims.join(', ')}], expected 2 dimensions`)
  const [inputs, columns] = isTransposed ? [dims[1], dims[0]] : dims
  if (inputs === 0 || columns === 0) throw fail(`its matrix has the shape [${dims.join(', ')}]: it is empty`)
  const below = layerBelow(step, rowsAt(step, 0))
  const width = flatColumns(step, below.stage)
  if (width !== undefined && width !== inputs) {
    throw fail(`its matrix takes ${inputs} columns, the rows have ${width}`)
  }
  spend(inputs * columns)
  const numbers = floats()
  const weights = isTransposed ? numbers : transpose(numbers, inputs, columns)
  const biases = weights instanceof Float32Array ? new Float32Array(columns) : new Float64Array(columns)
  return { kind: 'layer', below, columns, weights, biases }
}

/**
 * Returns the values that a new layer takes as its inputs: the input rows, or the outputs of the previous layer.
 * @throws ModelError if descent has no activation that computes these values
 */
function layerBelow({ fail, spend }: Step, rows: Rows): Rows {
  const stage = linear(rows, spend)
  if (stage) return untouched(stage)
  if (rows.stage.kind === 'inputs')
    throw fail('the graph does more to the inputs than subtract means and multiply by factors')
  if (activationOf(rows)) return rows
  throw fail('the function between it and the layer before is not an activation of descent')
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
  if (inputs.every((input) => input?.kind === 'rows')) return combineRows(step, operation)
  const constantFirst = inputs[0]?.kind === 'constant'
  const rows = rowsAt(step, constantFirst ? 1 : 0)
  const constant = constantAt(step, constantFirst ? 0 : 1)
  const stage = linear(rows, spend)
  const numbers = vectorOf(step, constant, rows.stage.columns)
  const folds = node.operator === 'Add' || node.operator === 'Sub'
  if (stage && (folds || numbers.length > 1)) {
    if (numbers.length > 1) flatColumns(step, stage)
    const isLayer = stage.kind === 'layer'
    // Count the numbers that the operation computes, because their total is limited. Three operations change all
    // weights of a layer: multiplication, division, and subtracting the rows from a constant. In all other cases, one
    // number for each column changes.
    const makesWeights = isLayer && (!folds || (node.operator === 'Sub' && constantFirst))
    spend(makesWeights ? stage.weights.length : (stage.columns ?? numbers.length))
    const wide = !isLayer && numbers.length > 1 ? { ...stage, columns: numbers.length } : stage
    const folded = fold(node.operator, constantFirst, wide, numbers)
    if (folded) return rowsValue(untouched(folded))
  }
  if (numbers.length > 1) {
    throw fail(
      stage
        ? 'it combines the rows with a vector in a way that a layer cannot'
        : 'it combines an activation with a vector',
    )
  }
  if (rows.samples === 'softmax') throw fail('it changes the probabilities of a softmax')
  const [by] = numbers
  return rowsValue({
    stage: rows.stage,
    samples: rows.samples.map((value) => (constantFirst ? operation(by, value) : operation(value, by))),
  })
}

/**
 * Applies an arithmetic operation with a constant vector to the logits of a layer, or to the inputs of the graph.
 * Returns the layer with new weights and biases, or the inputs with new means and factors. Returns undefined if this is
 * not possible for the operation.
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
  return operator === 'Div' && !constantFirst ? scaled(stage, numbers, (number, by) => number / by) : undefined
}

function combineRows(step: Step, operation: (a: number, b: number) => number): Value {
  const [one, other] = [rowsAt(step, 0), rowsAt(step, 1)]
  const { stage, samples } = one
  if (stage !== other.stage) throw step.fail('it joins two branches of the graph, but layers here form a single chain')
  if (samples === 'softmax' || other.samples === 'softmax') throw step.fail('it changes the probabilities of a softmax')
  const second = other.samples
  return rowsValue({ stage, samples: samples.map((value, i) => operation(value, second[i])) })
}
