import type { Job } from '../engine/engine-job.js'
import { saveCheckpoint } from './checkpoint.js'
import { costLimit } from './cost-limit.js'
import { checkUpdate, failureOf, lastBatchAt } from './divergence.js'
import type { EpochPart, EpochRows, Stepper, TrainingRun } from './run.js'

/** Learns from batches, part by part, and stops between two of them to save the run. */
export function createBatchStepper(run: TrainingRun): Stepper {
  return async (rows) => {
    for await (const part of rows.parts) {
      await takeSteps(run, rows, part).catch(async (error) => {
        throw await failureOf(run, part.job, error)
      })
    }
  }
}

/** The updates that are left of a part: each stretch ends where a checkpoint is due, or at the end. */
async function takeSteps(run: TrainingRun, rows: EpochRows, part: EpochPart): Promise<void> {
  const { engine, plan, state } = run
  const { checkpoint } = plan.options
  const { batchSize } = plan
  const { size, scalars } = part.job
  const job = followed(run, rows, part.job)
  const every = (checkpoint?.everySteps ?? Number.POSITIVE_INFINITY) * batchSize
  // Steps are counted over epochs, so that a short epoch has its checkpoints too.
  const before = rows.stepsBefore * batchSize
  if (state.row > 0) {
    engine.read(job, 'cost')[0] = state.sum
    engine.read(job, 'costBefore')[0] = state.sum
    engine.read(job, 'bad')[0] = 0
  }
  while (state.row < size) {
    const { row: from, began } = state
    const next = Number.isFinite(every) ? (Math.floor((before + from) / every) + 1) * every - before : every
    // Later batches are held to the cost of the run's first one, which is therefore taken alone.
    const until = Math.min(next, size, began === undefined ? from + batchSize : size)
    const limit = costLimit(began, part.costOfZeros)
    await engine.run({ ...job, scalars: { ...scalars, costLimit: limit }, from, until })
    if (until !== next && until !== size) continue
    // Nothing broken is saved, evaluated or yielded.
    await checkUpdate(engine, lastBatchAt(state.row, batchSize))
    if (until === next && checkpoint && state.row !== rows.rows) await saveCheckpoint(run, checkpoint)
  }
}

/** A job that brings the run's state up to date wherever it stops, and reports its progress. */
function followed({ engine, state }: TrainingRun, { report }: EpochRows, job: Job): Job {
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
