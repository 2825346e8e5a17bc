// Prints in how many weights networks on 2, 3 and 8 threads end with other bits than on one: widths that leave remainders, so that
// what a thread has to do ends in the kernels that OpenBLAS has for these.
import { Dataset, dense, Network } from 'descent-nn'

const [width, rows] = [300, 384]
const inputs = Float32Array.from({ length: rows * width }, (_, i) => (Math.imul(i, 0x9e3779b1) >>> 8) / 2 ** 24 - 0.5)
const data = new Dataset({ inputs, width, labels: Int32Array.from({ length: rows }, (_, i) => i % 10) })

async function train(threads) {
  const layers = [dense(515, 'relu'), dense(1027, 'relu'), dense(10, 'softmax')]
  const description = { inputs: width, layers, cost: 'log-likelihood', initializer: 'he' }
  const network = new Network(description, { seed: 1, backend: 'native', threads })
  await network.fit(data, { epochs: 1, batchSize: 128, learningRate: 0.05 })
  return new Uint32Array(network.parameters.slice().buffer)
}

const one = await train(1)
const counts = []
for (const threads of [2, 3, 8]) counts.push((await train(threads)).filter((bits, i) => bits !== one[i]).length)
process.stdout.write(JSON.stringify(counts))
