import type { Engine } from '../engine/engine.js'
import { Divergence, type Job } from '../engine/engine-job.js'
import type { TrainingState } from '../engine/training-state.js'
import { saveCheckpoint } from './checkpoint.js'
import { costLimit } from './cost-limit.js'
import { checkUpdate, recover } from './divergence.js'
import type { LbfgsStep } from './l-bfgs.js'
import type { Plan } from './plan.js'
import type { RunState } from './run-state.js'

/** Rows of an epoch that lie in memory together: all of them, or a window of a source. */
export interface Stretch {
  /** Ends with the last of these rows; those of the epoch before them have been learned from. */
  readonly job: Job
  /** What the targets let a network cost that has not exploded: see `costOfZeros`. */
  readonly costOfZeros: number
}

/** What an epoch is learned from. */
export interface EpochRows {
  readonly stretches: Iterable<Stretch> | AsyncIterable<Stretch>
  /** How many rows there are; undefined where that is known only at their end. */
  readonly rows: number | undefined
  /** The updates of the epochs before. */
  readonly stepsBefore: number
  /** The learning rate of the last batch, when it has been learned from. */
  rateAtEnd(): number
}

/**
 * Learns from the epoch's rows from where the course is; by L-BFGS from all at once.
 * @throws DivergedError; so what it leaves is finite parameters
 */
export async function learn(
  engine: Engine,
  state: TrainingState,
  plan: Plan,
  course: RunState,
  rows: EpochRows,
  lbfgs: LbfgsStep | undefined,
): Promise<void> {
  const { checkpoint, signal } = plan.options
  let job: Job | undefined
  /** Where the updates stop for a while, or for good: nothing broken may be saved, evaluated or yielded. */
  const pause = async (save: boolean) => {
    const batchSize = lbfgs ? (job?.size ?? 1) : plan.batchSize
    await checkUpdate(engine, Math.max(0, Math.ceil(course.row / batchSize) - 1) * batchSize)
    if (save && checkpoint && course.row !== rows.rows)
      await saveCheckpoint(checkpoint, engine, state, course, plan.identity)
  }
  const untilAborted = async () => {
    try {
      for await (const stretch of rows.stretches) {
        job = stretch.job
        if (lbfgs) {
          // It was saved after the epoch's only step.
          if (course.row === job.size) continue
          course.sum = job.size * (await lbfgs(job))
          course.row = job.size
          await pause(false)
        } else await takeSteps(engine, plan, course, stretch, rows.stepsBefore, pause)
      }
    } catch (error) {
      if (signal?.aborted && error === signal.reason) await pause(false)
      throw error
    }
  }
  try {
    await untilAborted()
  } catch (error) {
    if (!(error instanceof Divergence && job)) throw error
    throw goBack(engine, state, lbfgs ? job.size : plan.batchSize, course, job, error)
  }
}

/** The updates of what is left of some rows, with a pause wherever the run shall be saved, and at the end. */
async function takeSteps(
  engine: Engine,
  { batchSize, options }: Plan,
  course: RunState,
  { job, costOfZeros }: Stretch,
  stepsBefore: number,
  pause: (save: boolean) => Promise<void>,
): Promise<void> {
  const { size, scalars } = job
  const every = (options.checkpoint?.everySteps ?? Number.POSITIVE_INFINITY) * batchSize
  // Steps are counted over epochs, so that a short epoch has its checkpoints too.
  const before = stepsBefore * batchSize
  if (course.row > 0) {
    const tally = { cost: course.sum, costBefore: course.sum, bad: 0 }
    for (const [name, value] of Object.entries(tally)) engine.read(job, name)[0] = value
  }
  while (course.row < size) {
    const { row: from, began } = course
    const next = Number.isFinite(every) ? (Math.floor((before + from) / every) + 1) * every - before : every
    // What the run's first batch costs has to be known before others can be held to it.
    const until = Math.min(next, size, began === undefined ? from + batchSize : size)
    await engine.run({ ...job, scalars: { ...scalars, costLimit: costLimit(began, costOfZeros) }, from, until })
    if (until === next || until === size) await pause(until === next)
  }
}

/** Goes back to the best parameters of the course, from the batch that diverged. */
function goBack(
  engine: Engine,
  state: TrainingState,
  batchSize: number,
  course: RunState,
  job: Job,
  divergence: Divergence,
): Error {
  const { best, epoch, began } = course
  const { first = 0, learningRates } = job.source
  const learningRate =
    learningRates?.[Math.floor((divergence.row - first) / batchSize)] ?? Number(job.scalars.learningRate)
  const { epoch: bestEpoch, parameters } = best
  return recover(engine, state, job, divergence, {
    epoch,
    batch: Math.floor(divergence.row / batchSize) + 1,
    learningRate,
    bestEpoch,
    began,
    best: parameters,
  })
}
