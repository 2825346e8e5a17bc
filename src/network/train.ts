import { outputsOf } from '../compile/spec.js'
import type { Dataset } from '../data/dataset.js'
import { checkInteger, checkKeys, OptionError, optionError } from '../errors.js'
import { allocate } from '../memory.js'
import { createRandom, shuffle } from '../random.js'
import type { Engine, Job } from './engine.js'
import { type Evaluation, evaluate } from './evaluate.js'
import { checkExamples } from './rows.js'

export interface Progress {
  /** The number of the epoch, from 1. */
  readonly epoch: number
  /** Rows of the epoch that have been learned from, of `size`. */
  readonly done: number
  readonly size: number
}

export interface TrainOptions {
  /** How often the whole dataset is learned from. Default 30. */
  readonly epochs?: number
  /** Rows of a mini-batch; the last one may be smaller. Default 10. */
  readonly batchSize?: number
  /** The step along the negative gradient of a batch's mean cost: the book's eta. */
  readonly learningRate: number
  /** true: a new seeded order each epoch (default); false: as the rows lie; a function: the order of epoch 1, 2, ... */
  readonly shuffle?: boolean | ((epoch: number) => ArrayLike<number>)
  /** Evaluated after each epoch. */
  readonly validation?: Dataset
  /** The penalty l1 sum|w| on weights. Default 0. */
  readonly l1?: number
  /** The penalty l2/2 sum(w^2) on weights: the book's lambda is l2 times the number of training rows. Default 0. */
  readonly l2?: number
  /** Stops the run within one slice; the network stays usable, with what it has learned so far. */
  readonly signal?: AbortSignal
  /** Called some fifty times a second while an epoch runs. */
  readonly progress?: (progress: Progress) => void
}

const optionNames = [
  'epochs',
  'batchSize',
  'learningRate',
  'shuffle',
  'validation',
  'l1',
  'l2',
  'signal',
  'progress',
] satisfies (keyof TrainOptions)[]

/** What came of one epoch. */
export interface Epoch {
  /** From 1. */
  readonly number: number
  /** The mean cost of the training rows, penalties included, each taken just before the network learned from it. */
  readonly cost: number
  /** The share of the validation rows answered correctly, where there are such rows and they have labels. */
  readonly accuracy: number | undefined
  readonly validation: Evaluation | undefined
  /** The time spent on learning, without the validation. */
  readonly seconds: number
}

interface Plan extends Required<Pick<TrainOptions, 'epochs' | 'batchSize' | 'learningRate' | 'shuffle' | 'l1' | 'l2'>> {
  readonly options: TrainOptions
}

/** Checks everything before the first epoch. @throws OptionError or DataError */
function plan(engine: Engine, training: Dataset, options: TrainOptions): Plan {
  if (typeof options !== 'object' || options === null) throw optionError({ options }, 'an object with a learningRate')
  checkKeys('train', options, optionNames)
  const { epochs = 30, batchSize = 10, learningRate, shuffle: order = true, validation, l1 = 0, l2 = 0 } = options
  checkInteger({ epochs }, 1)
  checkInteger({ batchSize }, 1)
  if (!(Number.isFinite(learningRate) && learningRate > 0)) throw optionError({ learningRate }, 'a number above 0')
  if (!(Number.isFinite(l1) && l1 >= 0)) throw optionError({ l1 }, 'a number of at least 0')
  if (!(Number.isFinite(l2) && l2 >= 0)) throw optionError({ l2 }, 'a number of at least 0')
  if (typeof order !== 'boolean' && typeof order !== 'function') {
    throw optionError({ shuffle: order }, 'true, false or a function of the epoch')
  }
  const { inputs } = engine.spec
  checkExamples('the training dataset', training, inputs, outputsOf(engine.spec))
  if (validation) checkExamples('the validation dataset', validation, inputs, outputsOf(engine.spec))
  return { epochs, batchSize, learningRate, shuffle: order, l1, l2, options }
}

/** The order of an epoch, in memory of the library's own. */
function orderOf(plan: Plan, size: number, epoch: number, seed: number, epochsBefore: number): Uint32Array | undefined {
  if (plan.shuffle === false) return undefined
  const order = allocate(Uint32Array, size)
  if (plan.shuffle === true) {
    for (let i = 0; i < size; i++) order[i] = i
    return shuffle(order, createRandom(seed, 'shuffle', epochsBefore))
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

/** What of a run outlives it: orders are drawn from the seed and the number of epochs that the network has seen. */
export interface TrainingState {
  readonly seed: number
  epochsSeen: number
}

/**
 * Mini-batch stochastic gradient descent (Nielsen, chapter 1), an epoch at a time. Between two epochs the network is idle:
 * it can be evaluated, changed and saved.
 */
export function train(
  engine: Engine,
  state: TrainingState,
  training: Dataset,
  options: TrainOptions,
): AsyncGenerator<Epoch, void, undefined> {
  // Not in the generator, whose first line would run only when somebody asks for the first epoch.
  return runEpochs(engine, state, training, plan(engine, training, options))
}

async function* runEpochs(
  engine: Engine,
  state: TrainingState,
  training: Dataset,
  planned: Plan,
): AsyncGenerator<Epoch, void, undefined> {
  const { epochs, batchSize, learningRate, l1, l2 } = planned
  const { signal, validation, progress } = planned.options
  const { inputs, labels, targets, scale, size } = training
  for (let number = 1; number <= epochs; number++) {
    const epoch = await engine.occupy('training', async (): Promise<Epoch> => {
      const order = orderOf(planned, size, number, state.seed, state.epochsSeen)
      const job: Job = {
        task: 'train',
        rows: Math.min(batchSize, size),
        answers: labels ? 'labels' : 'targets',
        penalties: l1 > 0 || l2 > 0,
        source: { order, inputs, labels, targets },
        size,
        scalars: { inputScale: scale, learningRate, l1, l2 },
        signal,
        progress: progress && ((done) => progress({ epoch: number, done, size })),
      }
      const start = performance.now()
      await engine.run(job)
      const seconds = (performance.now() - start) / 1000
      const cost = engine.read(job, 'cost')[0] / size
      state.epochsSeen++
      const evaluation = validation && (await evaluate(engine, validation, { signal }))
      return { number, cost, accuracy: evaluation?.accuracy, validation: evaluation, seconds }
    })
    yield epoch
  }
}
