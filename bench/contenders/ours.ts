import { Dataset, Network } from 'descent-nn'
import { descriptionOf } from '../form.js'
import { answersOf, type Implementation } from './implementation.js'

/** Runs descent on the given backend. */
export function ours(backend: 'native' | 'wasm' | 'typescript', threads = 1): Implementation {
  return {
    train({ inputs, labels, order, epochs, batchSize, learningRate, parameters, ...form }) {
      const network = new Network(descriptionOf(form), { backend, threads, parameters })
      const { sizes } = form
      const dataset = new Dataset({ inputs, width: sizes[0], ...answersOf(labels, sizes[sizes.length - 1]) })
      const run = network.train(dataset, { epochs, batchSize, learningRate, shuffle: () => order })
      return { epoch: () => run.next(), parameters: () => Float32Array.from(network.parameters) }
    },
    infer({ parameters, ...form }) {
      const network = new Network(descriptionOf(form), { backend, threads, parameters })
      return {
        answer: (row) => network.feedforward(row) as Float32Array,
        prepare(rows) {
          const dataset = new Dataset({ inputs: rows, width: form.sizes[0] })
          return async () => (await network.predict(dataset)) as Float32Array
        },
      }
    },
  }
}
