import { type Description, dense, type LoadOptions, Network } from '../common.js'
import { fromEightBits } from './eight-bits.js'

/** The network of `loadDemo`. */
export const demoDescription = {
  inputs: 784,
  layers: [dense(128, 'relu'), dense(10, 'softmax')],
  cost: 'cross-entropy',
  initializer: 'he',
} satisfies Description

/** The digits that the network of `loadDemo` has learned from. */
export const demoDigits = 'mnist'

/** The number of inputs of the network of `loadDemo`, and the number of neurons of each layer. */
export const demoSizes: readonly number[] = [
  demoDescription.inputs,
  ...demoDescription.layers.map(({ outputs }) => outputs),
]

/**
 * Loads the trained network that is shipped with the page. It reads digits in pictures of 28 x 28 pixels. It was trained
 * on MNIST by scripts/train-demo.mjs, and its weights are stored in 8 bits.
 * @param options The backend and the number of threads
 * @throws BackendError if the backend in the options is not available
 */
export async function loadDemo(options: LoadOptions = {}): Promise<Network> {
  // The weights are loaded on use, so that programs that do not show them start faster.
  const { demoWeights } = await import('./demo-weights.js')
  const bytes = Uint8Array.from(atob(demoWeights), (character) => character.charCodeAt(0))
  return new Network(demoDescription, { ...options, parameters: fromEightBits(bytes, demoSizes) })
}
