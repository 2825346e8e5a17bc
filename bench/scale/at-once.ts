/**
 * Checks that networks trained at the same time in worker threads get the same parameters as a network trained alone.
 * Run it as `at-once.js native|wasm|typescript THREADS`.
 */
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Network } from 'descent-nn'
import { createPictures } from './data.js'
import { backendOf, tell } from './measurements.js'

async function train(backend: ReturnType<typeof backendOf>): Promise<Float32Array> {
  const network = new Network([784, 30, 10], { seed: 1, backend })
  await network.fit(createPictures(2000), { epochs: 3, batchSize: 10, learningRate: 3 })
  return Float32Array.from(network.parameters)
}

if (isMainThread) {
  const [name, threads] = process.argv.slice(2)
  const backend = backendOf(name)
  const alone = await train(backend)
  const workers = Array.from(
    { length: Number(threads) },
    () => new Worker(fileURLToPath(import.meta.url), { workerData: backend }),
  )
  const results = await Promise.all(
    workers.map(async (worker): Promise<Float32Array> => (await once(worker, 'message'))[0]),
  )
  const bytes = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  const others = results.filter((values) => !bytes(values).equals(bytes(alone)))
  tell([
    { name: 'threads', value: results.length, unit: '' },
    { name: 'threads whose bits differ from one alone', value: others.length, unit: '', below: 1 },
  ])
} else parentPort?.postMessage(await train(workerData))
