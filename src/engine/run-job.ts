import type { Execution } from '../backend/backend.js'
import { isLongTurn, yieldToEventLoop } from '../base/event-loop.js'
import type { Job } from './engine-job.js'

/** How often it is told how far a run is. */
const progressMilliseconds = 20

/**
 * Runs the rows of a job from `from` to `to`, ends that when the signal is aborted, and tells the job on the way and at the end how far it is.
 * @throws what the execution throws, or the job's progress
 */
export async function runJob(job: Job, execution: Execution, from: number, to: number): Promise<void> {
  const { signal, progress, stopped } = job
  const stop = () => execution.stop()
  let failure: { readonly error: unknown } | undefined
  let told = from
  const tell = () => {
    const { reached } = execution
    if (failure || reached === told) return
    told = reached
    try {
      progress?.(reached)
    } catch (error) {
      // Thrown in a timer, it would end the process.
      failure = { error }
      stop()
    }
  }
  const running = execution.start(from, to)
  const timer = progress && setInterval(tell, progressMilliseconds)
  signal?.addEventListener('abort', stop)
  try {
    const row = await running
    if (row > from) stopped?.(row)
    if (isLongTurn()) await yieldToEventLoop()
  } finally {
    clearInterval(timer)
    signal?.removeEventListener('abort', stop)
  }
  tell()
  if (failure) throw failure.error
}
