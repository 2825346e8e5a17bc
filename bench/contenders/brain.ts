import { concatenate, type Implementation, splitLayers, targetOf } from './implementation.js'
import { requirePeer } from './require-peer.js'

interface Brain {
  sizes: readonly number[]
  /** `weights[l][j]` has the weights of neuron j in layer l. The input layer (l = 0) has no weights and no biases. */
  readonly weights: readonly Float32Array[][]
  readonly biases: readonly Float32Array[]
  initialize(): void
  train(
    examples: readonly { input: readonly number[]; output: readonly number[] }[],
    options: Readonly<Record<string, number>>,
  ): unknown
}

/**
 * Trains with brain.js's own training loop, which makes a step for each example instead of each batch. To make up for
 * the many steps, training.ts divides the learning rate by the batch size of the other contenders.
 */
export const brain: Implementation = {
  train(work) {
    const { sizes, inputs, labels, order, learningRate } = work
    const { NeuralNetwork } = requirePeer<{ NeuralNetwork: new () => Brain }>('brain.js')
    const network = new NeuralNetwork()
    network.sizes = sizes
    network.initialize()
    splitLayers(work).forEach(({ inputs: width, weights, biases }, l) => {
      network.weights[l + 1].forEach((neuron, j) => {
        neuron.set(weights.subarray(j * width, (j + 1) * width))
      })
      network.biases[l + 1].set(biases)
    })
    const outputs = sizes[sizes.length - 1]
    const examples = Array.from(order, (row) => ({
      input: Array.from(inputs.subarray(row * sizes[0], (row + 1) * sizes[0]), (byte) => byte / 255),
      output: Array.from({ length: outputs }, (_, j) => targetOf(labels[row], j, outputs)),
    }))
    // brain.js requires a momentum, and this one is too small to change a result. The tiny error threshold keeps
    // brain.js from stopping early.
    const options = { iterations: 1, learningRate, momentum: 1e-60, errorThresh: 1e-30 }
    return {
      epoch: () => network.train(examples, options),
      parameters: () =>
        concatenate(sizes.slice(1).flatMap((_, l) => [...network.weights[l + 1], network.biases[l + 1]])),
    }
  },
}
