import type { Dataset } from '../../data/dataset.js'
import { OptionError } from '../../errors.js'
import { allocate } from '../../memory.js'
import { createRandom, shuffle } from '../../random.js'
import type { Engine } from '../engine.js'
import type { Job } from '../job.js'
import type { Course } from './course.js'
import type { BatchPlan, Plan } from './plan.js'
import { fillRates } from './schedules.js'
import type { TrainingState } from './training-state.js'

/** The order of an epoch, in memory of the library's own. */
function orderOf(
  plan: Plan,
  size: number,
  epoch: number,
  { seed, epochsSeen }: TrainingState,
): Uint32Array | undefined {
  if (plan.shuffle === false) return undefined
  const order = allocate(Uint32Array, size)
  if (plan.shuffle === true) {
    for (let i = 0; i < size; i++) order[i] = i
    return shuffle(order, createRandom(seed, 'shuffle', epochsSeen))
  }
  const given = plan.shuffle(epoch)
  if (given?.length !== size) {
    throw new OptionError(
      `shuffle must return an order of ${size} rows for epoch ${epoch}, not ${given?.length ?? String(given)}`,
    )
  }
  for (let i = 0; i < size; i++) {
    if (!Number.isInteger(given[i]) || given[i] < 0 || given[i] >= size) {
      throw new OptionError(`shuffle gave ${given[i]} at place ${i} of epoch ${epoch}: rows go from 0 to ${size - 1}`)
    }
    order[i] = given[i]
  }
  return order
}

/** The job that learns from a dataset by these options, in batches of `rows`. */
export function trainingJob(
  state: TrainingState,
  batch: BatchPlan,
  dataset: Pick<Dataset, 'inputs' | 'labels' | 'targets' | 'scale' | 'size'>,
  rows: number,
): Job {
  const { optimizer, limits, l1, l2, labelSmoothing, learningRate } = batch
  const { inputs, labels, targets, scale, size } = dataset
  return {
    task: 'train',
    rows,
    answers: labels ? 'labels' : 'targets',
    penalties: l1 > 0 || l2 > 0,
    labelSmoothing,
    learning: { optimizer, ...limits },
    source: { inputs, labels, targets },
    size,
    scalars: {
      inputScale: scale,
      learningRate,
      l1,
      l2,
      // Below 2^24, so that float32 holds it: see the kernel dropout.
      dropoutKey: createRandom(state.seed, 'dropout', state.epochsSeen).integer(2 ** 24),
    },
  }
}

/** The job of the epoch that the course is in. */
export function epochJob(state: TrainingState, dataset: Dataset, plan: Plan, course: Course): Job {
  const { weights, schedule, batchSize, options } = plan
  const { size } = dataset
  const { epoch } = course
  const rates = schedule.constant ? undefined : allocate(Float64Array, Math.ceil(size / batchSize))
  if (rates) {
    const start = { step: (epoch - 1) * rates.length, epoch: epoch - 1, steps: plan.epochs * rates.length }
    fillRates(rates, start, (moment) => course.factor * schedule.rate(moment))
  }
  const common = trainingJob(state, plan, dataset, batchSize)
  return {
    ...common,
    weighted: weights !== undefined,
    learning: { optimizer: plan.optimizer, ...plan.limits, batchSize: rates ? batchSize : undefined },
    source: { ...common.source, order: orderOf(plan, size, epoch, state), weights, learningRates: rates },
    scalars: { ...common.scalars, learningRate: plan.learningRate * course.factor },
    signal: options.signal,
  }
}

/** The gradient of all the job's rows, added up over passes of `chunkRows`, instead of its updates. */
export function wholeJob(job: Job, chunkRows: number): Job {
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
    progress: undefined,
    stopped: undefined,
  }
}

/** The learning rate of a job's last batch. */
export function rateAtEnd({ source, scalars }: Job): number {
  return source.learningRates?.at(-1) ?? Number(scalars.learningRate)
}

/** A new optimiser starts with an empty memory. */
export function startOptimizer(engine: Engine, state: TrainingState, { optimizer }: BatchPlan, keep: boolean): void {
  const name = JSON.stringify(optimizer)
  // L-BFGS reads no more than it has written, and its memory can be gigabytes.
  const { length } = engine.kept.state
  if (!keep || state.optimizer !== name) engine.kept.state.fill(0, 0, optimizer.name === 'l-bfgs' ? 1 : length)
  state.optimizer = name
}
