// Prints how many weights of networks on 2, 3 and 8 threads differ in bits from those on one thread. The widths leave remainders,
// so that the share of a thread ends in OpenBLAS's kernels for remainders.
import { Dataset, dense, Network } from 'descent-nn'

const [width, rows] = [300, 384]
const inputs = Float32Array.from({ length: rows * width }, (_, i) => (Math.imul(i, 0x9e3779b1) >>> 8) / 2 ** 24 - 0.5)
const data = new Dataset({ inputs, width, labels: Int32Array.from({ length: rows }, (_, i) => i % 10) })

async function train(threads) {
  const layers = [dense(515, 'relu'), dense(1027, 'relu'), dense(10, 'softmax')]
  const description = { inputs: width, layers, cost: 'cross-entropy', initializer: 'he' }
  const network = new Network(description, { seed: 1, backend: 'native', threads })
  await network.fit(data, { epochs: 1, batchSize: 128, learningRate: 0.05 })
  return new Uint32Array(network.parameters.slice().buffer)
}

const one = await train(1)
const counts = []
for (const threads of [2, 3, 8]) counts.push((await train(threads)).filter((bits, i) => bits !== one[i]).length)
process.stdout.write(JSON.stringify(counts))
