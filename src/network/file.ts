import { countParameters } from '../compile/parameters.js'
import { createSpec, type Spec } from '../compile/spec.js'
import { checkInteger, ModelError } from '../errors.js'
import type { FloatArray } from '../memory.js'
import { readSafetensors, type Tensor, writeSafetensors } from '../model/safetensors.js'
import type { Dtype } from '../program/kernels.js'
import type { Engine } from './engine.js'
import { splitParameters } from './gradients.js'
import type { TrainingState } from './train.js'

/** What a model file holds. */
export interface Model {
  readonly spec: Spec
  readonly dtype: Dtype
  readonly seed: number
  readonly epochsSeen: number
  readonly parameters: FloatArray
}

const format = 'descent'
const formatVersion = '1'

/** A tensor for each weight matrix (outputs x inputs) and each bias (outputs), by the names that the layers have in the API. */
function tensorsOf(spec: Spec, dtype: Dtype, parameters: FloatArray): Record<string, Tensor> {
  const { weights, biases } = splitParameters({ spec }, parameters)
  const tensor = (shape: number[], data: FloatArray): Tensor =>
    dtype === 'float32'
      ? { dtype: 'F32', shape, data: data as Float32Array }
      : { dtype: 'F64', shape, data: data as Float64Array }
  const tensors: Record<string, Tensor> = {}
  spec.layers.forEach(({ outputs }, index) => {
    tensors[`layers.${index}.weights`] = tensor([outputs, weights[index].length / outputs], weights[index])
    tensors[`layers.${index}.biases`] = tensor([outputs], biases[index])
  })
  return tensors
}

export async function writeModel(path: string, engine: Engine, { seed, epochsSeen }: TrainingState): Promise<void> {
  const { spec, dtype, parameters } = engine
  await writeSafetensors(path, {
    tensors: tensorsOf(spec, dtype, parameters),
    metadata: {
      format,
      version: formatVersion,
      description: JSON.stringify(spec),
      seed: String(seed),
      epochs: String(epochsSeen),
    },
  })
}

/** @throws ModelError naming the file and what in it does not describe a network */
export async function readModel(path: string): Promise<Model> {
  const { tensors, metadata } = await readSafetensors(path)
  const fail = (problem: string): never => {
    throw new ModelError(`${path} is not a model of descent: ${problem}`)
  }
  if (metadata.format !== format) fail(`its metadata says format ${JSON.stringify(metadata.format)}, not "${format}"`)
  if (metadata.version !== formatVersion)
    fail(`its version is ${JSON.stringify(metadata.version)}, not "${formatVersion}"`)
  const spec = readSpec(metadata.description, fail)
  const seed = readNumber('seed', metadata.seed, fail)
  const epochsSeen = readNumber('epochs', metadata.epochs, fail)
  const dtype = tensors['layers.0.weights']?.dtype === 'F64' ? 'float64' : 'float32'
  // The tensors of an empty network of this description say which names, types and shapes the file must have.
  const Type = dtype === 'float32' ? Float32Array : Float64Array
  const parameters: FloatArray = new Type(countOf(spec, tensors, fail))
  const expected = tensorsOf(spec, dtype, parameters)
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
  const unknown = Object.keys(tensors).find((name) => !(name in expected))
  if (unknown !== undefined) fail(`the tensor ${unknown} belongs to no layer of its description`)
  return { spec, dtype, seed, epochsSeen, parameters }
}

/** The number of parameters, which must be that of the numbers in the file: a lying description allocates nothing. */
function countOf(spec: Spec, tensors: Readonly<Record<string, Tensor>>, fail: (problem: string) => never): number {
  const needed = countParameters(spec)
  const there = Object.values(tensors).reduce((total, { data }) => total + data.length, 0)
  if (needed !== there) fail(`its description needs ${needed} parameters, the file has ${there}`)
  return needed
}

function readSpec(description: string | undefined, fail: (problem: string) => never): Spec {
  try {
    return createSpec(JSON.parse(description ?? ''))
  } catch (error) {
    return fail(`its description cannot be used (${error instanceof Error ? error.message : String(error)})`)
  }
}

function readNumber(name: string, text: string | undefined, fail: (problem: string) => never): number {
  try {
    const number = text === undefined || text === '' ? Number.NaN : Number(text)
    checkInteger({ [name]: number }, 0)
    return number
  } catch {
    return fail(`its ${name} is ${JSON.stringify(text)}, not a whole number`)
  }
}
