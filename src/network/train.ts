import { outputsOf } from '../compile/spec.js'
import type { Dataset } from '../data/dataset.js'
import { OptionError } from '../errors.js'
import { allocate, type FloatArray } from '../memory.js'
import { createRandom, shuffle } from '../random.js'
import { explainDivergence } from './diverged.js'
import { Divergence, type Engine, type Job } from './engine.js'
import { type Evaluation, evaluate } from './evaluate.js'
import { type BatchPlan, type LearningOptions, type Plan, planBatch, planTraining, type TrainOptions } from './plan.js'
import { checkExamples } from './rows.js'
import { fillRates } from './schedules.js'

/** What came of one epoch: plain data. */
export interface Epoch {
  /** From 1. */
  readonly number: number
  /** The mean cost of the training rows, penalties included, each taken just before the network learned from it. */
  readonly cost: number
  /** The share of the validation rows answered correctly, where there are such rows and they have labels. */
  readonly accuracy: number | undefined
  readonly validation: Evaluation | undefined
  /** The training dataset after the epoch, where `trainingFigures` asked for it. */
  readonly training: Evaluation | undefined
  /** The learning rate of the epoch's last batch. */
  readonly learningRate: number
  /** The time spent on learning, without the evaluations. */
  readonly seconds: number
}

/** What of a run outlives it: orders are drawn from the seed and the number of epochs that the network has seen. */
export interface TrainingState {
  readonly seed: number
  epochsSeen: number
  /** The optimiser that the engine's state belongs to. */
  optimizer: string | undefined
}

/** How far a run has come. */
interface Course {
  /** What the learning rate is multiplied by, where the schedule follows a figure that gets no better. */
  factor: number
  best: { score: number; epoch: number; parameters: FloatArray }
  /** Epochs since the best one, and since the learning rate was last lowered. */
  waited: number
  waitedForRate: number
}

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
function trainingJob(state: TrainingState, batch: BatchPlan, dataset: Dataset, rows: number): Job {
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

/** A new optimiser starts with an empty memory. */
function startOptimizer(engine: Engine, state: TrainingState, { optimizer }: BatchPlan, keep: boolean): void {
  const name = JSON.stringify(optimizer)
  if (!keep || state.optimizer !== name) engine.kept.state.fill(0)
  state.optimizer = name
}

/**
 * Mini-batch gradient descent (Nielsen, chapter 1), an epoch at a time. Between two epochs the network is idle: it can be
 * evaluated, changed and saved.
 */
export function train(
  engine: Engine,
  state: TrainingState,
  training: Dataset,
  options: TrainOptions,
): AsyncGenerator<Epoch, void, undefined> {
  // Not in the generator, whose first line would run only when somebody asks for the first epoch.
  return runEpochs(engine, state, training, planTraining(engine, training, options))
}

async function* runEpochs(
  engine: Engine,
  state: TrainingState,
  training: Dataset,
  plan: Plan,
): AsyncGenerator<Epoch, void, undefined> {
  const { epochs, monitor } = plan
  engine.requireIdle('training')
  const course: Course = {
    factor: 1,
    best: { score: Number.NEGATIVE_INFINITY, epoch: 0, parameters: engine.parameters.slice() },
    waited: 0,
    waitedForRate: 0,
  }
  for (let number = 1; number <= epochs; number++) {
    const epoch = await engine.occupy('training', () => runEpoch(engine, state, training, plan, course, number))
    const ends = follow(engine, plan, course, epoch)
    if (ends || number === epochs) {
      if (monitor.restore) engine.parameters.set(course.best.parameters)
      yield epoch
      return
    }
    yield epoch
  }
}

async function runEpoch(
  engine: Engine,
  state: TrainingState,
  training: Dataset,
  plan: Plan,
  course: Course,
  number: number,
): Promise<Epoch> {
  const { options, weights, schedule, batchSize } = plan
  // Between two epochs the network may have learned with another optimiser.
  startOptimizer(engine, state, plan, number > 1)
  const { signal, validation, progress, augmentation, figures, trainingFigures } = options
  const dataset = augmentation ? await augmentation.epoch(number) : training
  if (dataset !== training) checkSameRows(engine, dataset, training)
  const { size } = training
  const rates = schedule.constant ? undefined : allocate(Float64Array, Math.ceil(size / batchSize))
  if (rates) fillRates(rates, number, plan.epochs * rates.length, (moment) => schedule.rate(moment) * course.factor)
  const learningRate = rates ? rates[rates.length - 1] : plan.learningRate * course.factor
  const common = trainingJob(state, plan, dataset, batchSize)
  const job: Job = {
    ...common,
    weighted: weights !== undefined,
    learning: { ...common.learning, optimizer: plan.optimizer, batchSize: rates ? batchSize : undefined },
    source: { ...common.source, order: orderOf(plan, size, number, state), weights, learningRates: rates },
    scalars: { ...common.scalars, learningRate },
    signal,
    progress: progress && ((done) => progress({ epoch: number, done, size })),
  }
  const start = performance.now()
  try {
    await engine.run(job)
  } catch (error) {
    if (!(error instanceof Divergence)) throw error
    const batch = Math.floor(error.row / batchSize) + 1
    const { best } = course
    const explained = explainDivergence(engine, job, error, {
      epoch: number,
      batch,
      learningRate,
      bestEpoch: best.epoch,
    })
    engine.parameters.set(best.parameters)
    state.optimizer = undefined
    throw explained
  }
  const seconds = (performance.now() - start) / 1000
  const cost = engine.read(job, 'cost')[0] / size
  state.epochsSeen++
  const evaluation = validation && (await evaluate(engine, validation, { signal, figures }))
  const ofTraining = trainingFigures && (await evaluate(engine, training, { signal, figures: trainingFigures }))
  return {
    number,
    cost,
    accuracy: evaluation?.accuracy,
    validation: evaluation,
    training: ofTraining,
    learningRate,
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

/** Keeps the best parameters, lowers the learning rate where the schedule says so, and tells whether the run ends. */
function follow(
  engine: Engine,
  { monitor, schedule }: Plan,
  course: Course,
  { number, cost, validation }: Epoch,
): boolean {
  const score = monitor.score(cost, validation)
  const better = score > course.best.score + monitor.minimumChange || course.best.epoch === 0
  // A last update that overflowed has not been seen by any cost yet.
  if (better && engine.parameters.every(Number.isFinite)) {
    course.best.score = score
    course.best.epoch = number
    course.best.parameters.set(engine.parameters)
    course.waited = 0
    course.waitedForRate = 0
    return false
  }
  course.waited++
  course.waitedForRate++
  const { plateau } = schedule
  if (plateau && course.waitedForRate >= plateau.patience) {
    course.waitedForRate = 0
    course.factor *= plateau.factor
    if (course.factor < plateau.smallest) return true
  }
  return course.waited >= monitor.patience
}

/** One update from all rows of a batch at once; what the optimiser remembers stays for the next one. Resolves to the mean cost. */
export async function partialFit(
  engine: Engine,
  state: TrainingState,
  batch: Dataset,
  options: LearningOptions,
): Promise<number> {
  const plan = planBatch(options)
  checkExamples('the batch', batch, engine.spec.inputs, outputsOf(engine.spec))
  return engine.occupy('partialFit', async () => {
    startOptimizer(engine, state, plan, true)
    const job = trainingJob(state, plan, batch, batch.size)
    const before = engine.parameters.slice()
    try {
      await engine.run(job)
    } catch (error) {
      if (!(error instanceof Divergence)) throw error
      const { learningRate } = plan
      const explained = explainDivergence(engine, job, error, { epoch: 1, batch: 1, learningRate, bestEpoch: 0 })
      engine.parameters.set(before)
      state.optimizer = undefined
      throw explained
    }
    state.epochsSeen++
    return engine.read(job, 'cost')[0] / batch.size
  })
}
