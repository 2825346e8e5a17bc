import { checkInteger, checkKeys, OptionError, optionError } from '../errors.js'
import { type ActivationName, activations } from './activations.js'
import { type CostName, costs } from './costs.js'
import { type InitializerName, initializers } from './initializers.js'

/** A fully connected layer. */
export interface DenseLayer {
  readonly kind: 'dense'
  /** The number of neurons. */
  readonly outputs: number
  readonly activation: ActivationName
}

/** What a user may write to describe a network. */
export interface Description {
  readonly inputs: number
  readonly layers: readonly DenseLayer[]
  /** Default 'quadratic'. */
  readonly cost?: CostName
  /** Default 'normal'. */
  readonly initializer?: InitializerName
}

/** A description that has been checked, with nothing left open. */
export type Spec = Required<Description>

/** A fully connected layer of `outputs` neurons, sigmoid unless said otherwise. @throws OptionError */
export function dense(outputs: number, activation: ActivationName = 'sigmoid'): DenseLayer {
  checkInteger({ outputs }, 1)
  checkName({ activation }, activations)
  return { kind: 'dense', outputs, activation }
}

/**
 * Checks a description, or the list of layer sizes that stands for sigmoid neurons with the quadratic cost.
 * @throws OptionError naming the option or the layer
 */
export function createSpec(description: readonly number[] | Description): Spec {
  if (isSizes(description)) return specOfSizes(description)
  if (typeof description !== 'object' || description === null) {
    throw optionError({ description }, 'a list of layer sizes or an object with inputs and layers')
  }
  checkKeys('network', description, ['inputs', 'layers', 'cost', 'initializer'])
  const { inputs, layers, cost = 'quadratic', initializer = 'normal' } = description
  checkInteger({ inputs }, 1)
  if (!Array.isArray(layers) || layers.length === 0) throw optionError({ layers }, 'a list of at least one layer')
  checkName({ cost }, costs)
  checkName({ initializer }, initializers)
  const checked = layers.map((layer: DenseLayer, index) => {
    if (layer?.kind !== 'dense') throw optionError({ [`layers[${index}]`]: layer }, 'a layer such as dense(30)')
    checkKeys(`layers[${index}]`, layer, ['kind', 'outputs', 'activation'])
    return dense(layer.outputs, layer.activation)
  })
  const output = checked[checked.length - 1].activation
  const defined: readonly string[] = costs[cost].outputs
  if (!defined.includes(output)) {
    throw new OptionError(`the cost ${cost} is not defined for ${output} outputs, only for: ${defined.join(', ')}`)
  }
  return { inputs, layers: checked, cost, initializer }
}

function isSizes(description: readonly number[] | Description): description is readonly number[] {
  return Array.isArray(description)
}

function specOfSizes(sizes: readonly number[]): Spec {
  if (sizes.length < 2) throw optionError({ sizes }, 'at least two layer sizes, such as [784, 30, 10]')
  sizes.forEach((size, index) => {
    checkInteger({ [`sizes[${index}]`]: size }, 1)
  })
  const [inputs, ...outputs] = sizes
  return { inputs, layers: outputs.map((size) => dense(size)), cost: 'quadratic', initializer: 'normal' }
}

/** Throws unless the option is the name of a record of the table. */
export function checkName(option: Record<string, unknown>, table: Readonly<Record<string, unknown>>): void {
  const [value] = Object.values(option)
  if (typeof value === 'string' && Object.hasOwn(table, value)) return
  throw optionError(option, `one of ${Object.keys(table).join(', ')}`)
}

/** The number of answers that the network gives to a row. */
export function outputsOf(spec: Spec): number {
  return spec.layers[spec.layers.length - 1].outputs
}
