import type { FloatArray } from '../base/memory.js'
import { createRandom } from '../base/random.js'
import { draw, initializers } from '../compile/initializers.js'
import type { Engine } from './engine.js'
import { splitParameters } from './gradients.js'

export interface Layer {
  readonly inputs: number
  readonly outputs: number
  readonly activation: string
  /**
   * The weights (outputs x inputs), row-major. This is a live view, so `weights.set(values)` changes the network.
   * @throws NetworkBusyError while the network is busy, for example with training
   */
  readonly weights: FloatArray
  /**
   * The biases, one for each output. Writing to the array changes the network.
   * @throws NetworkBusyError while the network is busy, for example with training
   */
  readonly biases: FloatArray
}

/** Returns the layers of a network. Their weights and biases are views of the network's parameters, not copies. */
export function createLayers(engine: Engine): Layer[] {
  const { weights, biases } = splitParameters(engine, engine.parameters)
  return engine.spec.layers.map(({ outputs, activation }, index) => ({
    inputs: weights[index].length / outputs,
    outputs,
    activation,
    get weights() {
      engine.requireIdle('weights')
      return weights[index]
    },
    get biases() {
      engine.requireIdle('biases')
      return biases[index]
    },
  }))
}

/** Draws random weights and biases, and sets the factors of a scaling layer to 1. The weights and the biases of each layer come from separate random streams. */
export function initialize({ spec, parameters }: Engine, seed: number): void {
  const { weights, biases, scaling } = splitParameters({ spec }, parameters)
  scaling?.fill(1)
  spec.layers.forEach(({ outputs, initializer: own = spec.initializer }, index) => {
    const initializer = initializers[own]
    const inputs = weights[index].length / outputs
    draw(weights[index], initializer.weights(inputs, outputs), createRandom(seed, 'weights', index))
    draw(biases[index], initializer.biases, createRandom(seed, 'biases', index))
  })
}
