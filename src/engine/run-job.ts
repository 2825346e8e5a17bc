import type { Execution } from '../backend/backend.js'
import { isLongTurn, yieldToEventLoop } from '../base/event-loop.js'
import type { Job } from './engine-job.js'

/** The time between two reports of progress, in milliseconds. */
const progressMilliseconds = 20

/**
 * Processes the rows with the indices `from` to `to` - 1. Stops early if the job's signal is aborted or the execution is
 * stopped. Calls the job's functions `progress` and `stopped` with the number of processed rows. Returns the index of the
 * first row that was not processed.
 * @throws any error from the backend or from `progress`
 */
export async function runJob(job: Job, execution: Execution, from: number, to: number): Promise<number> {
  const { signal, progress, stopped } = job
  const stop = () => execution.stop()
  let failure: { readonly error: unknown } | undefined
  let reported = from
  const report = () => {
    if (!progress || failure) return
    const { row, sum } = execution.reached
    if (row === reported) return
    reported = row
    try {
      progress(row, sum)
    } catch (error) {
      // The error is kept and thrown later. If it were thrown in the callback of a timer, the process would end.
      failure = { error }
      stop()
    }
  }
  const running = execution.start(from, to)
  const timer = progress && setInterval(report, progressMilliseconds)
  signal?.addEventListener('abort', stop)
  let row: number
  try {
    row = await running
    if (row > from) stopped?.(row)
    if (isLongTurn()) await yieldToEventLoop()
  } finally {
    clearInterval(timer)
    signal?.removeEventListener('abort', stop)
  }
  report()
  if (failure) throw failure.error
  return row
}
