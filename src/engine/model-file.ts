import { ModelError, optionError } from '../base/errors.js'
import { checkPath } from '../base/files.js'
import type { FloatArray, OwnBytes } from '../base/memory.js'
import { checkAttached, isUint8Array } from '../base/typed-arrays.js'
import { type SaveOptions, writeFile } from '../base/write-file.js'
import { countParameters } from '../compile/parameters.js'
import type { NetworkDescription } from '../compile/spec.js'
import {
  decodeSafetensors,
  readSafetensors,
  type Tensor,
  type Tensors,
  writeSafetensors,
} from '../formats/safetensors.js'
import { encodeSafetensors } from '../formats/safetensors-encode.js'
import type { Dtype } from '../program/kernels.js'
import type { TableSchema } from '../schema/schema.js'
import type { Engine } from './engine.js'
import { splitParameters } from './gradients.js'
import { type PastEpoch, parseHistory } from './history.js'
import { type Fail, failingFor, metadataOf, readMetadata } from './metadata.js'
import { networkOf, trace } from './tracing.js'
import type { TrainingState } from './training-state.js'
import type { Kept } from './workspace.js'

/** The content of a model file. */
export interface Model {
  readonly spec: NetworkDescription
  readonly dtype: Dtype
  readonly seed: number
  readonly epochsSeen: number
  readonly parameters: FloatArray
  readonly standardization: Kept['standardization']
  readonly labelNames: readonly string[] | undefined
  readonly inputNames: readonly string[] | undefined
  readonly schema: TableSchema | undefined
  readonly history: PastEpoch[]
  /** The saved training run. Undefined if the file is not a checkpoint. */
  readonly run: SavedRun | undefined
}

/**
 * A training run in a checkpoint: its state as JSON, and its tensors. In the file, the name of each tensor has the
 * prefix `run.`.
 */
export interface SavedRun {
  readonly text: string
  readonly tensors: Readonly<Record<string, FloatArray>>
}

const runPrefix = 'run.'

function tensorOf(data: FloatArray, shape: number[] = [data.length]): Tensor {
  return data instanceof Float32Array ? { dtype: 'F32', shape, data } : { dtype: 'F64', shape, data }
}

/**
 * Returns a tensor for each weight matrix (outputs x inputs) and each bias vector (outputs). The tensors are named
 * after properties of `Network`, such as `layers.0.weights`.
 */
function tensorsOf(spec: NetworkDescription, parameters: FloatArray): Record<string, Tensor> {
  const { weights, biases, scaling } = splitParameters({ spec }, parameters)
  const tensors: Record<string, Tensor> = {}
  spec.layers.forEach(({ outputs }, index) => {
    tensors[`layers.${index}.weights`] = tensorOf(weights[index], [outputs, weights[index].length / outputs])
    tensors[`layers.${index}.biases`] = tensorOf(biases[index])
  })
  if (scaling) tensors['inputs.scaling'] = tensorOf(scaling)
  return tensors
}

/**
 * Returns the tensors and metadata of a model file. If `run` is given, the file is a checkpoint and also contains the
 * state of this training run.
 */
function contentOf(engine: Engine, state: TrainingState, run?: SavedRun): Tensors {
  const { spec, parameters, kept } = engine
  const tensors = tensorsOf(spec, parameters)
  if (kept.standardization) {
    tensors['inputs.means'] = tensorOf(kept.standardization.means)
    tensors['inputs.factors'] = tensorOf(kept.standardization.factors)
  }
  for (const [name, data] of Object.entries(run?.tensors ?? {})) tensors[runPrefix + name] = tensorOf(data)
  return {
    tensors,
    metadata: {
      ...metadataOf({ spec, ...state, inputNames: kept.inputNames }),
      ...(state.history.length > 0 ? { history: JSON.stringify(state.history) } : {}),
      ...(run ? { run: run.text } : {}),
    },
  }
}

/**
 * Writes the network to a file. If `run` is given, the file is a checkpoint, is replaced in one step, and also contains
 * the state of this training run.
 * @throws ModelError if the file cannot be written
 */
export async function writeModel(
  path: string,
  engine: Engine,
  state: TrainingState,
  { run, options }: { run?: SavedRun; options?: SaveOptions } = {},
): Promise<void> {
  checkPath(path)
  await trace(
    'save',
    () => ({ network: networkOf(engine), path, checkpoint: run !== undefined }),
    async () => {
      const content = contentOf(engine, state, run)
      if (run) await writeSafetensors(path, content)
      else await writeFile(path, encodeSafetensors(path, content), ModelError, options)
    },
  )
}

/** Returns the bytes that `writeModel` would write. */
export function encodeModel(engine: Engine, state: TrainingState): OwnBytes {
  const chunks = encodeSafetensors('the network', contentOf(engine, state))
  const bytes = new Uint8Array(chunks.reduce((total, { length }) => total + length, 0))
  let end = 0
  for (const chunk of chunks) {
    bytes.set(chunk, end)
    end += chunk.length
  }
  return bytes
}

/**
 * Reads a model file.
 * @throws ModelError if the file cannot be read or is not a model. The message names the file.
 */
export async function readModel(path: string): Promise<Model> {
  return modelOf(path, await readSafetensors(path))
}

/**
 * Decodes the bytes of a model file.
 * @throws OptionError if `bytes` is not a Uint8Array, ModelError if the bytes are not a model
 */
export function decodeModel(bytes: Uint8Array): Model {
  if (!isUint8Array(bytes)) throw optionError({ bytes }, 'a Uint8Array')
  checkAttached('bytes', bytes)
  const name = `the model of ${bytes.length} bytes`
  return modelOf(name, decodeSafetensors(name, bytes))
}

function modelOf(path: string, { tensors: all, metadata }: Tensors): Model {
  const fail = failingFor(path)
  const tensors = { ...all }
  const ofRun: Record<string, FloatArray> = {}
  for (const [name, { dtype, data }] of Object.entries(all)) {
    if (!name.startsWith(runPrefix)) continue
    if (!(data instanceof Float32Array || data instanceof Float64Array)) {
      return fail(`the tensor ${name} is ${dtype}, not F32 or F64`)
    }
    ofRun[name.slice(runPrefix.length)] = data
    delete tensors[name]
  }
  const { spec, seed, epochsSeen, labelNames, inputNames, schema } = readMetadata(path, metadata)
  const history = parseHistory(metadata.history, fail)
  const dtype = tensors['layers.0.weights']?.dtype === 'F64' ? 'float64' : 'float32'
  const standardization = takeStandardization(tensors, spec, fail)
  // The tensors in the file must have the same names, types and shapes as the tensors of the network that the metadata
  // describes.
  const Type = dtype === 'float32' ? Float32Array : Float64Array
  const parameters: FloatArray = new Type(countOf(spec, tensors, fail))
  const expected = tensorsOf(spec, parameters)
  for (const [name, { dtype: type, shape, data }] of Object.entries(expected)) {
    const found = tensors[name]
    if (!found) fail(`the tensor ${name} is missing`)
    if (found.dtype !== type || found.shape.join() !== shape.join()) {
      fail(
        `the tensor ${name} is ${found.dtype} [${found.shape.join(', ')}], its description says ${type} [${shape.join(', ')}]`,
      )
    }
    ;(data as FloatArray).set(found.data as FloatArray)
  }
  const unknown = Object.keys(tensors).find((name) => !Object.hasOwn(expected, name))
  if (unknown !== undefined) fail(`the tensor ${unknown} belongs to no layer of its description`)
  const run = metadata.run === undefined ? undefined : { text: metadata.run, tensors: ofRun }
  const names = { labelNames, inputNames, schema }
  return { spec, dtype, seed, epochsSeen, parameters, standardization, ...names, history, run }
}

/**
 * Removes `inputs.means` and `inputs.factors` from `tensors` and returns their numbers. Returns undefined if the
 * network does not standardize its inputs.
 */
function takeStandardization(
  tensors: Record<string, Tensor>,
  spec: NetworkDescription,
  fail: Fail,
): Kept['standardization'] {
  const take = (name: string): Float64Array | undefined => {
    const tensor = tensors[name]
    delete tensors[name]
    if (!tensor) return undefined
    const { dtype, shape, data } = tensor
    if (data instanceof Float64Array && shape.length === 1 && shape[0] === spec.inputs) return data
    return fail(`the tensor ${name} is ${dtype} [${shape.join(', ')}], its description says F64 [${spec.inputs}]`)
  }
  const means = take('inputs.means')
  const factors = take('inputs.factors')
  if (means && factors) return { means, factors }
  return means || factors ? fail(`the tensor inputs.${means ? 'factors' : 'means'} is missing`) : undefined
}

/**
 * Returns the number of parameters of the network that `spec` describes. Checks first that the file contains exactly
 * this many numbers. Without this check, a wrong description in the file could make descent allocate too much memory.
 */
function countOf(spec: NetworkDescription, tensors: Readonly<Record<string, Tensor>>, fail: Fail): number {
  const needed = countParameters(spec)
  const there = Object.values(tensors).reduce((total, { data }) => total + data.length, 0)
  if (needed !== there) fail(`its description needs ${needed} parameters, the file has ${there}`)
  return needed
}
