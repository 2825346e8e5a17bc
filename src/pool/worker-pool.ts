import type { Worker } from 'node:worker_threads'
import { DescentError } from '../base/errors.js'
import { packageUrl } from '../base/package-folder.js'
import { endOf, startThread, type Work } from '../base/worker-threads.js'
import type { PoolData, Task } from './task.js'

const answering: Work = { infinitive: 'answer rows', past: 'answered rows', name: 'descent pool' }

/** A task in the queue. `done` and `failed` inform the `run` call that added the task. */
interface QueuedTask {
  readonly task: Task
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** Threads that take tasks from a common queue, in order. Each thread runs one task at a time. */
export interface WorkerPool {
  /**
   * Executes the tasks on the threads, and resolves when all of them are finished.
   * @throws DescentError if a thread fails; the signal's reason if the signal is aborted
   */
  run(tasks: readonly Task[], signal: AbortSignal | undefined): Promise<void>
  /** Ends the threads after all tasks are finished. */
  close(): Promise<void>
}

export function startWorkerPool(
  data: PoolData,
  threads: number,
  script: URL = packageUrl('dist/pool/worker.js'),
): WorkerPool {
  /**
   * The tasks that no thread has taken yet, in order. They are in a Set, because the tasks of an aborted call are
   * removed from the middle of the queue, and a Set does this in constant time.
   */
  const queue = new Set<QueuedTask>()
  const running = new Map<Worker, QueuedTask>()
  const workers: Worker[] = []
  let failure: unknown
  let ended: (() => void) | undefined
  let closing: Promise<void> | undefined

  function assign(): void {
    for (const worker of workers) {
      if (running.has(worker)) continue
      const [next] = queue
      if (!next) {
        // An idle pool must not keep the process running.
        worker.unref()
        continue
      }
      queue.delete(next)
      running.set(worker, next)
      worker.ref()
      worker.postMessage(next.task)
    }
    if (queue.size === 0 && running.size === 0) ended?.()
  }

  function fail(error: unknown): void {
    if (failure !== undefined) return
    failure = error
    for (const worker of workers) void worker.terminate()
    for (const { failed } of [...running.values(), ...queue]) failed(error)
    running.clear()
    queue.clear()
    ended?.()
  }

  try {
    for (let i = 0; i < threads; i++) {
      const worker = startThread(script, data, answering)
      workers.push(worker)
      worker.on('message', () => {
        running.get(worker)?.done()
        running.delete(worker)
        assign()
      })
      endOf(worker, answering).then(
        () => fail(new DescentError('a worker thread that answered rows ended too early')),
        fail,
      )
    }
  } catch (error) {
    fail(error)
    throw error
  }
  assign()

  async function end(): Promise<void> {
    if (queue.size > 0 || running.size > 0) {
      await new Promise<void>((resolve) => {
        ended = resolve
      })
    }
    failure ??= new DescentError('the pool is closed: it answers no more rows')
    await Promise.all(workers.map((worker) => worker.terminate()))
  }

  return {
    run(tasks, signal) {
      return new Promise<void>((resolve, reject) => {
        if (failure !== undefined) throw failure
        signal?.throwIfAborted()
        let left = tasks.length
        const failed = (error: unknown) => {
          signal?.removeEventListener('abort', stop)
          reject(error)
        }
        const done = () => {
          if (--left > 0) return
          signal?.removeEventListener('abort', stop)
          resolve()
        }
        const all = tasks.map((task): QueuedTask => ({ task, done, failed }))
        // Remove the tasks that are still in the queue. Threads finish the tasks that they have begun, but the results
        // are not used.
        const stop = () => {
          for (const queued of all) queue.delete(queued)
          failed(signal?.reason)
        }
        signal?.addEventListener('abort', stop)
        for (const queued of all) queue.add(queued)
        assign()
      })
    },
    close() {
      closing ??= end()
      return closing
    },
  }
}
