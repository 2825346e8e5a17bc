import type { FloatArray } from '../base/memory.js'
import { createRandom } from '../base/random.js'
import { draw, initializers } from '../compile/initializers.js'
import type { Engine } from './engine.js'
import { splitParameters } from './gradients.js'

export interface Layer {
  readonly inputs: number
  readonly outputs: number
  readonly activation: string
  /** (outputs x inputs), row-major: a live view, so `weights.set(values)` writes it. @throws NetworkBusyError */
  readonly weights: FloatArray
  /** (outputs): a live view. @throws NetworkBusyError */
  readonly biases: FloatArray
}

/** The layers of a network, as live views of its parameters. */
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

/** Draws weights and biases, each array from a random stream of its own. */
export function initialize({ spec, parameters }: Engine, seed: number): void {
  const initializer = initializers[spec.initializer]
  const { weights, biases } = splitParameters({ spec }, parameters)
  spec.layers.forEach(({ outputs }, index) => {
    const inputs = weights[index].length / outputs
    draw(weights[index], initializer.weights(inputs, outputs), createRandom(seed, 'weights', index))
    draw(biases[index], initializer.biases, createRandom(seed, 'biases', index))
  })
}
