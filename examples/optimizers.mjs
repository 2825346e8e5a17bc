import { dense, digits, Network } from 'descent-nn'

const training = await digits({ count: 300, seed: 1 })
const test = await digits({ count: 200, seed: 2 })

async function learn(name, options) {
  const description = {
    inputs: 784,
    layers: [dense(15, 'relu'), dense(10, 'softmax')],
    cost: 'cross-entropy',
    initializer: 'he',
  }
  const network = new Network(description, { seed: 1 })
  const history = await network.fit(training, { epochs: 4, validation: test, ...options })
  const costs = history.map(({ validation }) => validation.cost.toFixed(2))
  console.log(`${name.padEnd(18)}  ${costs.join('  ')}  last rate ${history.at(-1).learningRate.toPrecision(2)}`)
}

console.log('validation cost after each of four epochs')
await learn('sgd', { learningRate: 0.1 })
await learn('momentum', { learningRate: 0.02, optimizer: { name: 'sgd', momentum: 0.9 } })
await learn('nesterov', { learningRate: 0.02, optimizer: { name: 'sgd', momentum: 0.9, nesterov: true } })
await learn('adagrad', { learningRate: 0.02, optimizer: 'adagrad' })
await learn('rmsprop', { learningRate: 0.002, optimizer: { name: 'rmsprop', decay: 0.9 } })
await learn('adam', { learningRate: 0.003, optimizer: 'adam' })
await learn('adamw', { learningRate: 0.003, optimizer: { name: 'adamw', weightDecay: 0.1 } })
await learn('rprop, full batch', { learningRate: 0.01, optimizer: 'rprop', batchSize: 300 })
await learn('sgd, one-cycle', { learningRate: 0.2, schedule: 'one-cycle' })
await learn('sgd, cosine', { learningRate: 0.1, schedule: { name: 'cosine', warmUp: 30 } })
await learn('sgd, a function', { learningRate: 0.1, schedule: (step) => 0.2 / (1 + step / 40) })
await learn('sgd, clipped', { learningRate: 0.1, clipNorm: 1 })
