import type { Communicator } from '../backend/communicator.js'
import { createChunkedLoop } from '../base/chunked-loop.js'
import { Divergence, type Job } from '../engine/engine-job.js'
import { throwStopped } from '../engine/shared-rows.js'
import { saveCheckpoint } from './checkpoint.js'
import { costLimit } from './cost-limit.js'
import { checkUpdate, failureOf, lastBatchAt } from './divergence.js'
import { batchesToPause, type Pause } from './pause.js'
import { compareParameters, updatesToComparison } from './ranks.js'
import type { EpochPart, EpochRows, TrainingRun } from './run.js'

/**
 * Trains on the rows of an epoch by mini-batch gradient descent. Saves checkpoints and yields pauses when they are due.
 * If the run diverges, restores the best parameters.
 * @throws DivergedError if the run diverges; OptionError if the function `yieldEvery` returns a wrong value; the
 * signal's reason if the signal is aborted
 */
export async function* learnInBatches(run: TrainingRun, rows: EpochRows): AsyncGenerator<Pause, void, undefined> {
  const { engine, plan, state } = run
  const { batchSize, options } = plan
  const { checkpoint } = options
  let since = { row: state.row, sum: state.sum }
  const nextPause = () => state.row + batchesToPause(plan.yieldEvery) * batchSize
  let pauseAt: number | undefined
  for await (const part of rows.parts) {
    pauseAt ??= nextPause()
    const job = trackedJob(run, rows, part.job)
    const { size, scalars } = job
    if (state.row > 0) restoreSums(run, job)
    try {
      while (state.row < size) {
        if (state.row >= pauseAt) {
          yield pauseOf(run, rows, part, since)
          // Calls during the pause may have used the memory of the sums.
          restoreSums(run, job)
          since = { row: state.row, sum: state.sum }
          pauseAt = nextPause()
        }
        const { until, isCheckpoint, isComparison } = nextStop(run, rows, job, pauseAt)
        const limit = costLimit(state.began, part.costOfZeros)
        const divergence = await learn(run, {
          ...job,
          scalars: { ...scalars, costLimit: limit },
          from: state.row,
          until,
        })
        if (plan.communicator && plan.localSteps) {
          await averageRanks(run, plan.communicator, job, until, divergence)
          engine.publish()
        } else if (state.row < until) {
          // The job was paused, so that calls such as `predict` get newer parameters.
          engine.publish()
          continue
        }
        if (isComparison && plan.communicator) {
          await compareParameters(plan.communicator, engine, `after row ${until} of epoch ${state.epoch}`)
        }
        if (until !== size && until < pauseAt && !isCheckpoint) continue
        // Check that the parameters are finite before the network is saved, evaluated or seen at a pause.
        await checkUpdate(engine, lastBatchAt(state.row, batchSize))
        if (isCheckpoint && checkpoint && state.row !== rows.rows) await saveCheckpoint(run, checkpoint)
      }
    } catch (error) {
      throw await failureOf(run, part.job, error)
    }
  }
}

/**
 * Lets the engine learn from rows. Returns the error of a divergence if the ranks learn apart, so that a rank that diverges
 * can tell the others.
 */
async function learn({ engine, plan }: TrainingRun, job: Job): Promise<Divergence | undefined> {
  try {
    await engine.run(job)
    return undefined
  } catch (error) {
    if (plan.localSteps === undefined || !(error instanceof Divergence)) throw error
    return error
  }
}

/**
 * Replaces the parameters and the state of the optimizer of ranks that have learned apart by their means over the ranks.
 * Adds the cost of the rows since the last time, on all ranks, to the cost of the epoch.
 * @throws Divergence if a rank has diverged; the signal's reason or a StoppedError if a rank must end the run
 */
async function averageRanks(
  { engine, plan, state }: TrainingRun,
  communicator: Communicator,
  job: Job,
  until: number,
  divergence: Divergence | undefined,
): Promise<void> {
  const cost = divergence ? Number.NaN : engine.read(job, 'cost')[0] - state.sum
  const news = Float64Array.of(cost, plan.signal?.aborted ? 1 : 0)
  await communicator.allreduce(news)
  const [costOfAll, votes] = news
  if (!Number.isFinite(costOfAll)) throw divergence ?? new Divergence(lastBatchAt(until, job.rows), Number.NaN)
  for (const values of [engine.parameters, engine.kept.state]) {
    if (values.length === 0) continue
    await communicator.allreduce(values)
    await createChunkedLoop()(values.length, (from, to) => {
      for (let i = from; i < to; i++) values[i] /= communicator.size
    })
  }
  state.row = until
  state.sum += costOfAll
  state.began ??= state.sum / until
  restoreSums({ engine, state }, job)
  if (votes > 0) throwStopped(plan.signal)
}

/** Describes the pause at the row that the run has reached. `since` is the state at the last pause before it. */
function pauseOf(run: TrainingRun, rows: EpochRows, part: EpochPart, since: { row: number; sum: number }): Pause {
  const { epoch, row, sum } = run.state
  return {
    epoch,
    done: row,
    rows: rows.rows,
    batches: rows.stepsBefore + rows.updates(row),
    cost: (sum - since.sum) / (row - since.row),
    learningRate: rows.learningRate(row),
    nextRows: nextRowsOf(run, part),
  }
}

/** Returns the rows of the next batch in the training dataset, or undefined if they are not rows of a dataset. */
function nextRowsOf({ examples, plan, state }: TrainingRun, { job }: EpochPart): Uint32Array | undefined {
  if (!examples.dataset || plan.options.augmentation) return undefined
  const { row } = state
  const end = Math.min(row + plan.batchSize, job.size)
  return job.source.order?.slice(row, end) ?? Uint32Array.from({ length: end - row }, (_, i) => row + i)
}

/**
 * Returns the row at which the engine stops next, whether a checkpoint is due at that row, and whether the ranks that train
 * together compare their parameters there. `pauseAt` is the row at which the run pauses.
 */
function nextStop({ plan, state }: TrainingRun, { stepsBefore }: EpochRows, job: Job, pauseAt: number) {
  const { batchSize, options, communicator, localSteps = Number.POSITIVE_INFINITY } = plan
  const { row, began } = state
  // Updates are counted over all epochs, so that checkpoints are also saved if an epoch has fewer updates than
  // `everySteps`.
  const before = stepsBefore * batchSize
  const nextAfter = (steps: number) => {
    const every = steps * batchSize
    return Number.isFinite(every) ? (Math.floor((before + row) / every) + 1) * every - before : every
  }
  const checkpoint = nextAfter(options.checkpoint?.everySteps ?? Number.POSITIVE_INFINITY)
  const comparison = nextAfter(communicator ? updatesToComparison : Number.POSITIVE_INFINITY)
  // Stop after the first batch of the run too, because its cost determines the limit for the cost of later batches.
  const next = Math.min(
    checkpoint,
    comparison,
    nextAfter(localSteps),
    pauseAt,
    job.size,
    began === undefined ? row + 1 : job.size,
  )
  // Stop only between two batches. The batches of a job need not begin at a multiple of `batchSize`.
  const { first = 0 } = job.source
  const until = Math.min(job.size, first + Math.ceil((next - first) / job.rows) * job.rows)
  return { until, isCheckpoint: until >= checkpoint, isComparison: until >= comparison }
}

/**
 * Sets the summed cost in the engine's memory to the cost of the rows that were processed earlier in this epoch. The
 * engine then adds the cost of the remaining rows.
 */
function restoreSums({ engine, state }: Pick<TrainingRun, 'engine' | 'state'>, job: Job): void {
  engine.read(job, 'cost')[0] = state.sum
  engine.read(job, 'costBefore')[0] = state.sum
  engine.read(job, 'bad')[0] = 0
}

/**
 * Returns a copy of the engine's job with two callbacks. `stopped` stores the number of processed rows and their cost
 * in the state of the run. `progress` reports the number of processed rows and their mean cost to the user.
 */
function trackedJob({ engine, plan, state }: TrainingRun, { report }: EpochRows, job: Job): Job {
  if (plan.localSteps !== undefined) {
    // The engine knows only the cost of the own rows. `averageRanks` stores the row and the cost of all rows.
    return { ...job, progress: report && ((done) => report(done, state.sum / Math.max(1, state.row))) }
  }
  return {
    ...job,
    resumable: true,
    stopped(done) {
      state.row = done
      state.sum = engine.read(job, 'cost')[0]
      state.began ??= state.sum / done
    },
    progress: report && ((done, sum) => report(done, sum / done)),
  }
}
