import type { Network } from '../../index.js'
import { classNames } from '../input/labels.js'

/**
 * Returns the names of the neurons of a layer, which is counted from 1. Those of the last layer have the names of the
 * classes, if there are any.
 */
export function neuronNames(network: Network, layer: number): readonly string[] {
  const { outputs } = network.layers[layer - 1]
  if (layer === network.layers.length && outputs > 1 && network.labelNames) return classNames(network)
  return Array.from({ length: outputs }, (_, i) => `neuron ${i + 1}`)
}
