import { digits, Network } from 'descent-nn'

const training = await digits({ count: 20_000, seed: 1 })
const test = await digits({ count: 1_000, seed: 2 })

const network = new Network([784, 30, 10], { seed: 1 })
for await (const epoch of network.train(training, { epochs: 5, learningRate: 3, validation: test })) {
  console.log(`epoch ${epoch.number}: cost ${epoch.cost.toFixed(3)}, ${epoch.validation?.correct} of 1000 correct`)
}
console.log('five digits:', test.labels?.slice(0, 5).join(' '))
console.log('the answers:', (await network.classify(test.slice(0, 5))).join(' '))
