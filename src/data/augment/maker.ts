import { yieldToEventLoop } from '../../base/event-loop.js'
import { finished, handedOut } from '../../base/work-shares.js'
import { type AugmentJob, createWork, pictureCount, type Task } from './augment-job.js'

/** Whoever makes the pictures of epochs, one epoch at a time: worker threads, or this thread. */
export interface Maker {
  /** Whether it can work while this thread does something else. */
  readonly inBackground: boolean
  /** Resolves when the epoch is made, or has been cut short. Rejects where that fails; the maker is of no use any more. */
  make(task: Task): Promise<void>
  /** From now until `release`, the work keeps the process from ending. */
  hold(): void
  release(): void
  close(): void
}

/** Begins a task: the progress is back at the first picture. */
export function resetProgress({ progress }: AugmentJob): void {
  Atomics.store(progress, finished, 0)
  Atomics.store(progress, handedOut, 0)
}

/** Cuts the task that is being worked at short: no further pictures are handed out. */
export function cutShort(job: AugmentJob): void {
  Atomics.store(job.progress, handedOut, pictureCount(job))
}

/** Makes pictures on this thread; between two shares of them, waiting events are handled. */
export function makeHere(job: AugmentJob): Maker {
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
