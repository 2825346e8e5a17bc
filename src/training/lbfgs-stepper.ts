import type { Engine } from '../engine/engine.js'
import type { Job } from '../engine/engine-job.js'
import { checkUpdate, failureOf } from './divergence.js'
import { createLbfgs } from './l-bfgs.js'
import type { Stepper } from './run.js'

/** Returns a function that takes one step of L-BFGS per epoch. Each step uses all rows. */
export function createLbfgsStepper(engine: Engine, historySize: number): Stepper {
  const step = createLbfgs(engine, historySize)
  // biome-ignore lint/correctness/useYield: an epoch is one step, so there is nothing between its start and its end
  return async function* (run, { parts }) {
    const { state } = run
    for await (const part of parts) {
      // If the run was resumed from a checkpoint after the epoch's only step, do not repeat this step.
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

/**
 * Returns a job that computes the gradient of the mean cost of all rows and does not update the parameters. The job
 * takes `chunkRows` rows at a time and adds up their gradients.
 */
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
