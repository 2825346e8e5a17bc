import type { Job } from '../engine/engine-job.js'
import { saveCheckpoint } from './checkpoint.js'
import { costLimit } from './cost-limit.js'
import { checkUpdate, failureOf, lastBatchAt } from './divergence.js'
import type { EpochRows, TrainingRun } from './run.js'

/**
 * Mini-batch gradient descent on an epoch's rows: part by part, in stretches that end where a checkpoint is due.
 * @throws DivergedError, with finite parameters; the signal's reason
 */
export async function learnInBatches(run: TrainingRun, rows: EpochRows): Promise<void> {
  const { engine, plan, state } = run
  const { batchSize, options } = plan
  const { checkpoint } = options
  for await (const part of rows.parts) {
    const job = trackedJob(run, rows, part.job)
    const { size, scalars } = job
    if (state.row > 0) restoreSums(run, job)
    try {
      while (state.row < size) {
        const { until, isCheckpoint } = nextStop(run, rows, size)
        const limit = costLimit(state.began, part.costOfZeros)
        await engine.run({ ...job, scalars: { ...scalars, costLimit: limit }, from: state.row, until })
        if (until !== size && !isCheckpoint) continue
        // Broken parameters must not be saved, evaluated or yielded.
        await checkUpdate(engine, lastBatchAt(state.row, batchSize))
        if (isCheckpoint && checkpoint && state.row !== rows.rows) await saveCheckpoint(run, checkpoint)
      }
    } catch (error) {
      throw await failureOf(run, part.job, error)
    }
  }
}

/** The row at which the next stretch ends, and whether a checkpoint is due there. */
function nextStop({ plan, state }: TrainingRun, { stepsBefore }: EpochRows, size: number) {
  const { batchSize, options } = plan
  const { row, began } = state
  const every = (options.checkpoint?.everySteps ?? Number.POSITIVE_INFINITY) * batchSize
  // Steps count across epochs, so that epochs shorter than `everySteps` get checkpoints too.
  const before = stepsBefore * batchSize
  const checkpoint = Number.isFinite(every) ? (Math.floor((before + row) / every) + 1) * every - before : every
  // Later batches are held to the cost of the run's first one, which is therefore taken alone.
  const until = Math.min(checkpoint, size, began === undefined ? row + batchSize : size)
  return { until, isCheckpoint: until === checkpoint }
}

/** The sums of the rows before, where a run goes on within an epoch. */
function restoreSums({ engine, state }: TrainingRun, job: Job): void {
  engine.read(job, 'cost')[0] = state.sum
  engine.read(job, 'costBefore')[0] = state.sum
  engine.read(job, 'bad')[0] = 0
}

/** The job with callbacks that update the run's state wherever it stops, and report progress. */
function trackedJob({ engine, state }: TrainingRun, { report }: EpochRows, job: Job): Job {
  return {
    ...job,
    stopped(done) {
      state.row = done
      state.sum = engine.read(job, 'cost')[0]
      state.began ??= state.sum / done
    },
    progress: report,
  }
}
