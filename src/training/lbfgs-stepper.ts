import type { Source } from '../backend/backend.js'
import type { Communicator } from '../backend/communicator.js'
import { outputsOf } from '../compile/spec.js'
import type { Engine } from '../engine/engine.js'
import type { Job } from '../engine/engine-job.js'
import { rowsOfRank } from '../engine/shared-rows.js'
import { checkUpdate, failureOf } from './divergence.js'
import { createLbfgs } from './l-bfgs.js'
import type { Stepper } from './run.js'

/** Returns a function that takes one step of L-BFGS per epoch. Each step uses all rows. */
export function createLbfgsStepper(engine: Engine, historySize: number, communicator?: Communicator): Stepper {
  const step = createLbfgs(engine, historySize, communicator)
  // biome-ignore lint/correctness/useYield: an epoch is one step, so there is nothing between its start and its end
  return async function* (run, { parts }) {
    const { state } = run
    for await (const part of parts) {
      // If the run was resumed from a checkpoint after the epoch's only step, do not repeat this step.
      if (state.row === part.job.size) continue
      const { size } = part.job
      const job = wholeJob(part.job, engine, communicator)
      try {
        state.sum = size * (await step(job))
        state.row = size
        await checkUpdate(engine, 0)
      } catch (error) {
        throw await failureOf(run, job, error)
      }
    }
  }
}

/**
 * Returns a job that computes the gradient of the mean cost of all rows and does not update the parameters. The job
 * takes `chunkRows` rows at a time and adds up their gradients. If several ranks train together, the job has only the rows
 * of this rank, and the ranks must add up the gradients.
 */
function wholeJob(job: Job, { chunkRows, spec }: Engine, communicator: Communicator | undefined): Job {
  const { order: _, ...whole } = job.source
  const { size, scalars } = job
  const { from, to } = rowsOfRank(communicator, size)
  const source = from === 0 && to === size ? whole : rowsOf(whole, spec, from, to)
  const rows = Math.max(1, Math.min(chunkRows, to - from))
  const passes = Math.ceil((to - from) / rows)
  // The penalties count once: in the passes of all ranks together, in proportion to the rows.
  const part = (to - from) / size
  return {
    ...job,
    task: 'gradients',
    accumulated: true,
    rows,
    learning: undefined,
    source,
    size: to - from,
    shared: undefined,
    scalars: {
      ...scalars,
      share: 1 / size,
      l1Share: (Number(scalars.l1) * part) / passes,
      l2Share: (Number(scalars.l2) * part) / passes,
    },
  }
}

/** Returns the arrays of a source with only the rows from `from` up to `to`. */
function rowsOf({ inputs, labels, targets, weights }: Source, spec: Engine['spec'], from: number, to: number): Source {
  const [width, outputs] = [spec.inputs, outputsOf(spec)]
  return {
    inputs: inputs?.subarray(from * width, to * width),
    labels: labels?.subarray(from, to),
    targets: targets?.subarray(from * outputs, to * outputs),
    weights: weights?.subarray(from, to),
  }
}
