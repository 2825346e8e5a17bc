import type { Source } from '../backend/backend.js'
import { OptionError } from '../base/errors.js'
import { allocate } from '../base/memory.js'
import { createRandom } from '../base/random.js'
import type { Engine } from '../engine/engine.js'
import type { Job } from '../engine/engine-job.js'
import { networkOf, traceRun } from '../engine/tracing.js'
import type { TrainingState } from '../engine/training-state.js'
import { createChunkedLoop } from './chunked-loops.js'
import { costOfZeros } from './cost-limit.js'
import type { Epoch } from './epoch.js'
import { trainingJob } from './epoch-job.js'
import { drawOrder } from './order.js'
import type { EpochRows, Stretch } from './run-epoch.js'
import type { RunState } from './run-state.js'
import { fillRates, type Moment } from './schedules.js'
import { type BatchSource, planSource, type SourceOptions, type SourcePlan } from './source-plan.js'
import { followed, runEpoch, runEpochs } from './train.js'
import { createWindows, type Window } from './windows.js'

/** What a run from a source remembers from epoch to epoch. */
type Tally = NonNullable<RunState['source']>

/**
 * Mini-batch gradient descent on rows that are read while it runs: as on a dataset, with orders that are drawn for each window
 * of rows. Without a shuffle it gives the bits of a run on the dataset of these rows.
 */
export function trainFromSource(
  engine: Engine,
  state: TrainingState,
  source: BatchSource,
  options: SourceOptions,
): AsyncGenerator<Epoch, Epoch[], undefined> {
  const plan = planSource(engine, source, options)
  const open = createWindows(engine, plan)
  const run = runEpochs(engine, state, plan, plan.rows, async (course) => {
    course.source ??= { steps: 0, costOfZeros: 0 }
    const windows = open(course.epoch, course.row)
    const epoch = await runEpoch(
      engine,
      state,
      plan,
      course,
      rowsOf(engine, state, plan, course, course.source, windows),
    )
    course.source.steps += Math.ceil(course.row / plan.batchSize)
    return epoch
  })
  return traceRun(() => ({ network: networkOf(engine), method: 'train', training: source, options }), run)
}

function rowsOf(
  engine: Engine,
  state: TrainingState,
  plan: SourcePlan,
  course: RunState,
  tally: Tally,
  windows: AsyncIterable<Window>,
): EpochRows {
  const { rows, batchSize, schedule, onProgress } = plan
  const { epoch } = course
  const learningRate = plan.learningRate * course.factor
  const rate = (moment: Moment) => course.factor * schedule.rate(moment)
  const momentOf = (step: number): Moment => ({
    step: tally.steps + step,
    epoch: epoch - 1,
    steps: plan.epochs * Math.ceil((rows ?? Number.NaN) / batchSize),
  })
  const report = onProgress && ((done: number) => onProgress({ epoch, done, rows }))

  async function* stretches(): AsyncGenerator<Stretch, void, undefined> {
    for await (const window of windows) {
      const { first } = window
      const learningRates = schedule.constant ? undefined : allocate(Float64Array, Math.ceil(window.rows / batchSize))
      if (learningRates) fillRates(learningRates, momentOf(first / batchSize), rate)
      const weights = weightsOf(window, plan)
      tally.costOfZeros = Math.max(tally.costOfZeros, costOfZeros(window, weights))
      const job = await windowJob(state, plan, window, { learningRate, learningRates, weights })
      yield { job: followed(engine, course, job, report), costOfZeros: tally.costOfZeros }
    }
  }

  return {
    stretches: stretches(),
    rows,
    stepsBefore: tally.steps,
    rateAtEnd: () => (schedule.constant ? learningRate : rate(momentOf(Math.ceil(course.row / batchSize) - 1))),
  }
}

/** The job that learns from a window. Its rows are counted from the start of the epoch, as in a run on a dataset. */
async function windowJob(
  state: TrainingState,
  plan: SourcePlan,
  window: Window,
  { learningRate, ...arrays }: { learningRate: number } & Pick<Source, 'learningRates' | 'weights'>,
): Promise<Job> {
  const { batchSize } = plan
  const { first, rows, number } = window
  // A dataset of fewer rows than a batch is one smaller batch.
  const job = trainingJob(state, plan, window, first === 0 ? Math.min(batchSize, rows) : batchSize)
  return {
    ...job,
    weighted: arrays.weights !== undefined,
    learning: { optimizer: plan.optimizer, ...plan.limits, batchSize: arrays.learningRates ? batchSize : undefined },
    source: { ...job.source, first, order: await orderOf(state, plan, number, rows), ...arrays },
    scalars: { ...job.scalars, learningRate },
    size: first + rows,
    signal: plan.options.signal,
  }
}

/** The order of a window's rows, which may be millions. */
function orderOf(
  { seed, epochsSeen }: TrainingState,
  plan: SourcePlan,
  window: number,
  size: number,
): Promise<Uint32Array> | undefined {
  if (plan.shuffle === false) return undefined
  return drawOrder(createChunkedLoop(plan.options.signal), size, createRandom(seed, 'window', epochsSeen, window))
}

function weightsOf({ labels, rows }: Window, { classWeights }: SourcePlan): Float64Array | undefined {
  if (!classWeights) return undefined
  if (!labels) throw new OptionError('classWeights need a source with labels')
  const weights = allocate(Float64Array, rows)
  for (let row = 0; row < rows; row++) weights[row] = classWeights[labels[row]]
  return weights
}
