import type { Worker } from 'node:worker_threads'
import { DescentError } from '../base/errors.js'
import { packageUrl } from '../base/package-folder.js'
import { endOf, startThread, type Work } from '../base/worker-threads.js'
import type { PoolData, Task } from './task.js'

const answering: Work = { infinitive: 'answer rows', past: 'answered rows', name: 'descent pool' }

/** A task in the queue, and whoever waits for it. */
interface Waiting {
  readonly task: Task
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** Threads that take tasks from one queue, each one at a time and in the order in which they came. */
export interface WorkerPool {
  /** Resolves when threads have done the tasks. @throws DescentError where a thread fails; the signal's reason */
  run(tasks: readonly Task[], signal: AbortSignal | undefined): Promise<void>
  /** Ends the threads as soon as the queue is empty. */
  close(): Promise<void>
}

export function startWorkerPool(
  data: PoolData,
  threads: number,
  script: URL = packageUrl('dist/pool/worker.js'),
): WorkerPool {
  /** In the order in which they came: a Set gives its first member, and loses one in the middle, at once. */
  const queue = new Set<Waiting>()
  const running = new Map<Worker, Waiting>()
  const workers: Worker[] = []
  let failure: unknown
  let ended: (() => void) | undefined
  let closing: Promise<void> | undefined

  function assign(): void {
    for (const worker of workers) {
      if (running.has(worker)) continue
      const [next] = queue
      if (!next) {
        // An idle pool keeps no process from ending.
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
        () => fail(new DescentError('a worker thread that answered rows ended before its time')),
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
        const all = tasks.map((task): Waiting => ({ task, done, failed }))
        // What threads are at goes on, in memory that nobody looks at any more.
        const stop = () => {
          for (const waiting of all) queue.delete(waiting)
          failed(signal?.reason)
        }
        signal?.addEventListener('abort', stop)
        for (const waiting of all) queue.add(waiting)
        assign()
      })
    },
    close() {
      closing ??= end()
      return closing
    },
  }
}
