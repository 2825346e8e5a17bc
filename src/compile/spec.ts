import { checkInteger, checkKeys } from '../base/checks.js'
import { OptionError, optionError } from '../base/errors.js'
import { type ActivationName, activations } from './activations.js'
import { type CostName, type CostOption, costOf, costs, standardCost } from './costs.js'
import { type InitializerName, initializers } from './initializers.js'

/** A fully connected layer. */
export interface DenseLayer {
  readonly kind: 'dense'
  /** The number of neurons. */
  readonly outputs: number
  readonly activation: ActivationName
  /** The fraction of the layer's outputs that dropout sets to 0 in training. Default 0. */
  readonly dropout?: number
  /** How the weights enter the weighted inputs. Default 'standard'. */
  readonly parametrization?: Exclude<Parametrization, 'standard'>
  /** The initializer of this layer. The default is that of the network. */
  readonly initializer?: InitializerName
}

/** How the weights W of a layer enter its weighted inputs: W x + b, or with 'ntk' W x / sqrt(inputs) + b. */
export type Parametrization = 'standard' | 'ntk'

/** Settings of a dense layer that it seldom needs. */
export interface DenseOptions {
  /**
   * How the weights enter the weighted inputs z. With `'standard'` (default), z = W x + b. With `'ntk'`, the neural
   * tangent parametrization, z = W x / sqrt(inputs) + b. The weights then start at N(0, 1), and their steps are as
   * large in wide layers as in narrow ones (Jacot, Gabriel and Hongler, "Neural tangent kernel", 2018).
   */
  readonly parametrization?: Parametrization | undefined
  /** The initializer of this layer, such as `'zeros'` for the last one. The default is that of the network. */
  readonly initializer?: InitializerName | undefined
}

/**
 * A layer that sets a random fraction of the previous layer's outputs, or of the network's inputs, to 0 in training.
 */
export interface DropoutLayer {
  readonly kind: 'dropout'
  readonly rate: number
}

/** A layer in front of all others that multiplies each input by a learned factor. */
export interface ScalingLayer {
  readonly kind: 'scaling'
}

/** A network's description as the user writes it. */
export interface Description {
  readonly inputs: number
  readonly layers: readonly (DenseLayer | DropoutLayer | ScalingLayer)[]
  /** The fraction of the inputs that dropout sets to 0 in training. Default 0. */
  readonly inputDropout?: number
  /** Whether each input is multiplied by a learned factor, as a scaling layer in front does. Default false. */
  readonly scaling?: boolean
  /**
   * The default is `'cross-entropy'` for softmax outputs and `'quadratic'` for other outputs. Nielsen's book
   * calls cross-entropy with softmax outputs `'log-likelihood'`, so this name is accepted too.
   */
  readonly cost?: CostOption
  /**
   * The default is `'normal'` if a layer has the parametrization `'ntk'`, else `'he'` if a layer has relu or a similar
   * activation, else `'lecun'` if a layer has selu, else `'glorot'` if a layer has tanh, and else `'normal'`, the
   * initializer in chapter 1 of Nielsen's book. Layers may have initializers of their own.
   */
  readonly initializer?: InitializerName
}

/** A checked description of a network, with defaults filled in. */
export interface NetworkDescription
  extends Required<Omit<Description, 'layers' | 'inputDropout' | 'scaling' | 'cost'>> {
  readonly layers: readonly DenseLayer[]
  readonly inputDropout?: number
  readonly scaling?: true
  readonly cost: CostName
}

/**
 * Describes a fully connected layer.
 *
 * @param outputs The number of neurons.
 * @param activation The activation of its neurons. Default 'sigmoid'.
 * @param options The parametrization and the initializer of the layer.
 * @returns The layer, for the option `layers` of a network's description.
 * @throws OptionError if `outputs` is not a whole number of at least 1, if the activation does not exist, or if an
 * option is wrong
 * @example
 * ```ts
 * import { dense, Network } from 'descent-nn'
 *
 * const network = new Network({ inputs: 4, layers: [dense(10, 'tanh'), dense(3)] })
 * console.log(network.summary())
 * ```
 */
export function dense(outputs: number, activation: ActivationName = 'sigmoid', options: DenseOptions = {}): DenseLayer {
  checkInteger({ outputs }, 1)
  checkName({ activation }, activations)
  if (typeof options !== 'object' || options === null) {
    throw optionError({ options }, "an object such as { parametrization: 'ntk' }")
  }
  checkKeys('dense', options, ['parametrization', 'initializer'])
  const { parametrization = 'standard', initializer } = options
  checkName({ parametrization }, parametrizations)
  if (initializer !== undefined) checkName({ initializer }, initializers)
  return {
    kind: 'dense',
    outputs,
    activation,
    ...(parametrization === 'ntk' && { parametrization }),
    ...(initializer !== undefined && { initializer }),
  }
}

/** The factor of the product W x in the weighted inputs of a layer, by its number of inputs. */
const parametrizations: Readonly<Record<Parametrization, (inputs: number) => number>> = {
  standard: () => 1,
  ntk: (inputs) => 1 / Math.sqrt(inputs),
}

/** Returns the factor of the product W x in the weighted inputs of a layer with this number of inputs. */
export function weightFactor({ parametrization }: DenseLayer, inputs: number): number {
  return parametrizations[parametrization ?? 'standard'](inputs)
}

/**
 * Describes a dropout layer (Srivastava and others, "Dropout: A Simple Way to Prevent Neural Networks from
 * Overfitting", 2014). In training, the output of each neuron in the previous layer is set to 0 with the probability
 * `rate`.
 *
 * @param rate The probability, above 0 and below 1.
 * @returns The layer, for the option `layers` of a network's description.
 * @throws OptionError if the rate is not a number above 0 and below 1
 * @example
 * ```ts
 * import { dense, dropout, Network } from 'descent-nn'
 *
 * const network = new Network({ inputs: 784, layers: [dense(100, 'relu'), dropout(0.5), dense(10)] })
 * console.log(network.summary())
 * ```
 */
export function dropout(rate: number): DropoutLayer {
  checkRate({ rate })
  return { kind: 'dropout', rate }
}

/**
 * Describes a scaling layer, which multiplies each input of the network by a factor of its own. The factors are 1 at the
 * start and are learned. It has no biases, must be the first layer, and comes after the standardization of the inputs
 * (Holzmueller, Grinsztajn and Steinwart, "Better by default", 2024).
 *
 * @returns The layer, for the option `layers` of a network's description.
 * @example
 * ```ts
 * import { dense, Network, scaling } from 'descent-nn'
 *
 * const network = new Network({ inputs: 8, layers: [scaling(), dense(16, 'selu'), dense(1, 'identity')] })
 * console.log(network.scaling)
 * ```
 */
export function scaling(): ScalingLayer {
  return { kind: 'scaling' }
}

function checkRate(option: Record<string, number>): void {
  const [rate] = Object.values(option)
  if (!(typeof rate === 'number' && rate > 0 && rate < 1)) throw optionError(option, 'a number above 0 and below 1')
}

/**
 * Checks the description of a network, and fills in defaults. A list of layer sizes describes a network of sigmoid
 * neurons with the quadratic cost.
 * @throws OptionError if an option or a layer is invalid. The message names it
 */
export function describeNetwork(description: readonly number[] | Description): NetworkDescription {
  if (isSizes(description)) return specOfSizes(description)
  if (typeof description !== 'object' || description === null) {
    throw optionError({ description }, 'a list of layer sizes or an object with inputs and layers')
  }
  checkKeys('network', description, ['inputs', 'layers', 'inputDropout', 'scaling', 'cost', 'initializer'])
  const { inputs, layers } = description
  checkInteger({ inputs }, 1)
  if (!Array.isArray(layers) || layers.length === 0) throw optionError({ layers }, 'a list of at least one layer')
  const { checked, inputDropout, scaled } = joinLayers(layers, description)
  const output = checked[checked.length - 1]
  const { cost: named = defaultCost(output), initializer = defaultInitializer(checked) } = description
  if (named !== 'log-likelihood') checkName({ cost: named }, costs)
  checkName({ initializer }, initializers)
  const cost = standardCost(named, output)
  costOf(cost, output)
  return {
    inputs,
    layers: checked,
    ...(inputDropout ? { inputDropout } : {}),
    ...(scaled ? { scaling: true } : {}),
    cost,
    initializer,
  }
}

/** Returns the default cost of a network with this output layer. */
export const defaultCost = ({ activation }: DenseLayer): CostName =>
  activation === 'softmax' ? 'cross-entropy' : 'quadratic'

/** Returns the default initializer of a network with these layers. */
export function defaultInitializer(layers: readonly DenseLayer[]): InitializerName {
  if (layers.some(({ parametrization }) => parametrization === 'ntk')) return 'normal'
  const suited = layers.map(({ activation }) => activations[activation].initializer)
  return (['he', 'lecun', 'glorot'] as const).find((initializer) => suited.includes(initializer)) ?? 'normal'
}

/**
 * Returns the dense layers alone. A dropout layer becomes the member `dropout` of the dense layer before it. A dropout
 * layer before all dense layers becomes `inputDropout`. A scaling layer becomes `scaled`.
 */
function joinLayers(
  layers: Description['layers'],
  { inputDropout, scaling: scaled = false }: Pick<Description, 'inputDropout' | 'scaling'>,
): { checked: DenseLayer[]; inputDropout: number | undefined; scaled: boolean } {
  const checked: DenseLayer[] = []
  if (typeof scaled !== 'boolean') throw optionError({ scaling: scaled }, 'true or false')
  if (inputDropout !== undefined) checkRate({ inputDropout })
  layers.forEach((layer, index) => {
    const where = `layers[${index}]`
    if (layer?.kind === 'dense') {
      checkKeys(where, layer, ['kind', 'outputs', 'activation', 'dropout', 'parametrization', 'initializer'])
      if (layer.dropout !== undefined) checkRate({ [`${where}.dropout`]: layer.dropout })
      const { outputs, activation, dropout: share, parametrization, initializer } = layer
      const options = { parametrization, initializer }
      checked.push({ ...dense(outputs, activation, options), ...(share ? { dropout: share } : {}) })
    } else if (layer?.kind === 'scaling') {
      checkKeys(where, layer, ['kind'])
      if (index > 0 || scaled)
        throw new OptionError(`${where} is a scaling layer: there may be one, and it must be the first layer`)
      scaled = true
    } else if (layer?.kind === 'dropout') {
      checkKeys(where, layer, ['kind', 'rate'])
      checkRate({ [`${where}.rate`]: layer.rate })
      const before = checked.pop()
      if (before ? before.dropout : inputDropout) throw new OptionError(`${where} is a second dropout in a row`)
      if (before) checked.push({ ...before, dropout: layer.rate })
      else inputDropout = layer.rate
    } else throw optionError({ [where]: layer }, 'a layer such as dense(30) or dropout(0.5)')
  })
  if (checked.length === 0) throw optionError({ layers }, 'a list with at least one dense layer')
  if (checked[checked.length - 1].dropout) {
    throw new OptionError(
      `layers[${layers.length - 1}] drops outputs of the network: dropout must come before a dense layer`,
    )
  }
  return { checked, inputDropout, scaled }
}

/** Returns, for each layer, the fraction of its inputs that dropout sets to 0 in training. */
export function dropoutRates({ layers, inputDropout = 0 }: NetworkDescription): number[] {
  return [inputDropout, ...layers.slice(0, -1).map(({ dropout: share = 0 }) => share)]
}

function isSizes(description: readonly number[] | Description): description is readonly number[] {
  return Array.isArray(description)
}

function specOfSizes(sizes: readonly number[]): NetworkDescription {
  if (sizes.length < 2) throw optionError({ sizes }, 'at least two layer sizes, such as [784, 30, 10]')
  sizes.forEach((size, index) => {
    checkInteger({ [`sizes[${index}]`]: size }, 1)
  })
  const [inputs, ...outputs] = sizes
  return { inputs, layers: outputs.map((size) => dense(size)), cost: 'quadratic', initializer: 'normal' }
}

/** Checks that the value of an option is a key of the table. @throws OptionError if it is not */
export function checkName(option: Record<string, unknown>, table: Readonly<Record<string, unknown>>): void {
  const [value] = Object.values(option)
  if (typeof value === 'string' && Object.hasOwn(table, value)) return
  throw optionError(option, `one of ${Object.keys(table).join(', ')}`)
}

/** The number of outputs of the network. */
export function outputsOf(spec: NetworkDescription): number {
  return spec.layers[spec.layers.length - 1].outputs
}
