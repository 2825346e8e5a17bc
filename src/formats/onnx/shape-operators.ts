/**
 * Evaluates the ONNX operators that change or use the shape of values. A shape may change only if the numbers of each
 * row stay together.
 */
import { type Shape, type Size, shapeText } from './stage.js'
import { onnxTypes, typeName } from './tensor.js'
import { constantAt, rowsAt, rowsValue, type Step, sizesAt, type Value } from './value.js'

const product = (sizes: readonly number[]) => sizes.reduce((result, size) => result * size, 1)
const isNumber = (size: Size): size is number => typeof size === 'number'
const list = (sizes: readonly Size[]): Value => ({ kind: 'sizes', sizes, isScalar: false })
/** A negative axis counts from the last dimension. */
const axisIn = (rank: number) => (axis: number) => (axis < 0 ? axis + rank : axis)

/** Returns the values of the first input with another shape. The first size of this shape must be `'rows'`. */
function withShape(step: Step, shape: Shape): Value {
  const { stage, samples } = rowsAt(step, 0)
  // If the shape does not change, keep the stage object: only values with the same stage object can be combined.
  if (shape.length === stage.shape.length && shape.every((size, i) => size === stage.shape[i])) {
    return rowsValue({ stage, samples })
  }
  if (stage.kind !== 'inputs') return rowsValue({ stage: { ...stage, shape }, samples })
  const others = shape.slice(1)
  const columns = others.every(isNumber) ? product(others) : stage.columns
  return rowsValue({ stage: { ...stage, shape, columns }, samples })
}

export function flatten(step: Step): Value {
  const { shape, columns } = rowsAt(step, 0).stage
  const given = step.node.attributes.get('axis')?.integer ?? 1
  const axis = axisIn(shape.length)(given)
  if (axis < 1 || axis > shape.length || shape.slice(1, axis).some((size) => size !== 1)) {
    throw step.fail(`its axis is ${given}: rows would be mixed`)
  }
  return withShape(step, ['rows', columns])
}

export function reshape(step: Step): Value {
  const [value] = step.inputs
  const keepsZeros = step.node.attributes.get('allowzero')?.integer === 1
  const { sizes } = sizesAt(step, 1)
  if (value?.kind === 'sizes' && sizes.length === 1 && (sizes[0] === -1 || sizes[0] === value.sizes.length)) {
    return list(value.sizes)
  }
  const { shape, columns } = rowsAt(step, 0).stage
  const wanted = sizes.map((size, i) => (size === 0 && !keepsZeros ? shape[i] : size))
  const reshaped = shapeOfRows(step, wanted, columns)
  if (reshaped) return withShape(step, reshaped)
  throw step.fail(
    `it reshapes rows of ${columns ?? 'any number of'} columns to ${shapeText(sizes)}: rows would be mixed`,
  )
}

/**
 * Returns the shape that Reshape gives to values with `columns` columns. Returns undefined if an input row might not
 * become exactly one row. A wanted size of -1 is computed from the other sizes.
 */
function shapeOfRows(
  { batch }: Step,
  [first, ...others]: readonly Size[],
  columns: number | undefined,
): Shape | undefined {
  const open = others.filter((size) => size === undefined || size === -1)
  const given = others.filter((size) => isNumber(size) && size > 0) as number[]
  if (open.length > 1 || open.length + given.length < others.length) return undefined
  const isRows = first === 'rows' || (first !== undefined && first === batch)
  if (open.length === 0) {
    if (columns === undefined ? others.length === 0 : product(given) !== columns) return undefined
    return isRows || first === -1 || (batch === undefined && isNumber(first) && first > 0)
      ? ['rows', ...given]
      : undefined
  }
  if (!isRows) return undefined
  const rest = columns === undefined ? undefined : columns / product(given)
  if (rest !== undefined && !Number.isInteger(rest)) return undefined
  return ['rows', ...others.map((size) => (size === undefined || size === -1 ? rest : size))]
}

function axesOf(step: Step): number[] | undefined {
  const axes =
    step.node.attributes.get('axes')?.integers ?? (step.inputs[1] ? constantAt(step, 1).wholeNumbers() : undefined)
  return axes && axes.length > 0 ? [...axes] : undefined
}

export function squeeze(step: Step): Value {
  const { inputs, fail, batch } = step
  const axes = axesOf(step)
  const [value] = inputs
  if (value?.kind === 'sizes') {
    if (value.sizes.length !== 1) throw fail(`it makes a single number of ${value.sizes.length} sizes`)
    return { ...value, isScalar: true }
  }
  const { shape } = rowsAt(step, 0).stage
  if (!axes) {
    const others = shape.slice(1)
    if (!others.every(isNumber))
      throw fail(`it removes the sizes of 1 in ${shapeText(shape)}, which does not give all sizes`)
    if (batch === 1 && others.some((size) => size !== 1)) {
      throw fail(`it also removes the dimension of the rows, because the graph has a single row`)
    }
    return withShape(step, ['rows', ...others.filter((size) => size !== 1)])
  }
  const removed = axes.map(axisIn(shape.length))
  const wrong = removed.findIndex((axis) => axis === 0 || shape[axis] !== 1)
  if (wrong >= 0) throw fail(`it removes dimension ${axes[wrong]} of ${shapeText(shape)}, expected one of size 1`)
  return withShape(
    step,
    shape.filter((_, axis) => !removed.includes(axis)),
  )
}

export function unsqueeze(step: Step): Value {
  const { inputs, fail } = step
  const axes = axesOf(step)
  if (!axes) throw fail('it has no axes')
  const [value] = inputs
  if (value?.kind === 'sizes' || value?.kind === 'constant') {
    const { sizes, isScalar } = sizesAt(step, 0)
    if (!isScalar || axes.length > 1) throw fail('it makes a matrix of sizes')
    return list(sizes)
  }
  const { shape } = rowsAt(step, 0).stage
  const rank = shape.length + axes.length
  const added = axes.map(axisIn(rank))
  const wrong = added.findIndex((axis, i) => axis < 1 || axis >= rank || added.indexOf(axis) !== i)
  if (wrong >= 0) throw fail(`it adds dimension ${axes[wrong]} to ${shapeText(shape)}, expected one after the rows`)
  const old = [...shape]
  return withShape(
    step,
    Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : old.shift())),
  )
}

/** Evaluates Shape, which returns the sizes of all dimensions, or of the dimensions from `start` to `end - 1`. */
export function shapeOf(step: Step): Value {
  const { attributes } = step.node
  const { shape } = rowsAt(step, 0).stage
  return list(shape.slice(attributes.get('start')?.integer ?? 0, attributes.get('end')?.integer))
}

/** Evaluates Gather, which selects sizes from a list of sizes. */
export function gather(step: Step): Value {
  const { sizes } = sizesAt(step, 0)
  const axis = step.node.attributes.get('axis')?.integer ?? 0
  if (axis !== 0 && axis !== -1) throw step.fail(`its axis is ${axis}, but a list of sizes has only axis 0`)
  const { dims, wholeNumbers } = constantAt(step, 1)
  if (dims.length > 1) throw step.fail(`its indices have the shape [${dims.join(', ')}], expected a list`)
  const selected = wholeNumbers().map((index) => {
    const place = axisIn(sizes.length)(index)
    if (place < 0 || place >= sizes.length) throw step.fail(`its index ${index} is not one of ${sizes.length} sizes`)
    return sizes[place]
  })
  return { kind: 'sizes', sizes: selected, isScalar: dims.length === 0 }
}

/** Evaluates Slice, which selects a range from a list of sizes. */
export function slice(step: Step): Value {
  const { sizes } = sizesAt(step, 0)
  // Before opset 10, these lists are attributes. Since then they are inputs.
  const [starts, ends, axes = [0], steps = [1]] = ['starts', 'ends', 'axes', 'steps'].map(
    (name, i) =>
      step.node.attributes.get(name)?.integers ??
      (step.inputs[i + 1] ? constantAt(step, i + 1).wholeNumbers() : undefined),
  )
  if (starts?.length !== 1 || ends?.length !== 1 || axes.join() !== '0' || steps.join() !== '1') {
    throw step.fail('it does not select one range of sizes')
  }
  return list(sizes.slice(starts[0], ends[0]))
}

/** Evaluates Concat of lists of sizes. */
export function concatSizes(step: Step): Value {
  const axis = step.node.attributes.get('axis')?.integer
  if (axis !== 0 && axis !== -1) throw step.fail(`its axis is ${axis}, but a list of sizes has only axis 0`)
  return list(
    step.inputs.flatMap((_, index) => {
      const { sizes, isScalar } = sizesAt(step, index)
      if (isScalar) throw step.fail(`input ${index + 1} is a single number, expected a list of sizes`)
      return sizes
    }),
  )
}

/** Evaluates Mul of two single sizes. */
export function multiplySizes(step: Step): Value {
  const [one, other] = [sizesAt(step, 0), sizesAt(step, 1)]
  if (one.sizes.length !== 1 || other.sizes.length !== 1) throw step.fail('it multiplies lists of sizes')
  const [a, b] = [one.sizes[0], other.sizes[0]]
  if (a === 'rows' || b === 'rows') throw step.fail('it multiplies the number of rows')
  const size = a === undefined || b === undefined ? undefined : a * b
  return { kind: 'sizes', sizes: [size], isScalar: one.isScalar && other.isScalar }
}

export function castSizes(step: Step, to: number): Value {
  if (to !== onnxTypes.int32 && to !== onnxTypes.int64) throw step.fail(`it casts sizes to ${typeName(to)}`)
  return { kind: 'sizes', ...sizesAt(step, 0) }
}
