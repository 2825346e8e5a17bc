import { digits, Network } from 'descent'

const training = await digits({ count: 10_000, seed: 1 })
const test = await digits({ count: 1_000, seed: 2 })

const network = new Network([784, 30, 10], { seed: 1 })
for await (const epoch of network.train(training, { epochs: 5, batchSize: 10, learningRate: 3, validation: test })) {
  console.log(`epoch ${epoch.number}: cost ${epoch.cost.toFixed(3)}, ${epoch.validation.correct} of ${test.size} correct`)
}
console.log('the first five are', (await network.classify(test.slice(0, 5))).join(' '))
console.log('and should be     ', test.labels.slice(0, 5).join(' '))
