import type { Worker } from 'node:worker_threads'
import { builtin } from '../../base/builtin.js'
import { DescentError } from '../../base/errors.js'
import { packageUrl } from '../../base/package-folder.js'
import { endOf, startThread, type Work } from '../../base/worker-threads.js'
import { type AugmentJob, pictureCount } from './augment-job.js'
import { type Maker, resetProgress } from './maker.js'

const augmenting: Work = { infinitive: 'augment pictures', past: 'augmented pictures', name: 'descent augmentation' }

/**
 * The minimum number of pictures for each thread. With fewer pictures, starting one more thread costs more time than
 * the thread saves.
 */
const picturesPerThread = 4000
/**
 * The maximum default number of threads. One augmenting thread is fast enough for a network that trains on one thread.
 * A network that trains faster needs more augmenting threads. More threads also shorten the wait for the pictures of
 * the first epoch.
 */
const maxDefaultThreads = 4

/**
 * Returns the default number of threads: one for each `picturesPerThread` pictures, but at most `maxDefaultThreads`.
 * One processor stays free for training.
 */
export function chooseThreads(job: AugmentJob): number {
  return Math.max(
    1,
    Math.min(
      maxDefaultThreads,
      builtin('node:os').availableParallelism() - 1,
      Math.ceil(pictureCount(job) / picturesPerThread),
    ),
  )
}

/**
 * Starts worker threads that wait for tasks. They run until `close` is called. If one thread fails, all threads end.
 */
export function startThreads(
  job: AugmentJob,
  threads: number,
  script: URL = packageUrl('dist/data/augment/worker.js'),
): Maker {
  const workers: Worker[] = []
  const close = (): void => {
    for (const worker of workers) void worker.terminate()
  }
  try {
    for (let i = 0; i < threads; i++) workers.push(startThread(script, job, augmenting))
  } catch (error) {
    close()
    throw error
  }
  for (const worker of workers) worker.unref()
  const failure = Promise.race(workers.map((worker) => endOf(worker, augmenting))).then(() => {
    throw new DescentError('a worker thread that augmented pictures ended too early')
  })
  // End all threads as soon as one fails. If no task is running at that time, the next task reports the failure.
  failure.catch(close)

  return {
    inBackground: true,
    async make(task) {
      resetProgress(job)
      const answers = workers.map((worker) => new Promise<void>((resolve) => worker.once('message', () => resolve())))
      for (const worker of workers) worker.postMessage(task)
      await Promise.race([Promise.all(answers), failure])
    },
    hold() {
      for (const worker of workers) worker.ref()
    },
    release() {
      for (const worker of workers) worker.unref()
    },
    close,
  }
}
