import { Worker } from 'node:worker_threads'
import { DescentError } from '../../errors.js'
import { drawn, type Job } from './job.js'

/**
 * Runs the job on worker threads until every digit is drawn. Afterwards, however it ended, none of them is left.
 * @throws DescentError where a thread fails; the reason of the signal where that stops the work.
 */
export async function runOnThreads(
  job: Job,
  threads: number,
  signal?: AbortSignal,
  script: URL = new URL('./worker.js', import.meta.url),
): Promise<void> {
  const workers: Worker[] = []
  let stop = (): void => {}
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal?.reason)
  })
  // Flags of the parent process, such as loaders and inspectors, are not for these threads.
  const options = { workerData: job, execArgv: [], name: 'descent digits' }
  signal?.addEventListener('abort', stop)
  try {
    signal?.throwIfAborted()
    for (let i = 0; i < threads; i++) workers.push(new Worker(script, options))
    await Promise.race([Promise.all(workers.map(endOf)), stopped])
  } finally {
    signal?.removeEventListener('abort', stop)
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  const missing = job.labels.length - Atomics.load(job.progress, drawn)
  if (missing > 0) {
    throw new DescentError(`the worker threads ended with ${missing} of ${job.labels.length} digits not drawn`)
  }
}

function endOf(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', (error) => {
      reject(new DescentError(`a worker thread failed to draw digits: ${messageOf(error)}`, { cause: error }))
    })
    worker.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new DescentError(`a worker thread that drew digits ended with exit code ${code}`))
    })
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
