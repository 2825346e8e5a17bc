import { Dataset, DivergedError, dense, Network } from 'descent-nn'

const rows = Array.from({ length: 40 }, (_, i) => [(i % 10) / 10, ((i * 3) % 7) / 7])
const data = new Dataset({ inputs: rows, targets: rows.map(([a, b]) => [2 * a - b]) })
const network = new Network(
  { inputs: 2, layers: [dense(8, 'relu'), dense(1, 'identity')], initializer: 'he' },
  { seed: 1 },
)

// How high can the learning rate be? Make it ten times higher in each epoch until it is too high.
const rates = [0.001, 0.01, 0.1, 1, 10, 100, 1_000, 10_000, 100_000]
const options = { epochs: 9, batchSize: 10, learningRate: 1, schedule: (step) => rates[Math.floor(step / 4)] }
try {
  for await (const epoch of network.train(data, options)) {
    console.log(`rate ${epoch.learningRate}: cost ${epoch.cost.toPrecision(3)}`)
  }
} catch (error) {
  if (!(error instanceof DivergedError)) throw error
  console.log(`\n${error.message.replaceAll('; ', ';\n  ')}\n`)
  console.log(error.place)
}

// The network has the parameters of its best epoch again, and can go on learning.
console.log(`\ncost ${(await network.evaluate(data)).cost.toPrecision(3)}`)
await network.fit(data, { learningRate: 0.1, epochs: 50 })
console.log(`then ${(await network.evaluate(data)).cost.toPrecision(3)}`)
