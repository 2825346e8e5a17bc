/** Defines what each supported ONNX operator computes. https://github.com/onnx/onnx/blob/main/docs/Operators.md */

import { normalCdf } from '../../base/exact-math.js'
import { isFloat32Array } from '../../base/typed-arrays.js'
import { elementwise } from '../elementwise.js'
import { transpose } from '../transpose.js'
import { arithmetic, batchNormalization, combine, gemm, matMul } from './affine.js'
import type { AttributeType } from './attribute.js'
import { areOdds, points } from './samples.js'
import {
  castSizes,
  concatSizes,
  flatten,
  gather,
  reshape,
  shapeOf,
  slice,
  squeeze,
  unsqueeze,
} from './shape-operators.js'
import { linear, type RowFunction } from './stage.js'
import { floatsOf, onnxTypes, typeName, wholeNumbersOf } from './tensor.js'
import { type Constant, constantAt, flatColumns, rowsAt, rowsValue, type Step, type Value } from './value.js'

interface Operator {
  /** The supported attributes. Any other attribute is an error. */
  readonly attributes?: readonly string[]
  readonly apply: (step: Step) => Value
}

/** The type that each attribute must have. */
export const attributeTypes: Readonly<Record<string, AttributeType>> = {
  alpha: 'FLOAT',
  gamma: 'FLOAT',
  beta: 'FLOAT',
  transA: 'INT',
  transB: 'INT',
  approximate: 'STRING',
  epsilon: 'FLOAT',
  training_mode: 'INT',
  spatial: 'INT',
  axis: 'INT',
  axes: 'INTS',
  to: 'INT',
  perm: 'INTS',
  allowzero: 'INT',
  start: 'INT',
  end: 'INT',
  starts: 'INTS',
  ends: 'INTS',
  keepdims: 'INT',
  value: 'TENSOR',
  value_float: 'FLOAT',
  value_floats: 'FLOATS',
  value_int: 'INT',
  value_ints: 'INTS',
  classlabels_strings: 'STRINGS',
  classlabels_int64s: 'INTS',
}

/**
 * Creates an operator that applies a function to each number. `alpha` is the default of the operator's attribute alpha.
 * It is undefined if the operator has no such attribute.
 */
function unary(f: (z: number, alpha: number) => number, alpha?: number): Operator {
  return {
    attributes: alpha === undefined ? [] : ['alpha'],
    apply(step) {
      const { stage, samples } = rowsAt(step, 0)
      if (typeof samples === 'string') throw step.fail('it changes the probabilities of a softmax')
      const by = step.node.attributes.get('alpha')?.float ?? alpha ?? 0
      return rowsValue({ stage, samples: samples.map((value) => f(value, by)) })
    },
  }
}

/** Returns the first input unchanged. */
function pass(step: Step): Value {
  const [value] = step.inputs
  return value ?? rowsValue(rowsAt(step, 0))
}

/**
 * Creates the operator Exp or Log, which applies `f` to each number. It also turns the row function `from` into the row
 * function `to`. For example, Exp turns a log-softmax into a softmax.
 */
function between(from: RowFunction, to: RowFunction, f: (z: number) => number): Operator {
  const { apply } = unary(f)
  return {
    apply(step) {
      const { stage, samples } = rowsAt(step, 0)
      return samples === from ? rowsValue({ stage, samples: to }) : apply(step)
    },
  }
}

export const operators: Readonly<Record<string, Operator>> = {
  Gemm: { attributes: ['alpha', 'beta', 'transA', 'transB'], apply: gemm },
  MatMul: { apply: matMul },
  ...Object.fromEntries(Object.keys(arithmetic).map((name) => [name, { apply: combine }])),
  Sigmoid: unary(elementwise.sigmoid),
  Tanh: unary(Math.tanh),
  Relu: unary(elementwise.relu),
  LeakyRelu: unary((z, alpha) => (z > 0 ? z : alpha * z), 0.01),
  Elu: unary((z, alpha) => (z > 0 ? z : alpha * Math.expm1(z)), 1),
  Selu: {
    attributes: ['alpha', 'gamma'],
    apply(step) {
      const { attributes } = step.node
      const alpha = attributes.get('alpha')?.float ?? 1.6732632423543772
      const gamma = attributes.get('gamma')?.float ?? 1.0507009873554805
      return unary((z) => gamma * (z > 0 ? z : alpha * Math.expm1(z))).apply({
        ...step,
        node: { ...step.node, attributes: new Map() },
      })
    },
  },
  Mish: unary(elementwise.mish),
  Softplus: unary(elementwise.softplus),
  Erf: unary((z) => 2 * normalCdf(z * Math.SQRT2) - 1),
  Exp: between('log-softmax', 'softmax', Math.exp),
  Log: between('softmax', 'log-softmax', Math.log),
  Neg: unary((z) => -z),
  Abs: unary(Math.abs),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((z) => 1 / z),
  Not: unary((holds) => (holds ? 0 : 1)),
  Gelu: {
    attributes: ['approximate'],
    apply(step) {
      const approximate = step.node.attributes.get('approximate')?.text ?? 'none'
      if (approximate !== 'none')
        throw step.fail(`approximate is ${JSON.stringify(approximate)}, expected "none": GELU is exact here`)
      return unary(elementwise.gelu).apply(step)
    },
  },
  BatchNormalization: { attributes: ['epsilon', 'momentum', 'training_mode', 'spatial'], apply: batchNormalization },
  Softmax: rowFunction('softmax'),
  LogSoftmax: rowFunction('log-softmax'),
  Where: { apply: where },
  Concat: { attributes: ['axis'], apply: concat },
  Identity: { apply: pass },
  Dropout: { attributes: ['ratio', 'seed', 'is_test'], apply: dropout },
  Cast: { attributes: ['to', 'saturate'], apply: cast },
  Shape: { attributes: ['start', 'end'], apply: shapeOf },
  Gather: { attributes: ['axis'], apply: gather },
  Slice: { attributes: ['starts', 'ends', 'axes'], apply: slice },
  Squeeze: { attributes: ['axes'], apply: squeeze },
  Unsqueeze: { attributes: ['axes'], apply: unsqueeze },
  Flatten: { attributes: ['axis'], apply: flatten },
  Reshape: { attributes: ['allowzero'], apply: reshape },
  Transpose: { attributes: ['perm'], apply: transposeConstant },
  Constant: { attributes: ['value', 'value_float', 'value_floats', 'value_int', 'value_ints'], apply: constant },
  ArgMax: { attributes: ['axis', 'keepdims', 'select_last_index'], apply: () => ({ kind: 'classes' }) },
  'ai.onnx.ml.ZipMap': { attributes: ['classlabels_strings', 'classlabels_int64s'], apply: zipMap },
}

/** Creates Softmax or LogSoftmax. */
function rowFunction(samples: RowFunction): Operator {
  return {
    attributes: ['axis'],
    apply(step) {
      const axis = step.node.attributes.get('axis')?.integer ?? 1
      if (axis !== 1 && axis !== -1) throw step.fail(`its axis is ${axis}, expected that of the columns`)
      const rows = rowsAt(step, 0)
      flatColumns(step, rows.stage)
      // A softmax of logarithms of a softmax is the same softmax.
      if (rows.samples === 'log-softmax') return rowsValue({ stage: rows.stage, samples })
      const stage = linear(rows, step.spend)
      if (stage?.kind !== 'layer') throw step.fail('a softmax must follow a matrix')
      return rowsValue({ stage, samples })
    },
  }
}

/**
 * Evaluates Where, which selects between two values by a condition. Each of the two values must be a single constant
 * number, or must be computed from the same layer as the condition. The inputs of the graph count as a layer here.
 */
function where(step: Step): Value {
  const { inputs, fail } = step
  const { stage, samples: condition } = rowsAt(step, 0)
  const branch = (index: number): ArrayLike<number> => {
    const value = inputs[index]
    if (value?.kind === 'constant') {
      const isNumber = value.dims.every((size) => size === 1) && value.dims.length <= stage.shape.length
      if (!isNumber) throw fail(`input ${index + 1} is a vector`)
      return new Float64Array(points.length).fill(value.floats()[0])
    }
    const rows = rowsAt(step, index)
    if (rows.stage !== stage || typeof rows.samples === 'string')
      throw fail(`input ${index + 1} belongs to another branch of the graph`)
    return rows.samples
  }
  const [yes, no] = [branch(1), branch(2)]
  if (typeof condition === 'string') throw fail('its condition is not a comparison')
  return rowsValue({ stage, samples: condition.map((holds, i) => (holds ? yes[i] : no[i])) })
}

/**
 * Evaluates Concat if it joins sizes, or two columns: `1 - p` and `p`, where `p` is the sigmoid of a logit `z`. Models from
 * scikit-learn output the probabilities of two classes in this way. The two columns are the softmax of the logits 0 and
 * `z`. Any other Concat is an error.
 */
function concat(step: Step): Value {
  if (step.inputs.every((input) => input?.kind !== 'rows')) return concatSizes(step)
  const [no, yes] = [rowsAt(step, 0), rowsAt(step, 1)]
  const { stage } = yes
  const axis = step.node.attributes.get('axis')?.integer
  if (axis !== 1 && axis !== -1) throw step.fail(`its axis is ${axis}, expected that of the columns`)
  const isPair = step.inputs.length === 2 && no.stage === stage && stage.kind === 'layer'
  const areSampled = typeof no.samples !== 'string' && typeof yes.samples !== 'string'
  if (!isPair || flatColumns(step, stage) !== 1 || !areSampled || !areOdds(no.samples, yes.samples)) {
    throw step.fail('it concatenates columns other than the two probabilities 1 - p and p')
  }
  const count = stage.weights.length
  step.spend(2 * count)
  const weights = isFloat32Array(stage.weights) ? new Float32Array(2 * count) : new Float64Array(2 * count)
  weights.set(stage.weights, count)
  const biases = Float64Array.of(0, stage.biases[0])
  return rowsValue({ stage: { ...stage, shape: ['rows', 2], columns: 2, weights, biases }, samples: 'softmax' })
}

function dropout(step: Step): Value {
  const training = step.inputs[2]
  if (training && constantAt(step, 2).wholeNumbers()[0] !== 0) throw step.fail('it is in training mode')
  return pass(step)
}

function cast(step: Step): Value {
  const to = step.node.attributes.get('to')?.integer ?? 0
  const [value] = step.inputs
  const isFloat = to === onnxTypes.float || to === onnxTypes.double
  if (value?.kind === 'sizes' || (value?.kind === 'constant' && !isFloat)) return castSizes(step, to)
  if (value?.kind === 'constant') {
    const numbers = to === onnxTypes.float ? Float32Array.from(value.floats()) : Float64Array.from(value.floats())
    step.spend(numbers.length)
    return { ...value, floats: () => numbers }
  }
  if (isFloat) return pass(step)
  // The number of a class may be computed by a comparison, whose results are 0 and 1.
  const { samples } = rowsAt(step, 0)
  const isComparison = typeof samples !== 'string' && samples.every((holds) => holds === 0 || holds === 1)
  if (isComparison && (to === onnxTypes.int32 || to === onnxTypes.int64)) return { kind: 'classes' }
  throw step.fail(`it casts the rows to ${typeName(to)}`)
}

function transposeConstant(step: Step): Value {
  const { dims, floats } = constantAt(step, 0)
  const order = step.node.attributes.get('perm')?.integers ?? [1, 0]
  if (dims.length !== 2 || order.join() !== '1,0') throw step.fail('it is not the transpose of a matrix')
  const [rows, columns] = dims
  step.spend(rows * columns)
  const wholeNumbers = () => {
    throw step.fail('a matrix is not a list of sizes')
  }
  // Transpose immediately. If the work were deferred, a long chain of transposes would cause thousands of nested calls.
  const numbers = transpose(floats(), rows, columns)
  return { kind: 'constant', dims: [columns, rows], floats: () => numbers, wholeNumbers }
}

function constant(step: Step): Constant {
  const { attributes } = step.node
  const tensor = attributes.get('value')?.tensor
  if (tensor)
    return {
      kind: 'constant',
      dims: tensor.dims,
      floats: () => floatsOf(tensor),
      wholeNumbers: () => wholeNumbersOf(tensor),
    }
  const number = attributes.get('value_float')?.float
  const numbers = attributes.get('value_floats')?.floats ?? (number === undefined ? undefined : Float32Array.of(number))
  const integer = attributes.get('value_int')?.integer
  const integers = attributes.get('value_ints')?.integers ?? (integer === undefined ? undefined : [integer])
  if (!numbers && !integers) throw step.fail('it has no supported value')
  const isList = attributes.has('value_floats') || attributes.has('value_ints')
  return {
    kind: 'constant',
    dims: isList ? [(numbers ?? integers)?.length ?? 0] : [],
    floats: () => {
      if (!numbers) throw step.fail('it has whole numbers, expected FLOAT')
      return numbers
    },
    wholeNumbers: () => {
      if (!integers) throw step.fail('it has FLOAT, expected whole numbers')
      return [...integers]
    },
  }
}

/** Evaluates ZipMap. Models from scikit-learn use this operator to add the class names to the probabilities. */
function zipMap(step: Step): Value {
  const rows = rowsAt(step, 0)
  flatColumns(step, rows.stage)
  const { attributes } = step.node
  const labelNames =
    attributes.get('classlabels_strings')?.texts ?? attributes.get('classlabels_int64s')?.integers?.map(String)
  return { kind: 'rows', rows, labelNames }
}
