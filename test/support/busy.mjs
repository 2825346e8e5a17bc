// A program that trains without end, in the main thread or in a worker: for tests that stop it in the middle.
// Its argument is the backend; it says "training" when it has begun.
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { Dataset, Network } from '../../dist/index.js'

const backend = isMainThread ? process.argv[2] : workerData.backend
const inputs = new Uint8Array(2000 * 784).map((_, i) => (i * 37) % 256)
const data = new Dataset({ inputs, width: 784, labels: new Int32Array(2000).map((_, i) => i % 10) })
const network = new Network([784, 30, 10], { seed: 1, backend })

if (workerData?.epochs) {
  await network.fit(data, { epochs: workerData.epochs, learningRate: 3 })
  parentPort.postMessage(network.parameters)
} else {
  let begun = false
  const progress = () => {
    if (begun) return
    begun = true
    if (isMainThread) process.stdout.write('training\n')
    else parentPort.postMessage('training')
    if (process.argv[3] === 'exit') setTimeout(() => process.exit(7), Math.random() * 40)
  }
  await network.fit(data, { epochs: 1e6, learningRate: 3, progress })
}
