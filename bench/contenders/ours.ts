import { Dataset, Network } from 'descent'
import type { Implementation } from './implementation.js'

/** This package, on one of its backends. */
export function ours(backend: 'native' | 'typescript'): Implementation {
  return {
    train({ sizes, parameters, inputs, labels, order, epochs, batchSize, learningRate }) {
      const network = new Network(sizes, { backend, parameters })
      const dataset = new Dataset({ inputs, width: sizes[0], labels })
      const run = network.train(dataset, { epochs, batchSize, learningRate, shuffle: () => order })
      return { epoch: () => run.next(), parameters: () => Float32Array.from(network.parameters) }
    },
    infer({ sizes, parameters }) {
      const network = new Network(sizes, { backend, parameters })
      return {
        answer: (row) => network.feedforward(row) as Float32Array,
        prepare(rows) {
          const dataset = new Dataset({ inputs: rows, width: sizes[0] })
          return async () => (await network.predict(dataset)) as Float32Array
        },
      }
    },
  }
}
