import type { Source } from '../backend/backend.js'
import { createChunkedLoop } from '../base/chunked-loop.js'
import { OptionError } from '../base/errors.js'
import { allocate } from '../base/memory.js'
import { createRandom } from '../base/random.js'
import type { Engine } from '../engine/engine.js'
import type { Job } from '../engine/engine-job.js'
import type { TrainingState } from '../engine/training-state.js'
import { costOfZeros } from './cost-limit.js'
import { trainingJob } from './epoch-job.js'
import { drawOrder } from './order.js'
import { checkReported } from './plan.js'
import type { EpochPart, Examples } from './run.js'
import { fillRates, type Moment } from './schedules.js'
import type { SourcePlan } from './source-plan.js'
import { createWindows, type Window } from './windows.js'

/**
 * Returns the rows of a source as training examples. The rows come in windows, which are groups of consecutive rows,
 * and each window is shuffled separately. Without shuffling, the results of a run are bit-identical to those of a run
 * on a dataset with the same rows.
 */
export function sourceExamples(engine: Engine, plan: SourcePlan): Examples {
  const { rows, batchSize, schedule, onProgress } = plan
  const openWindows = createWindows(engine, plan)
  return {
    dataset: undefined,
    rows,
    async open({ network, state }) {
      const { epoch, factor } = state
      state.source ??= { steps: 0, costOfZeros: 0 }
      const tally = state.source
      const { steps } = tally
      const learningRate = plan.learningRate * factor
      const rate = (moment: Moment) => factor * schedule.rate(moment)
      const momentOf = (step: number): Moment => ({
        step: steps + step,
        epoch: epoch - 1,
        steps: plan.epochs * Math.ceil((rows ?? Number.NaN) / batchSize),
      })
      const windows = openWindows(epoch, state.row)

      async function* parts(): AsyncGenerator<EpochPart, void, undefined> {
        for await (const window of windows) {
          const batches = Math.ceil(window.rows / batchSize)
          const learningRates = schedule.constant ? undefined : allocate(Float64Array, batches)
          if (learningRates) fillRates(learningRates, momentOf(window.first / batchSize), rate)
          const weights = weightsOf(window, plan)
          tally.costOfZeros = Math.max(tally.costOfZeros, costOfZeros(window, weights))
          const job = await windowJob(network, plan, window, { learningRate, learningRates, weights })
          yield { job, costOfZeros: tally.costOfZeros }
        }
      }

      return {
        parts: parts(),
        rows,
        stepsBefore: steps,
        report: onProgress && ((done, cost) => checkReported(onProgress({ epoch, done, rows, cost }))),
        learningRate: (done) => (schedule.constant ? learningRate : rate(momentOf(Math.ceil(done / batchSize) - 1))),
      }
    },
  }
}

/**
 * Returns the job with which the engine trains on a window (a group of consecutive rows). The job counts rows from the
 * start of the epoch, as in a run on a dataset.
 */
async function windowJob(
  network: TrainingState,
  plan: SourcePlan,
  window: Window,
  { learningRate, ...arrays }: { learningRate: number } & Pick<Source, 'learningRates' | 'weights'>,
): Promise<Job> {
  const { batchSize } = plan
  const { first, rows, number } = window
  // If the epoch has fewer rows than a batch, all its rows form one smaller batch, as in a run on a dataset.
  const job = trainingJob(network, plan, window, first === 0 ? Math.min(batchSize, rows) : batchSize)
  return {
    ...job,
    weighted: arrays.weights !== undefined,
    learning: { optimizer: plan.optimizer, ...plan.limits, batchSize: arrays.learningRates ? batchSize : undefined },
    source: { ...job.source, first, order: await orderOf(network, plan, number, rows), ...arrays },
    scalars: { ...job.scalars, learningRate },
    size: first + rows,
    signal: plan.options.signal,
  }
}

/**
 * Returns a random order for the rows of a window, or undefined if the rows are not shuffled. The event loop is not
 * blocked, even if a window has millions of rows.
 */
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
