import { Dataset, dense, Network } from 'descent-nn'

// Runge's curve, at 101 points from -1 to 1.
const x = Array.from({ length: 101 }, (_, i) => (i - 50) / 50)
const curve = new Dataset({
  inputs: x.map((value) => [value]),
  targets: x.map((value) => [1 / (1 + 25 * value * value)]),
})
const description = { inputs: 1, layers: [dense(10, 'tanh'), dense(1, 'identity')], initializer: 'glorot' }

async function learn(name, options) {
  const network = new Network(description, { seed: 1, dtype: 'float64' })
  const history = await network.fit(curve, { epochs: 500, ...options })
  const costs = [10, 50, 100, 200, 500].map((epoch) => history[epoch - 1].cost.toExponential(1))
  console.log(`${name.padEnd(19)}  ${costs.join('  ')}`)
}

console.log('cost in epoch              10       50      100      200      500')
await learn('l-bfgs', { optimizer: 'l-bfgs' })
await learn('adam, all rows', { learningRate: 0.1, optimizer: 'adam', batchSize: curve.rows })
await learn('adam, batches of 10', { learningRate: 0.01, optimizer: 'adam' })
