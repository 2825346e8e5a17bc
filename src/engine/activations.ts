import { DataError } from '../base/errors.js'
import { allocate, type FloatArray } from '../base/memory.js'
import { checkAttached, isFloat32Array, isFloat64Array, typedArrayName } from '../base/typed-arrays.js'
import { type NetworkDescription, outputsOf } from '../compile/spec.js'
import { checkLabels, copyLabels, type Dataset, type InputArray, isDataset } from '../data/dataset.js'
import { floatArrayType } from '../program/arena.js'
import { matchInputs } from './input-names.js'
import { copyInputs, copyTargets, type Rows } from './input-rows.js'
import type { Workspace } from './workspace.js'

/** What the neurons of a layer compute in the forward pass. Both arrays are rows x outputs, row-major. */
export interface LayerActivations {
  /** The weighted inputs: z = W a' + b, where a' are the activations of the layer before, or the inputs. */
  readonly z: FloatArray
  /** The activations: a = f(z), where f is the activation function. The last layer's are the network's outputs. */
  readonly a: FloatArray
}

/** What the neurons of a layer compute in the forward pass and in backpropagation. */
export interface LayerErrors extends LayerActivations {
  /**
   * The errors (rows x outputs, row-major): the slope of the row's cost with respect to z. The cost is that of the row
   * alone, without penalties. It is not divided by the number of rows.
   */
  readonly delta: FloatArray
}

/** What a network computes for some rows, layer by layer. All arrays have the network's dtype. */
export interface Activations<Layer extends LayerActivations = LayerActivations> {
  /** The number of rows. */
  readonly rows: number
  /** The inputs as the first layer gets them, scaled and standardized: rows x inputs, row-major. */
  readonly inputs: FloatArray
  /** The layers from the first hidden layer to the output layer. */
  readonly layers: readonly Layer[]
}

/**
 * The desired outputs of some rows: either a class number for each row, or targets (rows x outputs). If the network has
 * a single output, the classes 0 and 1 are also its targets. Then only a typed array of integers counts as class numbers.
 */
export type Answers = Rows | ArrayLike<number> | ArrayLike<bigint>

/**
 * Computes the activations of some rows, and their errors if `y` is given. The rows pass through the network one by
 * one, because the bits of an error can depend on the number of rows that are computed together.
 */
export function activations(
  workspace: Workspace,
  x: Rows | Dataset,
  y: Answers | undefined,
): Activations | Activations<LayerErrors> {
  const { spec, dtype } = workspace
  const Type = floatArrayType(dtype)
  const { inputs, size, scale } = inputsOf(workspace, x)
  const answers = y === undefined ? undefined : copyAnswers(y, size, spec)
  // The task predict stores the outputs of all rows, which are also the activations of the last layer.
  const outputs = answers ? undefined : allocate<FloatArray>(Type, size * outputsOf(spec))
  const job = {
    task: answers ? 'deltas' : 'predict',
    rows: 1,
    answers: answers && (answers.targets ? 'targets' : 'labels'),
    source: { inputs, outputs, ...answers },
    size,
    scalars: { inputScale: scale },
  } as const
  const ready = workspace.ready(job)
  const copies: { readonly row: FloatArray; readonly all: FloatArray }[] = []
  const collect = (row: FloatArray) => {
    const all = allocate<FloatArray>(Type, size * row.length)
    copies.push({ row, all })
    return all
  }
  const layers = spec.layers.map((_, index) => {
    const z = workspace.read(job, `z${index + 1}`)
    // The activation `identity` has no region for its outputs, because they are the logits.
    const a = workspace.find(job, `a${index + 1}`) ?? z
    const layer = { z: collect(z), a: collect(a) }
    return answers ? { ...layer, delta: collect(workspace.read(job, `delta${index + 1}`)) } : layer
  })
  const result = { rows: size, inputs: collect(workspace.read(job, 'x')), layers }
  for (let row = 0; row < size; row++) {
    ready.run(row, row + 1)
    for (const copy of copies) copy.all.set(copy.row, row * copy.row.length)
  }
  return result
}

function inputsOf(workspace: Workspace, x: Rows | Dataset): { inputs: InputArray; size: number; scale: number } {
  if (!isDataset(x)) return copyInputs('x', x, workspace)
  const { inputs, rows, scale } = matchInputs('the dataset', x, workspace)
  return { inputs, size: rows, scale }
}

/**
 * Copies the labels or the targets of `size` rows.
 * @throws DataError if their number or their values do not fit the network
 */
function copyAnswers(
  y: Answers,
  size: number,
  spec: NetworkDescription,
): { labels: Int32Array; targets?: undefined } | { targets: FloatArray } {
  const outputs = outputsOf(spec)
  checkAttached('y', y)
  if (isFlat(y)) {
    if (y.length === size && (outputs > 1 || isIntegerArray(y))) {
      const labels = copyLabels(y, allocate(Int32Array, size))
      checkLabels({ labels }, outputs)
      return { labels }
    }
    if (outputs > 1 && y.length !== size * outputs) {
      const targets = `${size * outputs} (targets: ${size} x ${outputs}, rows x outputs)`
      throw new DataError(`y must have a length of ${size} (labels) or ${targets}, not ${y.length}`)
    }
  }
  return { targets: copyTargets('y', y as Rows, size, spec) }
}

function isFlat(y: Answers): boolean {
  if (!Array.isArray(y)) return typedArrayName(y) !== undefined
  return y.length === 0 || typeof y[0] === 'number' || typeof y[0] === 'bigint'
}

function isIntegerArray(y: Answers): y is ArrayLike<number> {
  return typedArrayName(y) !== undefined && !isFloat32Array(y) && !isFloat64Array(y)
}
