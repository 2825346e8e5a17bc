// A program that trains endlessly, in the main thread or in a worker, for tests that stop it in the middle.
// Its settings are its argument as JSON, or the worker's data. It prints "training" when it has started.
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { Dataset, Network } from '../../dist/bundle/index.js'

const settings = isMainThread ? JSON.parse(process.argv[2]) : workerData
const { backend, epochs, exit, hidden = 30, batchSize = 10, threads = 1 } = settings
const inputs = new Uint8Array(2000 * 784).map((_, i) => (i * 37) % 256)
const data = new Dataset({ inputs, width: 784, labels: new Int32Array(2000).map((_, i) => i % 10) })
const network = new Network([784, hidden, 10], { seed: 1, backend, threads })

if (epochs) {
  await network.fit(data, { epochs, batchSize, learningRate: 3 })
  parentPort.postMessage(network.parameters)
} else {
  let begun = false
  const onProgress = () => {
    if (begun) return
    begun = true
    if (isMainThread) process.stdout.write('training\n')
    else parentPort.postMessage('training')
    if (exit) setTimeout(() => process.exit(7), Math.random() * 40)
  }
  await network.fit(data, { epochs: 1e6, batchSize, learningRate: 3, onProgress })
}
