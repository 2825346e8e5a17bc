import { tracingChannel } from 'node:diagnostics_channel'
import { Dataset, Network } from 'descent-nn'

// Subscribe anywhere in the program, before or after networks are created.
tracingChannel('descent:train').subscribe({
  start: ({ options }) => console.log(`training begins, learning rate ${options.learningRate}`),
  asyncEnd: ({ result }) => console.log(`training has ended after ${result.length} epochs`),
})
tracingChannel('descent:epoch').subscribe({
  asyncEnd: ({ epoch, rows, result }) => console.log(`epoch ${epoch}: ${rows} rows, cost ${result.cost.toFixed(3)}`),
})
tracingChannel('descent:predict').subscribe({
  start: (context) => {
    context.began = performance.now()
  },
  asyncEnd: ({ method, rows, began, error }) => {
    const fast = performance.now() - began < 1000
    console.log(`${method} of ${rows} rows: ${error?.message ?? (fast ? 'under a second' : 'slow')}`)
  },
})

// Elsewhere in the program, code that knows nothing of the subscribers:
const inputs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]
const or = new Dataset({ inputs, targets: [[0], [1], [1], [1]] })
const network = new Network([2, 1], { seed: 1 })
await network.fit(or, { epochs: 2, batchSize: 1, learningRate: 5 })
await network.predict(inputs)
await network.predict(inputs, { signal: AbortSignal.abort(new Error('no longer wanted')) }).catch(() => undefined)
