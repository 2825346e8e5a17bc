import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import type { BackendName } from '#src/backend/backend'
import { Dataset, dense, Network } from '#src/index'

const program = new URL('./busy.mjs', import.meta.url)
/** Settings for busy.mjs. By default it trains the smallest network on one thread. */
interface Settings {
  readonly hidden?: number
  readonly batchSize?: number
  readonly threads?: number
}

/** Starts a worker thread that trains and terminates it in the middle, `times` times. Resolves when all have ended. */
export async function terminateInTraining(backend: BackendName, times: number, settings: Settings = {}): Promise<void> {
  for (let i = 0; i < times; i++) {
    const worker = new Worker(program, { workerData: { backend, ...settings } })
    await once(worker, 'message')
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 30))
    await worker.terminate()
  }
}

/** Starts a process that trains and calls process.exit(7) in the middle, `times` times. Resolves to the exit codes. */
export async function exitInTraining(backend: BackendName, times: number, settings: Settings = {}): Promise<unknown[]> {
  const codes: unknown[] = []
  for (let i = 0; i < times; i++) {
    const argument = JSON.stringify({ backend, exit: true, ...settings })
    const child = spawn(process.execPath, [fileURLToPath(program), argument], { stdio: 'ignore' })
    const [code, signal] = await once(child, 'exit')
    codes.push(signal ?? code)
  }
  return codes
}

/** The parameters after `epochs` epochs, from each of `count` worker threads that train at the same time. */
export async function trainInWorkers(
  backend: BackendName,
  count: number,
  epochs: number,
  settings: Settings = {},
): Promise<Float32Array[]> {
  const workerData = { backend, epochs, ...settings }
  const workers = Array.from({ length: count }, () => new Worker(program, { workerData }))
  return Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]))
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Creates, trains and drops networks. Resolves to the resident memory in bytes after each tenth of them. */
export async function makeAndDrop(backend: BackendName, count: number): Promise<number[]> {
  const inputs = new Uint8Array(10 * 784).map((_, i) => (i * 37) % 256)
  const data = new Dataset({ inputs, width: 784, labels: new Int32Array(10).map((_, i) => i % 10) })
  const resident: number[] = []
  for (let i = 1; i <= count; i++) {
    const network = new Network({ inputs: 784, layers: [dense(100), dense(10)], initializer: 'zeros' }, { backend })
    await network.fit(data, { epochs: 1, learningRate: 0.1 })
    await network.evaluate(data)
    if (i % Math.ceil(count / 10) === 0) {
      collectGarbage()
      // Finalizers release native objects, in a later turn of the event loop.
      await new Promise((resolve) => setTimeout(resolve, 10))
      resident.push(process.memoryUsage.rss())
    }
  }
  return resident
}
