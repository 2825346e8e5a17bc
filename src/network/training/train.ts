import { outputsOf } from '../../compile/spec.js'
import type { Dataset } from '../../data/dataset.js'
import { OptionError } from '../../errors.js'
import type { Engine } from '../engine.js'
import { evaluate } from '../evaluate.js'
import { Divergence, type Job } from '../job.js'
import { checkExamples } from '../rows.js'
import { copyParameters, follow, keepBest } from './best.js'
import { type Course, loadCheckpoint, saveCheckpoint } from './checkpoint.js'
import { recover } from './diverged.js'
import type { Epoch } from './epoch.js'
import { createLbfgs, type LbfgsStep } from './l-bfgs.js'
import { type Plan, planTraining, type TrainOptions } from './plan.js'
import { epochJob, rateAtEnd, startOptimizer, wholeJob } from './training-job.js'
import type { TrainingState } from './training-state.js'

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
  return runEpochs(engine, state, training, planTraining(engine, training, options))
}

async function* runEpochs(
  engine: Engine,
  state: TrainingState,
  training: Dataset,
  plan: Plan,
): AsyncGenerator<Epoch, Epoch[], undefined> {
  const { epochs, monitor, identity, options } = plan
  const { checkpoint } = options
  // Without a pause where nothing has to be read: from its first turn on the network is busy.
  const resumed = checkpoint?.resume
    ? await engine.occupy('training', () => loadCheckpoint(checkpoint, engine, state, identity))
    : undefined
  const course = resumed ?? startCourse(engine)
  const { name, settings } = plan.optimizer
  const lbfgs = name === 'l-bfgs' ? createLbfgs(engine, settings.memory) : undefined
  for (; course.epoch <= epochs && !course.ended; ) {
    const number = course.epoch
    const epoch = await engine.occupy('training', async () => {
      if (!resumed && number === 1) course.best.parameters = await copyParameters(engine)
      const done = await runEpoch(engine, state, training, plan, course, lbfgs)
      course.history.push(done)
      course.ended = await follow(engine, plan, course, done)
      course.epoch++
      course.row = 0
      course.sum = 0
      const last = course.ended || number === epochs
      if (last && monitor.restore) engine.parameters.set(course.best.parameters)
      if (checkpoint && (last || number % (checkpoint.everyEpochs ?? 1) === 0)) {
        await saveCheckpoint(checkpoint, engine, state, course, identity)
      }
      return done
    })
    yield epoch
  }
  return course.history
}

function startCourse(engine: Engine): Course {
  engine.requireIdle('training')
  // Copied, in pieces, as soon as the network is busy.
  const best = { score: Number.NEGATIVE_INFINITY, epoch: 0, parameters: engine.parameters }
  return { epoch: 1, row: 0, sum: 0, factor: 1, best, waited: 0, waitedForRate: 0, ended: false, history: [] }
}

async function runEpoch(
  engine: Engine,
  state: TrainingState,
  training: Dataset,
  plan: Plan,
  course: Course,
  lbfgs: LbfgsStep | undefined,
): Promise<Epoch> {
  const { signal, validation, augmentation, figures, trainingFigures, progress } = plan.options
  const number = course.epoch
  // Between two epochs the network may have learned with another optimiser.
  startOptimizer(engine, state, plan, number > 1 || course.row > 0)
  const dataset = augmentation ? await augmentation.epoch(number) : training
  if (dataset !== training) checkSameRows(engine, dataset, training)
  const plain = epochJob(state, dataset, plan, course)
  const job: Job = {
    ...plain,
    progress(done) {
      course.row = done
      course.sum = engine.read(plain, 'cost')[0]
      progress?.({ epoch: number, done, size: training.size })
    },
  }
  const before = validation ? undefined : await copyParameters(engine)
  const start = performance.now()
  if (lbfgs) await learnWhole(engine, state, plan, course, wholeJob(job, engine.chunkRows), lbfgs)
  else await learn(engine, state, plan, course, job)
  const seconds = (performance.now() - start) / 1000
  const cost = course.sum / training.size
  if (before) await keepBest(plan, course, plan.monitor.score(cost, undefined), number - 1, before)
  state.epochsSeen++
  const evaluation = validation && (await evaluate(engine, validation, { signal, figures }))
  const ofTraining = trainingFigures && (await evaluate(engine, training, { signal, figures: trainingFigures }))
  return {
    number,
    cost,
    accuracy: evaluation?.accuracy,
    validation: evaluation,
    training: ofTraining,
    learningRate: rateAtEnd(job),
    seconds,
  }
}

/** Learns from the epoch's rows from where the course is, and saves the course on the way where that is asked for. */
async function learn(engine: Engine, state: TrainingState, plan: Plan, course: Course, job: Job): Promise<void> {
  const { batchSize, identity, options } = plan
  const { checkpoint } = options
  const { size } = job
  const every = (checkpoint?.everySteps ?? Number.POSITIVE_INFINITY) * batchSize
  try {
    if (course.row > 0) engine.read(job, 'cost')[0] = course.sum
    while (course.row < size) {
      // Steps are counted over epochs, so that a short epoch has its checkpoints too.
      const stepsPerEpoch = Math.ceil(size / batchSize)
      const before = (course.epoch - 1) * stepsPerEpoch * batchSize
      const next = Number.isFinite(every) ? (Math.floor((before + course.row) / every) + 1) * every - before : size
      await engine.run({ ...job, from: course.row, until: Math.min(next, size) })
      if (checkpoint && course.row < size) await saveCheckpoint(checkpoint, engine, state, course, identity)
    }
  } catch (error) {
    throw await endOf(engine, state, plan, course, job, error)
  }
}

/** Learns from all the epoch's rows at once. */
async function learnWhole(
  engine: Engine,
  state: TrainingState,
  plan: Plan,
  course: Course,
  job: Job,
  step: LbfgsStep,
): Promise<void> {
  try {
    course.sum = job.size * (await step(job))
    course.row = job.size
  } catch (error) {
    // All rows are one batch.
    throw await endOf(engine, state, { ...plan, batchSize: job.size }, course, job, error)
  }
}

/** What a run ends with that `error` stopped: gone back to the best parameters where it diverged, saved where it was aborted. */
async function endOf(
  engine: Engine,
  state: TrainingState,
  plan: Plan,
  course: Course,
  job: Job,
  error: unknown,
): Promise<unknown> {
  if (error instanceof Divergence) return goBack(engine, state, plan, course, job, error)
  const { signal, checkpoint } = plan.options
  const aborted = signal?.aborted && error === signal.reason
  if (checkpoint && aborted && course.row < job.size) {
    await saveCheckpoint(checkpoint, engine, state, course, plan.identity)
  }
  return error
}

/** Goes back to the best parameters of the course, from the batch that diverged. */
function goBack(
  engine: Engine,
  state: TrainingState,
  { batchSize }: Plan,
  course: Course,
  job: Job,
  divergence: Divergence,
): Error {
  const { best, epoch } = course
  const batch = Math.floor(divergence.row / batchSize) + 1
  const learningRate = job.source.learningRates?.[batch - 1] ?? Number(job.scalars.learningRate)
  const { epoch: bestEpoch, parameters } = best
  return recover(engine, state, job, divergence, { epoch, batch, learningRate, bestEpoch, best: parameters })
}

function checkSameRows(engine: Engine, dataset: Dataset, training: Dataset): void {
  checkExamples('the augmented dataset', dataset, engine.spec.inputs, outputsOf(engine.spec))
  if (dataset.size !== training.size) {
    throw new OptionError(
      `augmentation must give the ${training.size} rows of the training dataset, not ${dataset.size}`,
    )
  }
}
