import { allocate, type FloatArray } from '../base/memory.js'
import { outputsOf } from '../compile/spec.js'
import { type Dataset, type InputArray, isDataset } from '../data/dataset.js'
import { floatArrayType } from '../program/arena.js'
import { type Answers, copyAnswers } from './desired-outputs.js'
import { matchInputs } from './input-names.js'
import { copyInputs, type Rows } from './input-rows.js'
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
  /**
   * The inputs as the first dense layer gets them: scaled, standardized, and multiplied by the factors of a scaling layer.
   * They are rows x inputs, row-major.
   */
  readonly inputs: FloatArray
  /** The layers from the first hidden layer to the output layer. */
  readonly layers: readonly Layer[]
}

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
  const desired = y === undefined ? undefined : copyAnswers(y, size, spec)
  // The task predict stores the outputs of all rows, which are also the activations of the last layer.
  const outputs = desired ? undefined : allocate<FloatArray>(Type, size * outputsOf(spec))
  const job = {
    task: desired ? 'deltas' : 'predict',
    rows: 1,
    answers: desired?.answers,
    source: { inputs, outputs, ...desired?.source },
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
    return desired ? { ...layer, delta: collect(workspace.read(job, `delta${index + 1}`)) } : layer
  })
  const result = { rows: size, inputs: collect(workspace.find(job, 'scaled') ?? workspace.read(job, 'x')), layers }
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
