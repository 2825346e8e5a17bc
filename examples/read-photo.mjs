import { fileURLToPath } from 'node:url'
import { dense, digits, Network } from 'descent-nn'
import { readDigits } from 'descent-nn/pictures'

const network = new Network(
  { inputs: 784, layers: [dense(60, 'relu'), dense(10, 'softmax')], cost: 'cross-entropy', initializer: 'he' },
  { seed: 1 },
)
const training = await digits({ count: 8_000, seed: 1 })
await network.fit(training, { epochs: 4, batchSize: 20, optimizer: 'adam', learningRate: 0.002 })

const photo = fileURLToPath(new URL('../docs/photo.jpg', import.meta.url))
const { digits: found, text, width, height } = await readDigits(network, photo)
console.log(`${width} x ${height} pixels, ${found.length} digits: ${text}`)
