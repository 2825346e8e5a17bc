// A program that counts the threads of its process, for tests of the native backend's threads. "runs" trains often in one JavaScript
// thread; "workers" trains in worker threads that come and go, and only these load the addon. It prints its counts as JSON.
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

const countThreads = () => readdirSync('/proc/self/task').length

async function inRuns() {
  const { Dataset, Network } = await import('../../dist/bundle/index.js')
  const data = new Dataset({ inputs: new Uint8Array(128 * 784), width: 784, labels: new Int32Array(128) })
  const countAfter = async (runs, threads) => {
    const network = new Network([784, 100, 10], { seed: 1, backend: 'native', threads })
    for (let run = 0; run < runs; run++) await network.fit(data, { epochs: 1, batchSize: 128, learningRate: 0.1 })
    return countThreads()
  }
  const before = await countAfter(1, 1)
  return { helpers: [(await countAfter(1, 4)) - before, (await countAfter(200, 4)) - before] }
}

async function inWorkers() {
  const busy = new URL('./busy.mjs', import.meta.url)
  const settings = { backend: 'native', hidden: 200, batchSize: 128, threads: 4 }
  const counts = []
  for (let i = 0; i < 3; i++) {
    const worker = new Worker(busy, { workerData: settings })
    await once(worker, 'message')
    await worker.terminate()
    counts.push(countThreads())
  }
  const last = new Worker(busy, { workerData: { ...settings, epochs: 2 } })
  const [parameters] = await once(last, 'message')
  await once(last, 'exit')
  counts.push(countThreads())
  return { grown: counts.map((count) => count - counts[0]), parameters: Array.from(parameters) }
}

process.stdout.write(JSON.stringify(process.argv[2] === 'runs' ? await inRuns() : await inWorkers()))
