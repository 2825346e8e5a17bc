import { concatenate, type Implementation, splitLayers } from './implementation.js'
import { requirePeer } from './require-peer.js'

interface Brain {
  sizes: readonly number[]
  /** Layer, neuron: the input layer has neither. */
  readonly weights: readonly Float32Array[][]
  readonly biases: readonly Float32Array[]
  initialize(): void
  train(
    examples: readonly { input: readonly number[]; output: readonly number[] }[],
    options: Readonly<Record<string, number>>,
  ): unknown
}

/**
 * brain.js has no mini-batches: it learns from one example at a time, here at the learning rate of a batch divided by its
 * size. Its own loop, which also measures its error.
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
      output: Array.from({ length: outputs }, (_, j) => Number(labels[row] === j)),
    }))
    // It insists on a momentum: this one is lost in rounding. Nor does it stop before the end of the epoch.
    const options = { iterations: 1, learningRate, momentum: 1e-60, errorThresh: 1e-30 }
    return {
      epoch: () => network.train(examples, options),
      parameters: () =>
        concatenate(sizes.slice(1).flatMap((_, l) => [...network.weights[l + 1], network.biases[l + 1]])),
    }
  },
}
