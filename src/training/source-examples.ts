import type { Source } from '../backend/backend.js'
import type { Communicator } from '../backend/communicator.js'
import { createChunkedLoop } from '../base/chunked-loop.js'
import { OptionError } from '../base/errors.js'
import { allocate } from '../base/memory.js'
import { createRandom } from '../base/random.js'
import { outputsOf } from '../compile/spec.js'
import type { Engine } from '../engine/engine.js'
import type { Job } from '../engine/engine-job.js'
import type { TrainingState } from '../engine/training-state.js'
import { costOfZeros } from './cost-limit.js'
import { trainingJob } from './epoch-job.js'
import { drawOrder } from './order.js'
import { checkReported } from './plan.js'
import type { EpochPart, Examples } from './run.js'
import { fillRates, type Moment } from './schedules.js'
import { type Stretch, sharedStretch, sharedWindows, stretchesOf } from './shared-source.js'
import type { SourcePlan } from './source-plan.js'
import { createWindows, type Window } from './windows.js'

/**
 * Returns the rows of a source as training examples. The rows come in windows, which are groups of consecutive rows,
 * and each window is shuffled separately. Without shuffling, the results of a run are bit-identical to those of a run
 * on a dataset with the same rows.
 */
export function sourceExamples(engine: Engine, plan: SourcePlan): Examples {
  const { rows, batchSize, schedule, onProgress, communicator } = plan
  const openWindows = createWindows(engine, plan)
  return {
    dataset: undefined,
    rows,
    async open({ network, state }) {
      const { epoch, factor } = state
      const ranks = communicator?.size ?? 1
      state.source ??= { steps: 0, costOfZeros: 0, ranks }
      const tally = state.source
      checkResumed(tally.ranks ?? 1, ranks, state.row)
      tally.ranks = ranks
      const { steps } = tally
      const learningRate = plan.learningRate * factor
      const rate = (moment: Moment) => factor * schedule.rate(moment)
      const momentOf = (step: number): Moment => ({
        step: steps + step,
        epoch: epoch - 1,
        steps: plan.epochs * Math.ceil((rows ?? Number.NaN) / batchSize),
      })
      const ratesOf = (firstStep: number, batches: number) => {
        if (schedule.constant) return undefined
        const learningRates = allocate(Float64Array, batches)
        fillRates(learningRates, momentOf(firstStep), rate)
        return learningRates
      }

      async function* parts(): AsyncGenerator<EpochPart, void, undefined> {
        for await (const window of openWindows(epoch, state.row)) {
          const learningRates = ratesOf(window.first / batchSize, Math.ceil(window.rows / batchSize))
          const weights = weightsOf(window, plan)
          tally.costOfZeros = Math.max(tally.costOfZeros, costOfZeros(window, weights))
          const job = await windowJob(network, plan, window, { learningRate, learningRates, weights })
          yield { job, costOfZeros: tally.costOfZeros }
        }
      }

      let ends: { readonly row: number; readonly step: number }[] = []
      async function* sharedParts(communicator: Communicator): AsyncGenerator<EpochPart, void, undefined> {
        let [row, step] = [0, 0]
        ends = []
        for await (const { window, counts } of sharedWindows(communicator, openWindows(epoch, 0), epoch, rows)) {
          const own = window ?? noRows(engine)
          const weights = weightsOf(own, plan)
          const highest = Float64Array.of(costOfZeros(own, weights))
          await communicator.allreduce(highest, 'max')
          tally.costOfZeros = Math.max(tally.costOfZeros, highest[0])
          const order = await orderOf(network, plan, own.number, own.rows, communicator.rank)
          for (const stretch of stretchesOf(counts, batchSize, communicator.rank)) {
            const learningRates = ratesOf(step, stretch.batches)
            const arrays = { learningRate, learningRates, weights, order }
            const job = stretchJob(network, plan, own, communicator, stretch, row, arrays)
            row = job.size
            step += stretch.batches
            ends.push({ row, step })
            // A resumed run has learned from these rows before.
            if (row > state.row) yield { job, costOfZeros: tally.costOfZeros }
          }
        }
      }

      /** The number of updates for the first `done` rows. The last batches of a shared source may be smaller. */
      function updates(done: number): number {
        const whole = ends.findLast(({ row }) => row <= done)
        return whole ? whole.step + Math.ceil((done - whole.row) / batchSize) : Math.ceil(done / batchSize)
      }

      return {
        parts: communicator ? sharedParts(communicator) : parts(),
        rows,
        stepsBefore: steps,
        report: onProgress && ((done, cost) => checkReported(onProgress({ epoch, done, rows, cost }))),
        updates,
        learningRate: (done) => (schedule.constant ? learningRate : rate(momentOf(updates(done) - 1))),
      }
    },
  }
}

/** @throws OptionError if a run is resumed within an epoch by another number of ranks than it was saved by */
function checkResumed(saved: number, ranks: number, row: number): void {
  if (saved === ranks || row === 0) return
  throw new OptionError(
    `the run was saved by ${saved} ${saved === 1 ? 'rank' : 'ranks'} within an epoch of a source, and ${ranks} cannot continue there: each rank reads its own part of the source; resume with ${saved}, or from a checkpoint at the end of an epoch`,
  )
}

/** The window of a rank that has no rows left. */
function noRows({ spec }: Engine): Window {
  const targetWidth = outputsOf(spec)
  return {
    inputs: allocate(Uint8Array, 0),
    labels: allocate(Int32Array, 0),
    targets: undefined,
    scale: 1,
    targetWidth,
    rows: 0,
    first: 0,
    number: 0,
  }
}

/**
 * Returns the job with which the engine trains on a stretch of a window whose batches the ranks share. `row` is the number
 * of rows of the epoch on all ranks that come before it.
 */
function stretchJob(
  network: TrainingState,
  plan: SourcePlan,
  window: Window,
  communicator: Communicator,
  stretch: Stretch,
  row: number,
  {
    learningRate,
    learningRates,
    weights,
    order,
  }: { learningRate: number } & Pick<Source, 'learningRates' | 'weights' | 'order'>,
): Job {
  const { batches, batchRows, first, shares } = stretch
  const job = trainingJob(network, plan, window, batchRows)
  const own = batches * shares[communicator.rank]
  const places = order?.subarray(first, first + own) ?? Uint32Array.from({ length: own }, (_, i) => first + i)
  return {
    ...job,
    weighted: weights !== undefined,
    learning: { optimizer: plan.optimizer, ...plan.limits, batchSize: learningRates ? batchRows : undefined },
    source: { ...job.source, first: row, order: places, weights, learningRates },
    scalars: { ...job.scalars, learningRate },
    size: row + batches * batchRows,
    signal: plan.signal,
    shared: sharedStretch(communicator, stretch, plan.localSteps !== undefined),
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
    signal: plan.signal,
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
  rank = 0,
): Promise<Uint32Array> | undefined {
  if (plan.shuffle === false) return undefined
  const random =
    rank > 0 ? createRandom(seed, 'window', epochsSeen, window, rank) : createRandom(seed, 'window', epochsSeen, window)
  return drawOrder(createChunkedLoop(plan.options.signal), size, random)
}

function weightsOf({ labels, rows }: Window, { classWeights }: SourcePlan): Float64Array | undefined {
  if (!classWeights) return undefined
  if (!labels) throw new OptionError('classWeights need a source with labels')
  const weights = allocate(Float64Array, rows)
  for (let row = 0; row < rows; row++) weights[row] = classWeights[labels[row]]
  return weights
}
