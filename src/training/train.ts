import { OptionError } from '../base/errors.js'
import { outputsOf } from '../compile/spec.js'
import type { Dataset } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import type { Job } from '../engine/engine-job.js'
import { evaluate } from '../engine/evaluate.js'
import { checkExamples } from '../engine/input-rows.js'
import { networkOf, trace, traceRun } from '../engine/tracing.js'
import type { TrainingState } from '../engine/training-state.js'
import { copyParameters, follow, keepBest } from './best.js'
import { openCheckpoints, saveCheckpoint } from './checkpoint.js'
import type { Epoch } from './epoch.js'
import { epochJob, rateAtEnd, startOptimizer, wholeJob } from './epoch-job.js'
import { createLbfgs, type LbfgsStep } from './l-bfgs.js'
import { type Plan, planTraining, type TrainOptions } from './plan.js'
import { type EpochRows, learn } from './run-epoch.js'
import type { RunState } from './run-state.js'

/**
 * Mini-batch gradient descent (Nielsen, chapter 1), an epoch at a time. Between two epochs the network is idle: it can be
 * evaluated, changed and saved.
 */
export function train(
  engine: Engine,
  state: TrainingState,
  training: Dataset,
  options: TrainOptions,
): AsyncGenerator<Epoch, Epoch[], undefined> {
  // Not in the generator, whose first line would run only when somebody asks for the first epoch.
  const plan = planTraining(engine, training, options)
  const run = runEpochs(engine, state, plan, training.rows, async (course, lbfgs) => {
    const rows = await rowsOfDataset(engine, state, training, plan, course, lbfgs)
    const epoch = await runEpoch(engine, state, plan, course, rows, lbfgs)
    const { signal, trainingMetrics: metrics } = plan.options
    return metrics ? { ...epoch, training: await evaluate(engine, training, { signal, metrics }) } : epoch
  })
  return traceRun(() => ({ network: networkOf(engine), method: 'train', training, options }), run)
}

/** The epochs of a run, each by `learnEpoch`, from where the newest checkpoint stands if the run is to be resumed. */
export async function* runEpochs(
  engine: Engine,
  state: TrainingState,
  plan: Plan,
  rows: number | undefined,
  learnEpoch: (course: RunState, lbfgs: LbfgsStep | undefined) => Promise<Epoch>,
): AsyncGenerator<Epoch, Epoch[], undefined> {
  const { epochs, monitor, identity, options } = plan
  const { checkpoint, signal } = options
  // Without a pause where nothing has to be read: from its first turn on the network is busy.
  const resumed =
    checkpoint && (await engine.occupy('training', () => openCheckpoints(checkpoint, engine, state, identity)))
  const course = resumed ?? startCourse(engine)
  const { name, settings } = plan.optimizer
  const lbfgs = name === 'l-bfgs' ? createLbfgs(engine, settings.historySize) : undefined
  for (; course.epoch <= epochs && !course.ended; ) {
    const number = course.epoch
    const work = async () => {
      if (!resumed && number === 1) course.best.parameters = await copyParameters(engine)
      // Between two epochs the network may have learned with another optimizer.
      startOptimizer(engine, state, plan, number > 1 || course.row > 0)
      const done = await learnEpoch(course, lbfgs).catch(async (error: unknown) => {
        // Those that have been learned from to the last row too: what is left is to judge them.
        if (checkpoint && signal?.aborted && error === signal.reason) {
          await saveCheckpoint(checkpoint, engine, state, course, identity)
        }
        throw error
      })
      state.epochsSeen++
      course.history.push(done)
      course.ended = await follow(engine, plan, course, done)
      course.epoch++
      course.row = 0
      course.sum = 0
      const last = course.ended || number === epochs
      if (last && monitor.restoreBest) engine.parameters.set(course.best.parameters)
      if (checkpoint && (last || number % (checkpoint.everyEpochs ?? 1) === 0)) {
        await saveCheckpoint(checkpoint, engine, state, course, identity)
      }
      return done
    }
    yield await trace(
      'epoch',
      () => ({ network: networkOf(engine), epoch: number, rows, options }),
      () => engine.occupy('training', work),
    )
  }
  return course.history
}

function startCourse(engine: Engine): RunState {
  // Copied, in pieces, as soon as the network is busy.
  const best = { score: Number.NEGATIVE_INFINITY, epoch: 0, parameters: engine.parameters }
  return {
    epoch: 1,
    row: 0,
    sum: 0,
    began: undefined,
    factor: 1,
    best,
    waited: 0,
    waitedForRate: 0,
    ended: false,
    history: [],
  }
}

/** Learns from the epoch's rows, and tells what came of it. */
export async function runEpoch(
  engine: Engine,
  state: TrainingState,
  plan: Plan,
  course: RunState,
  rows: EpochRows,
  lbfgs?: LbfgsStep,
): Promise<Epoch> {
  const { signal, validation, metrics } = plan.options
  const number = course.epoch
  const before = validation ? undefined : await copyParameters(engine)
  const start = performance.now()
  await learn(engine, state, plan, course, rows, lbfgs)
  const seconds = (performance.now() - start) / 1000
  const cost = course.sum / course.row
  if (before) await keepBest(plan, course, plan.monitor.score(cost, undefined), number - 1, before)
  const evaluation = validation && (await evaluate(engine, validation, { signal, metrics }))
  return {
    number,
    cost,
    accuracy: evaluation?.accuracy,
    validation: evaluation,
    training: undefined,
    learningRate: rows.rateAtEnd(),
    seconds,
  }
}

async function rowsOfDataset(
  engine: Engine,
  state: TrainingState,
  training: Dataset,
  plan: Plan,
  course: RunState,
  lbfgs: LbfgsStep | undefined,
): Promise<EpochRows> {
  const { augmentation, onProgress } = plan.options
  const { epoch } = course
  const { rows } = training
  const dataset = augmentation ? await augmentation.epoch(epoch) : training
  if (dataset !== training) checkSameRows(engine, dataset, training)
  const report = onProgress && ((done: number) => onProgress({ epoch, done, rows }))
  const job = followed(engine, course, await epochJob(state, dataset, plan, course), report)
  return {
    stretches: [{ job: lbfgs ? wholeJob(job, engine.chunkRows) : job, costOfZeros: plan.costOfZeros }],
    rows,
    stepsBefore: (epoch - 1) * Math.ceil(rows / plan.batchSize),
    rateAtEnd: () => rateAtEnd(job),
  }
}

/** A job whose progress is that of the course. */
export function followed(engine: Engine, course: RunState, plain: Job, report?: (done: number) => void): Job {
  const job: Job = {
    ...plain,
    stopped(done) {
      course.row = done
      course.sum = engine.read(plain, 'cost')[0]
      // The run's first batch is taken alone.
      course.began ??= course.sum / done
    },
    progress: report,
  }
  return job
}

function checkSameRows(engine: Engine, dataset: Dataset, training: Dataset): void {
  checkExamples('the augmented dataset', dataset, engine.spec.inputs, outputsOf(engine.spec))
  if (dataset.rows !== training.rows) {
    throw new OptionError(
      `augmentation must give the ${training.rows} rows of the training dataset, not ${dataset.rows}`,
    )
  }
}
