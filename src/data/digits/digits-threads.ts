import type { Worker } from 'node:worker_threads'
import { DescentError } from '../../base/errors.js'
import { packageUrl } from '../../base/package-folder.js'
import { endOf, startThread, type Work } from '../../base/worker-threads.js'
import { type DigitsJob, drawn } from './digits-job.js'

const drawing: Work = { infinitive: 'draw digits', past: 'drew digits', name: 'descent digits' }

/**
 * Runs the job on worker threads until every digit is drawn. All threads have ended when the promise resolves or
 * rejects.
 * @throws DescentError if a thread fails; the signal's reason if the signal is aborted
 */
export async function runOnThreads(
  job: DigitsJob,
  threads: number,
  signal?: AbortSignal,
  script: URL = packageUrl('dist/data/digits/worker.js'),
): Promise<void> {
  const workers: Worker[] = []
  let stop = (): void => {}
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal?.reason)
  })
  signal?.addEventListener('abort', stop)
  try {
    signal?.throwIfAborted()
    for (let i = 0; i < threads; i++) workers.push(startThread(script, job, drawing))
    await Promise.race([Promise.all(workers.map((worker) => endOf(worker, drawing))), stopped])
  } finally {
    signal?.removeEventListener('abort', stop)
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  const missing = job.labels.length - Atomics.load(job.progress, drawn)
  if (missing > 0) {
    throw new DescentError(`the worker threads ended with ${missing} of ${job.labels.length} digits not drawn`)
  }
}
