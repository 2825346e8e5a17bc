import { dense, digits, dropout, Network } from 'descent-nn'

// So few rows that a network of 24,000 parameters soon memorizes them.
const training = await digits({ count: 100, seed: 1 })
const validation = await digits({ count: 300, seed: 2 })

async function learn(name, options, layers = [dense(30, 'relu'), dense(10, 'softmax')]) {
  const description = { inputs: 784, layers, cost: 'cross-entropy', initializer: 'he' }
  const network = new Network(description, { seed: 1 })
  const history = await network.fit(training, { epochs: 20, learningRate: 0.1, ...options })
  const [known, unknown] = [await network.evaluate(training), await network.evaluate(validation)]
  const columns = [known.cost.toFixed(3), unknown.cost.toFixed(3), unknown.accuracy.toFixed(3)]
  console.log(`${name.padEnd(16)}  ${columns.join('  ')}  ${history.length} epochs`)
}

console.log('cost: training, validation; accuracy')
await learn('nothing', {})
await learn('l1', { l1: 0.0005 })
await learn('l2', { l2: 5 / training.rows })
await learn('max-norm', { maxNorm: 1.5 })
await learn('dropout', {}, [dense(30, 'relu'), dropout(0.3), dense(10, 'softmax')])
await learn('label smoothing', { labelSmoothing: 0.1 })
await learn('early stopping', { validation, earlyStopping: { patience: 3, monitor: 'cost' } })
