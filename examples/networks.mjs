import { dense, digits, dropout, Network } from 'descent-nn'

const training = await digits({ count: 500, seed: 1 })
const test = await digits({ count: 500, seed: 2 })

const networks = {
  'as the book begins': { layers: [dense(30), dense(10)], learningRate: 3 },
  'cross-entropy': {
    layers: [dense(30), dense(10)],
    cost: 'cross-entropy',
    initializer: 'scaled-normal',
    learningRate: 0.5,
  },
  'relu and softmax': {
    layers: [dense(30, 'relu'), dense(10, 'softmax')],
    cost: 'cross-entropy',
    initializer: 'he',
    learningRate: 0.1,
  },
  'wider, with dropout': {
    layers: [dense(60, 'relu'), dropout(0.5), dense(10, 'softmax')],
    cost: 'cross-entropy',
    initializer: 'he',
    learningRate: 0.1,
  },
}

for (const [name, { learningRate, ...description }] of Object.entries(networks)) {
  const network = new Network({ inputs: 784, ...description }, { seed: 1 })
  await network.fit(training, { epochs: 6, learningRate })
  const { correct } = await network.evaluate(test)
  console.log(`${name}: ${correct} of 500`)
}
