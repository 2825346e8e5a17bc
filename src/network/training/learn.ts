import type { Engine } from '../engine.js'
import { Divergence, type Job } from '../job.js'
import { type Course, saveCheckpoint } from './checkpoint.js'
import { checkUpdate, recover } from './diverged.js'
import { costLimit } from './explosion.js'
import type { LbfgsStep } from './l-bfgs.js'
import type { Plan } from './plan.js'
import type { TrainingState } from './training-state.js'

/**
 * Learns from the epoch's rows from where the course is; by L-BFGS from all at once.
 * @throws DivergedError; so what it leaves is finite parameters
 */
export async function learn(
  engine: Engine,
  state: TrainingState,
  plan: Plan,
  course: Course,
  job: Job,
  lbfgs: LbfgsStep | undefined,
): Promise<void> {
  const { checkpoint, signal } = plan.options
  const batchSize = lbfgs ? job.size : plan.batchSize
  /** Where the updates stop for a while, or for good: nothing broken may be saved, evaluated or yielded. */
  const pause = async () => {
    await checkUpdate(engine, Math.max(0, Math.ceil(course.row / batchSize) - 1) * batchSize)
    if (checkpoint && course.row < job.size) await saveCheckpoint(checkpoint, engine, state, course, plan.identity)
  }
  const untilAborted = async () => {
    try {
      if (lbfgs) {
        course.sum = job.size * (await lbfgs(job))
        course.row = job.size
        await pause()
      } else await takeSteps(engine, plan, course, job, pause)
    } catch (error) {
      if (signal?.aborted && error === signal.reason) await pause()
      throw error
    }
  }
  try {
    await untilAborted()
  } catch (error) {
    throw error instanceof Divergence ? goBack(engine, state, batchSize, course, job, error) : error
  }
}

/** The updates of what is left of an epoch, with a pause wherever the run shall be saved, and at the end. */
async function takeSteps(
  engine: Engine,
  { batchSize, costOfZeros, options }: Plan,
  course: Course,
  job: Job,
  pause: () => Promise<void>,
): Promise<void> {
  const { size, scalars } = job
  const every = (options.checkpoint?.everySteps ?? Number.POSITIVE_INFINITY) * batchSize
  if (course.row > 0) {
    const tally = { cost: course.sum, costBefore: course.sum, bad: 0 }
    for (const [name, value] of Object.entries(tally)) engine.read(job, name)[0] = value
  }
  while (course.row < size) {
    // Steps are counted over epochs, so that a short epoch has its checkpoints too.
    const stepsPerEpoch = Math.ceil(size / batchSize)
    const before = (course.epoch - 1) * stepsPerEpoch * batchSize
    const next = Number.isFinite(every) ? (Math.floor((before + course.row) / every) + 1) * every - before : size
    const { row: from, began } = course
    // What the run's first batch costs has to be known before others can be held to it.
    const until = Math.min(next, size, began === undefined ? from + batchSize : size)
    await engine.run({ ...job, scalars: { ...scalars, costLimit: costLimit(began, costOfZeros) }, from, until })
    if (until === next || until === size) await pause()
  }
}

/** Goes back to the best parameters of the course, from the batch that diverged. */
function goBack(
  engine: Engine,
  state: TrainingState,
  batchSize: number,
  course: Course,
  job: Job,
  divergence: Divergence,
): Error {
  const { best, epoch, began } = course
  const batch = Math.floor(divergence.row / batchSize) + 1
  const learningRate = job.source.learningRates?.[batch - 1] ?? Number(job.scalars.learningRate)
  const { epoch: bestEpoch, parameters } = best
  return recover(engine, state, job, divergence, {
    epoch,
    batch,
    learningRate,
    bestEpoch,
    began,
    best: parameters,
  })
}
