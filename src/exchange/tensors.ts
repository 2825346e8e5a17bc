/** Converts weights and biases to tensors with the names and the layout of another program, and back. */

import { checkKeys } from '../base/checks.js'
import { OptionError, optionError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import { onOneLine } from '../base/printable.js'
import { isFloat32Array, isFloat64Array } from '../base/typed-arrays.js'
import { countParameters } from '../compile/parameters.js'
import { type Description, describeNetwork, type NetworkDescription } from '../compile/spec.js'
import { splitParameters } from '../engine/gradients.js'
import { type LayoutName, layouts } from '../formats/layouts.js'
import type { Mlp } from '../formats/mlp.js'
import type { Tensor } from '../formats/safetensors.js'
import { transpose } from '../formats/transpose.js'
import type { Network } from '../network/network.js'
import { mlpOf } from './mlp.js'

/** A tensor in row-major order, such as the tensors that readSafetensors and readNpz return. */
export interface NamedTensor {
  readonly shape: readonly number[]
  readonly data: ArrayLike<number | bigint>
}

export interface TensorNames {
  readonly weights: string
  /** The name of the bias tensor. Omit it if the layer has no bias tensor. The layer's biases are then 0. */
  readonly biases?: string
}

export interface TensorsOptions {
  /**
   * The names of the tensors and the shape of the weights. 'torch' has `layers.0.weight` (outputs x inputs) and
   * `layers.0.bias`. 'keras' has `layers.0.kernel` (inputs x outputs) and `layers.0.bias`. 'sklearn' has `coefs_0`
   * (inputs x outputs) and `intercepts_0`. 'descent' has `layers.0.weights` (outputs x inputs) and `layers.0.biases`.
   */
  readonly layout: LayoutName
  /**
   * The names of the layers, from first to last. A string such as 'fc1' is the part of the tensor names before
   * `.weight` and `.bias`. An object has the full names of the weight tensor and the bias tensor.
   */
  readonly names?: readonly (string | TensorNames)[]
}

interface Names extends TensorNames {
  readonly transposed: boolean
}

function checkOptions(what: string, options: TensorsOptions): void {
  checkKeys(what, options, ['layout', 'names'])
  const { layout, names } = options
  if (!Object.hasOwn(layouts, layout)) throw optionError({ layout }, `one of ${Object.keys(layouts).join(', ')}`)
  if (names !== undefined && !Array.isArray(names)) throw optionError({ names }, 'a list with one name for each layer')
}

/** Returns the names of the tensors of each layer. */
function namesOf(count: number, { layout, names }: TensorsOptions): Names[] {
  const { weights, biases, layer, transposed } = layouts[layout]
  const listed = names ?? Array.from({ length: count }, (_, index) => layer(index))
  if (listed.length !== count) {
    throw new OptionError(`names must have one name for each of the ${count} layers, not ${listed.length}`)
  }
  return listed.map((name) => {
    if (typeof name === 'string') return { weights: weights(name), biases: biases(name), transposed }
    return { ...name, transposed }
  })
}

/**
 * Returns copies of the network's weights and biases as tensors, with the names and the layout of another program. Pass
 * them to writeSafetensors or writeNpz. If the network standardizes its inputs, the standardization is folded into the
 * first layer, so that the tensors alone give the same outputs.
 * @throws OptionError if an option is wrong; NetworkBusyError while the network learns
 */
export function tensorsOf(network: Network, options: TensorsOptions): Record<string, Tensor> {
  const { layers, standardization } = mlpOf('tensorsOf', network)
  checkOptions('tensorsOf', options)
  const names = namesOf(layers.length, options)
  const entries = layers.flatMap((layer, index) => {
    const { outputs } = layer
    const { weights, biases } = index === 0 ? withStandardization(layer, standardization) : layer
    const { weights: name, biases: biasesName, transposed } = names[index]
    const inputs = weights.length / outputs
    const matrix = transposed
      ? tensor([inputs, outputs], transpose(weights, outputs, inputs))
      : tensor([outputs, inputs], weights.slice())
    const list: [string, Tensor][] = [[name, matrix]]
    if (biasesName !== undefined) list.push([biasesName, tensor([outputs], biases.slice())])
    else if (biases.some((bias) => bias !== 0))
      throw new OptionError(`names[${index}] has no biases, but layer ${index + 1} has`)
    return list
  })
  const seen = new Set<string>()
  for (const [name] of entries) {
    if (seen.has(name)) throw new OptionError(`names gives two tensors the name ${JSON.stringify(name)}`)
    seen.add(name)
  }
  return Object.fromEntries(entries)
}

function tensor(shape: readonly number[], data: FloatArray): Tensor {
  return isFloat32Array(data) ? { dtype: 'F32', shape, data } : { dtype: 'F64', shape, data }
}

/**
 * Returns weights and biases that include the standardization of the inputs. Each weight is multiplied by the factor of
 * its input. Then, for each input, the new weight times the mean of the input is subtracted from the bias.
 */
function withStandardization(
  { weights, biases }: Mlp['layers'][number],
  measures: Mlp['standardization'],
): { weights: FloatArray; biases: FloatArray } {
  if (!measures) return { weights, biases }
  const { means, factors } = measures
  const scaled = weights.map((weight, i) => weight * factors[i % factors.length])
  const shifted = biases.map((bias, row) => {
    let sum = bias
    for (let i = 0; i < means.length; i++) sum -= weights[row * means.length + i] * factors[i] * means[i]
    return sum
  })
  return { weights: scaled, biases: shifted }
}

/**
 * Returns parameters for `new Network(description, { parameters })`, taken from tensors of another program.
 *
 * Without the option `names`, every tensor must belong to a layer, and the layers are ordered by the numbers in the
 * names of the tensors (`0.weight`, `2.weight`, ...). If the names of the layers differ in more than a number, list
 * them with `names`.
 * @throws OptionError if a tensor is missing, belongs to no layer, has the wrong shape or has a number that is not
 * finite. The message names the tensor.
 */
export function parametersFrom(
  tensors: Readonly<Record<string, NamedTensor>>,
  description: readonly number[] | Description,
  options: TensorsOptions,
): FloatArray {
  checkOptions('parametersFrom', options)
  if (typeof tensors !== 'object' || tensors === null) throw optionError({ tensors }, 'tensors by name')
  const spec = describeNetwork(description)
  checkStandard(spec)
  const names = options.names ? namesOf(spec.layers.length, options) : findNames(tensors, spec, options.layout)
  const isDouble = names.some(({ weights }) => isFloat64Array(tensors[weights]?.data))
  const parameters = new (isDouble ? Float64Array : Float32Array)(countOf(tensors, spec))
  const places = splitParameters({ spec }, parameters)
  names.forEach(({ weights, biases, transposed }, index) => {
    const { outputs } = spec.layers[index]
    const inputs = places.weights[index].length / outputs
    const matrix = numbersOf(tensors, weights, transposed ? [inputs, outputs] : [outputs, inputs])
    places.weights[index].set(transposed ? transpose(matrix, inputs, outputs) : matrix)
    if (biases !== undefined) places.biases[index].set(numbersOf(tensors, biases, [outputs]))
  })
  return parameters
}

/** Checks that the weights of all layers are those of the tensors. @throws OptionError if a layer multiplies them by a factor */
function checkStandard({ layers, scaling }: NetworkDescription): void {
  if (scaling) throw new OptionError('tensors have no factors for a scaling layer: describe the network without it')
  const index = layers.findIndex(({ parametrization }) => parametrization !== undefined)
  if (index < 0) return
  throw new OptionError(
    `layer ${index + 1} has the parametrization ${layers[index].parametrization}, but tensors have the weights of standard layers: describe it without`,
  )
}

/**
 * Returns the number of parameters that the network has according to its description. Checks first that the tensors
 * have enough numbers for all weights. Biases may be missing.
 * @throws OptionError if the tensors have fewer numbers than the network has weights
 */
function countOf(tensors: Readonly<Record<string, NamedTensor>>, spec: NetworkDescription): number {
  const there = Object.values(tensors).reduce((total, { data }) => total + data.length, 0)
  const needed = countParameters(spec)
  const biases = spec.layers.reduce((total, { outputs }) => total + outputs, 0)
  if (needed - biases <= there) return needed
  throw new OptionError(`description needs ${needed} parameters, the tensors have ${there} numbers`)
}

function numbersOf(tensors: Readonly<Record<string, NamedTensor>>, name: string, shape: readonly number[]): FloatArray {
  const known = Object.keys(tensors).map(onOneLine).join(', ')
  const called = `the tensor ${onOneLine(name)}`
  if (!Object.hasOwn(tensors, name)) throw new OptionError(`${called} is missing; the tensors are ${known}`)
  const { shape: found, data } = tensors[name]
  if (found.join() !== shape.join()) {
    throw new OptionError(`${called} has the shape [${found.join(', ')}], expected [${shape.join(', ')}]`)
  }
  if (data.length !== shape.reduce((product, size) => product * size, 1)) {
    throw new OptionError(`${called} of shape [${found.join(', ')}] has ${data.length} numbers`)
  }
  if (isFloat32Array(data) || isFloat64Array(data)) {
    const place = data.findIndex((value: number) => !Number.isFinite(value))
    if (place >= 0) throw new OptionError(`${called} has ${data[place]} at place ${place}, expected finite numbers`)
    return data
  }
  return Float64Array.from(data, (value) => {
    if (typeof value === 'number') return value
    throw new OptionError(`${called} has 64-bit whole numbers, expected floats`)
  })
}

/** Returns the names of the tensors of each layer. The numbers in the names determine the order of the layers. */
function findNames(
  tensors: Readonly<Record<string, NamedTensor>>,
  spec: NetworkDescription,
  layout: LayoutName,
): Names[] {
  const { pattern, transposed, weights, biases } = layouts[layout]
  const found = Object.keys(tensors)
    .flatMap((name) => {
      const match = pattern.exec(name)
      return match ? [{ prefix: match[1], digits: match[2] }] : []
    })
    .sort((one, other) => Number(one.digits) - Number(other.digits))
  const say = 'list the layers with the option names, from first to last'
  const known = Object.keys(tensors).map(onOneLine).join(', ')
  if (new Set(found.map(({ prefix }) => prefix)).size > 1 || found.length !== spec.layers.length) {
    throw new OptionError(
      `the tensors (${known}) are not ${spec.layers.length} numbered layers, such as ${weights(layouts[layout].layer(0))}: ${say}`,
    )
  }
  const names = found.map(({ prefix, digits }) => {
    const layer = layout === 'sklearn' ? digits : prefix + digits
    return { weights: weights(layer), biases: biases(layer), transposed }
  })
  const used = new Set(names.flatMap((name) => [name.weights, name.biases]))
  const other = Object.keys(tensors).find((name) => !used.has(name))
  if (other !== undefined) throw new OptionError(`the tensor ${onOneLine(other)} belongs to no layer: ${say}`)
  return names
}
