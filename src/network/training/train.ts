import { outputsOf } from '../../compile/spec.js'
import type { Dataset } from '../../data/dataset.js'
import { OptionError } from '../../errors.js'
import type { Engine } from '../engine.js'
import { evaluate } from '../evaluate.js'
import type { Job } from '../job.js'
import { checkExamples } from '../rows.js'
import { networkOf, trace, traceRun } from '../tracing.js'
import { copyParameters, follow, keepBest } from './best.js'
import { type Course, loadCheckpoint, saveCheckpoint } from './checkpoint.js'
import type { Epoch } from './epoch.js'
import { createLbfgs, type LbfgsStep } from './l-bfgs.js'
import { learn } from './learn.js'
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
  const run = runEpochs(engine, state, training, planTraining(engine, training, options))
  return traceRun(() => ({ network: networkOf(engine), method: 'train', training, options }), run)
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
    const work = async () => {
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
    }
    yield await trace(
      'epoch',
      () => ({ network: networkOf(engine), epoch: number, rows: training.size, options }),
      () => engine.occupy('training', work),
    )
  }
  return course.history
}

function startCourse(engine: Engine): Course {
  engine.requireIdle('training')
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
      // The run's first batch is taken alone.
      course.began ??= course.sum / done
      progress?.({ epoch: number, done, size: training.size })
    },
  }
  const before = validation ? undefined : await copyParameters(engine)
  const start = performance.now()
  await learn(engine, state, plan, course, lbfgs ? wholeJob(job, engine.chunkRows) : job, lbfgs)
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

function checkSameRows(engine: Engine, dataset: Dataset, training: Dataset): void {
  checkExamples('the augmented dataset', dataset, engine.spec.inputs, outputsOf(engine.spec))
  if (dataset.size !== training.size) {
    throw new OptionError(
      `augmentation must give the ${training.size} rows of the training dataset, not ${dataset.size}`,
    )
  }
}
