import { yieldToEventLoop } from '../../base/event-loop.js'
import { finished, handedOut } from '../../base/work-shares.js'
import { type AugmentJob, createWork, pictureCount, type Task } from './augment-job.js'

/** Makes the pictures of one epoch at a time, on worker threads or on the current thread. */
export interface Maker {
  /** Whether the maker can work while this thread does something else. */
  readonly inBackground: boolean
  /**
   * Makes the pictures of an epoch. The promise resolves when all are made, or when the task is canceled. If the
   * promise rejects, the maker cannot be used any more.
   */
  make(task: Task): Promise<void>
  /** Keeps the process running until `release` is called. */
  hold(): void
  release(): void
  close(): void
}

/** Sets the progress back to the first picture, to begin a task. */
export function resetProgress({ progress }: AugmentJob): void {
  Atomics.store(progress, finished, 0)
  Atomics.store(progress, handedOut, 0)
}

/** Cancels the current task, so that no more pictures are handed out. */
export function cancelTask(job: AugmentJob): void {
  Atomics.store(job.progress, handedOut, pictureCount(job))
}

/** Creates a maker that works on the current thread. The event loop runs after every few pictures. */
export function createLocalMaker(job: AugmentJob): Maker {
  const work = createWork(job)
  return {
    inBackground: false,
    async make(task) {
      resetProgress(job)
      for (const _ of work(task)) await yieldToEventLoop()
    },
    hold() {},
    release() {},
    close() {},
  }
}
