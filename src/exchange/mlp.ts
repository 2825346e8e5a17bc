/**
 * Converts a network to a description of its layers, and creates a network from such a description. Files for other
 * programs, such as ONNX files, are written from the description.
 */

import { classCount } from '../base/argmax.js'
import { ModelError, optionError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import { isFloat32Array } from '../base/typed-arrays.js'
import type { CostName } from '../compile/costs.js'
import { type DenseLayer, type NetworkDescription, weightFactor } from '../compile/spec.js'
import { splitParameters } from '../engine/gradients.js'
import { failingFor, isOurs, type ModelMetadata, metadataOf, readMetadata } from '../engine/metadata.js'
import type { Mlp, MlpLayer } from '../formats/mlp.js'
import { engineOf, type LoadOptions, Network, stateOf } from '../network/network.js'
import { floatArrayType } from '../program/arena.js'

/**
 * Returns the network's description. Weights are not copied if no factor has to be folded into them, and biases never
 * are, so later training changes them in the description too. Layers with the parametrization `ntk`, and a scaling layer
 * with the layer after it, are described as standard layers that compute the same.
 * @throws OptionError if `network` is not a Network; NetworkBusyError while the network learns
 */
export function mlpOf(what: string, network: Network): Mlp {
  if (!(network instanceof Network)) throw optionError({ network }, 'a Network')
  const engine = engineOf(network)
  engine.requireUnchanging(what)
  const { spec, parameters, kept } = engine
  const { weights, biases, scaling } = splitParameters(engine, parameters)
  return {
    inputs: spec.inputs,
    layers: spec.layers.map((layer, index) => ({
      outputs: layer.outputs,
      activation: layer.activation,
      weights: folded(layer, weights[index], index === 0 ? scaling : undefined),
      biases: biases[index],
    })),
    standardization: kept.standardization,
    metadata: metadataOf({ spec: standardSpec(spec), ...stateOf(network), inputNames: kept.inputNames }),
  }
}

/** Returns the weights of the standard layer that computes the same. */
function folded(layer: DenseLayer, weights: FloatArray, scaling: FloatArray | undefined): FloatArray {
  const inputs = weights.length / layer.outputs
  const factor = weightFactor(layer, inputs)
  if (factor === 1 && !scaling) return weights
  return weights.map((weight, i) => weight * factor * (scaling?.[i % inputs] ?? 1))
}

/** Returns the description of the network that computes the same with standard layers. */
function standardSpec(spec: NetworkDescription): NetworkDescription {
  const { scaling, ...rest } = spec
  return { ...rest, layers: spec.layers.map(({ parametrization, ...layer }) => layer) }
}

/**
 * Returns the usual cost for the activation of the last layer. Networks from other programs get this cost, because
 * their files do not contain one.
 */
function costFor({ activation, outputs }: MlpLayer): CostName {
  const hasCrossEntropy = activation === 'sigmoid' || (activation === 'softmax' && outputs > 1)
  return hasCrossEntropy ? 'cross-entropy' : 'quadratic'
}

/**
 * Creates the network that a file describes. If descent wrote the file, the cost, dropout and the names of classes and
 * inputs are taken from the metadata of the file.
 * @throws ModelError if the metadata does not match the rest of the file, or if a parameter is not finite
 */
export function networkOf(
  path: string,
  mlp: Mlp & { labelNames?: readonly string[] | undefined },
  options: LoadOptions,
): Network {
  const { inputs, layers, standardization } = mlp
  layers.forEach(({ weights, biases }, index) => {
    for (const [what, values] of Object.entries({ weights, biases })) {
      const wrong = values.find((value: number) => !Number.isFinite(value))
      if (wrong !== undefined) throw new ModelError(`${path}: layer ${index} has ${wrong} among its ${what}`)
    }
  })
  const described = isOurs(mlp.metadata) ? describedBy(path, mlp) : undefined
  const shapes = layers.map(({ outputs, activation }) => ({ kind: 'dense', outputs, activation }) as const)
  const description = described?.spec ?? { inputs, layers: shapes, cost: costFor(layers[layers.length - 1]) }
  const dtype = isFloat32Array(layers[0].weights) ? 'float32' : 'float64'
  const network = new Network(description, { ...options, dtype, seed: described?.seed ?? 0, parameters: flat(layers) })
  const { kept } = engineOf(network)
  if (standardization) kept.standardization = standardization
  kept.inputNames = described?.inputNames
  const state = stateOf(network)
  state.epochsSeen = described?.epochsSeen ?? 0
  const { outputs } = layers[layers.length - 1]
  const labelNames = described ? described.labelNames : mlp.labelNames
  if (labelNames && labelNames.length !== classCount(outputs)) {
    throw new ModelError(`${path}: it has ${labelNames.length} class names for ${outputs} outputs`)
  }
  state.labelNames = labelNames
  state.schema = described?.schema
  return network
}

function describedBy(path: string, { inputs, layers, metadata }: Mlp): ModelMetadata {
  const fail = failingFor(path)
  const described = readMetadata(path, metadata)
  const { spec } = described
  const shapeOf = (network: { inputs: number; layers: readonly Pick<MlpLayer, 'outputs' | 'activation'>[] }) =>
    [network.inputs, ...network.layers.map(({ outputs, activation }) => `${outputs} ${activation}`)].join(' -> ')
  const [declared, found] = [shapeOf(spec), shapeOf({ inputs, layers })]
  return declared === found ? described : fail(`its description says ${declared}, its graph computes ${found}`)
}

function flat(layers: Mlp['layers']): FloatArray {
  const count = layers.reduce((total, { weights, biases }) => total + weights.length + biases.length, 0)
  const Type = floatArrayType(isFloat32Array(layers[0].weights) ? 'float32' : 'float64')
  const numbers: FloatArray = new Type(count)
  let at = 0
  for (const part of layers.flatMap(({ weights, biases }) => [weights, biases])) {
    numbers.set(part, at)
    at += part.length
  }
  return numbers
}
