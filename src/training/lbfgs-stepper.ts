import type { Job } from '../engine/engine-job.js'
import { checkUpdate, failureOf } from './divergence.js'
import { createLbfgs } from './l-bfgs.js'
import type { Stepper, TrainingRun } from './run.js'

/** Takes one step of L-BFGS an epoch, from all rows at once. */
export function createLbfgsStepper(run: TrainingRun, historySize: number): Stepper {
  const { engine, state } = run
  const step = createLbfgs(engine, historySize)
  return async ({ parts }) => {
    for await (const part of parts) {
      // A checkpoint after the epoch's only step leaves nothing to do.
      if (state.row === part.job.size) continue
      const job = wholeJob(part.job, engine.chunkRows)
      try {
        state.sum = job.size * (await step(job))
        state.row = job.size
        await checkUpdate(engine, 0)
      } catch (error) {
        throw await failureOf(run, job, error)
      }
    }
  }
}

/** Adds up the gradient of all the job's rows, over passes of `chunkRows`, instead of updating the parameters. */
function wholeJob(job: Job, chunkRows: number): Job {
  const { order: _, ...source } = job.source
  const { size, scalars } = job
  const rows = Math.min(chunkRows, size)
  const passes = Math.ceil(size / rows)
  return {
    ...job,
    task: 'gradients',
    accumulated: true,
    rows,
    learning: undefined,
    source,
    scalars: {
      ...scalars,
      share: 1 / size,
      l1Share: Number(scalars.l1) / passes,
      l2Share: Number(scalars.l2) / passes,
    },
  }
}
