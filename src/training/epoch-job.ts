import { isRefusedPromise } from '../base/checks.js'
import { type ChunkedLoop, createChunkedLoop } from '../base/chunked-loop.js'
import { OptionError } from '../base/errors.js'
import { allocate } from '../base/memory.js'
import { createRandom } from '../base/random.js'
import type { Dataset } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import type { Job } from '../engine/engine-job.js'
import { sharedRows } from '../engine/shared-rows.js'
import type { TrainingState } from '../engine/training-state.js'
import { drawOrder } from './order.js'
import type { BatchPlan, Plan } from './plan.js'
import { agreeOnEpoch } from './ranks.js'
import type { TrainingRun } from './run.js'
import { fillRates, type Moment } from './schedules.js'

/**
 * Returns the order of the rows in an epoch, or undefined if the rows are not shuffled. If the option `shuffle` is a
 * function, its result is copied, because the user could change it during the run.
 */
async function orderOf(
  loop: ChunkedLoop,
  plan: Plan,
  size: number,
  epoch: number,
  { seed, epochsSeen }: TrainingState,
): Promise<Uint32Array | undefined> {
  if (plan.shuffle === false) return undefined
  if (plan.shuffle === true) return drawOrder(loop, size, createRandom(seed, 'shuffle', epochsSeen))
  const given = plan.shuffle(epoch)
  isRefusedPromise(given)
  if (given?.length !== size) {
    throw new OptionError(
      `shuffle must return an order of ${size} rows for epoch ${epoch}, not ${given?.length ?? String(given)}`,
    )
  }
  const order = allocate(Uint32Array, size)
  await loop(size, (from, to) => {
    for (let i = from; i < to; i++) {
      const row = given[i]
      if (!Number.isInteger(row) || row < 0 || row >= size) {
        throw new OptionError(`shuffle gave ${row} at place ${i} of epoch ${epoch}: rows go from 0 to ${size - 1}`)
      }
      order[i] = row
    }
  })
  return order
}

/**
 * Returns the job with which the engine trains on a dataset in batches of `batchSize` rows. `batch` contains the
 * training options.
 */
export function trainingJob(
  state: TrainingState,
  batch: BatchPlan,
  dataset: Pick<Dataset, 'inputs' | 'labels' | 'targets' | 'scale' | 'rows'>,
  batchSize: number,
): Job {
  const { optimizer, limits, l1, l2, labelSmoothing, learningRate } = batch
  const { inputs, labels, targets, scale, rows } = dataset
  return {
    task: 'train',
    rows: batchSize,
    answers: labels ? 'labels' : 'targets',
    penalties: l1 > 0 || l2 > 0,
    labelSmoothing,
    learning: { optimizer, ...limits },
    source: { inputs, labels, targets },
    size: rows,
    scalars: {
      inputScale: scale,
      learningRate,
      l1,
      l2,
      // This key determines which neurons are dropped. It is below 2^24, so that float32 represents it exactly.
      dropoutKey: createRandom(state.seed, 'dropout', state.epochsSeen).integer(2 ** 24),
    },
  }
}

/** Returns how many of the rows an epoch learns from: all, or those of its complete batches. */
export function keptRows({ batchSize, options }: Plan, rows: number): number {
  return options.dropLastBatch ? Math.floor(rows / batchSize) * batchSize : rows
}

/** Returns the job with which the engine trains on the dataset in the current epoch of the run. */
export async function epochJob({ network, plan, state }: TrainingRun, dataset: Dataset): Promise<Job> {
  const { weights, schedule, batchSize, options } = plan
  const { rows } = dataset
  const { epoch, factor } = state
  // The order of the rows and the learning rates are computed with pauses. Otherwise a dataset with millions of rows
  // would block the event loop for too long.
  const loop = createChunkedLoop(options.signal)
  const size = keptRows(plan, rows)
  const learningRates = schedule.constant ? undefined : allocate(Float64Array, Math.ceil(size / batchSize))
  if (learningRates) {
    const steps = learningRates.length
    const rate = (moment: Moment) => factor * schedule.rate(moment)
    await loop(steps, (from, to) => {
      const moment = { step: (epoch - 1) * steps + from, epoch: epoch - 1, steps: plan.epochs * steps }
      fillRates(learningRates.subarray(from, to), moment, rate)
    })
  }
  const order = await orderOf(loop, plan, rows, epoch, network)
  await agreeOnEpoch(plan, epoch, dataset, order, learningRates)
  const common = trainingJob(network, plan, dataset, batchSize)
  return {
    ...common,
    size,
    weighted: weights !== undefined,
    learning: { optimizer: plan.optimizer, ...plan.limits, batchSize: learningRates && batchSize },
    source: { ...common.source, order, weights, learningRates },
    scalars: { ...common.scalars, learningRate: plan.learningRate * factor },
    signal: plan.signal,
    shared: sharedRows(plan.communicator, plan.localSteps !== undefined),
  }
}

/** Clears the optimizer's state, unless `keep` is true and the optimizer has not changed. */
export function startOptimizer(engine: Engine, state: TrainingState, { optimizer }: BatchPlan, keep: boolean): void {
  const name = JSON.stringify(optimizer)
  // For L-BFGS, clear only the first element, which is the number of stored steps. If it is 0, L-BFGS does not read the
  // other elements. Clearing the complete history could mean writing gigabytes.
  const { length } = engine.kept.state
  if (!keep || state.optimizer !== name) engine.kept.state.fill(0, 0, optimizer.name === 'l-bfgs' ? 1 : length)
  state.optimizer = name
}
