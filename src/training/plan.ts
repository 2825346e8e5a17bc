import type { Communicator } from '../backend/communicator.js'
import { classCount } from '../base/argmax.js'
import { checkInteger, checkKeys, checkNotNegative, checkSignal, isRefusedPromise } from '../base/checks.js'
import { OptionError, optionError } from '../base/errors.js'
import { type OptimizerOption, type OptimizerSettings, optimizerOf } from '../compile/optimizers.js'
import { dropoutRates, type NetworkDescription, outputsOf } from '../compile/spec.js'
import type { Learning, Rates } from '../compile/update.js'
import { type Dataset, isDataset } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import { inputsAfter, type NetworkInputs } from '../engine/input-names.js'
import { checkExamples } from '../engine/input-rows.js'
import { checkMetrics, type MetricName } from '../metrics/names.js'
import { type CheckpointOptions, checkCheckpoint } from './checkpoint-options.js'
import { costOfZeros } from './cost-limit.js'
import { defaultLearningRate, trainingDefaults } from './defaults.js'
import { type EarlyStopping, type Monitor, monitorOf } from './early-stopping.js'
import { checkYieldEvery, type PauseOptions, type YieldEvery } from './pause.js'
import { rowWeights, type WeightOptions } from './row-weights.js'
import { type ChosenSchedule, type ScheduleOption, scheduleOf } from './schedules.js'
import { checkCommunicator, checkSync, type SharingOptions, withoutSignal } from './sharing-options.js'

export interface Progress {
  /** The number of the epoch, from 1. */
  readonly epoch: number
  /** The number of rows that the network has learned from in this epoch so far. */
  readonly done: number
  /** The total number of rows in the epoch. */
  readonly rows: number
  /** The mean cost of the rows that the network has learned from in this epoch, including penalties. */
  readonly cost: number
}

/** The options that determine how a batch changes the network. */
export interface UpdateOptions {
  /**
   * The factor by which the gradient is multiplied in each update. Nielsen's book calls it eta. The default depends on
   * the optimizer:
   * - sgd: 3 with the quadratic cost and 0.5 with other costs, but 0.01 if the outputs are not bounded, as with the
   *   activation 'identity'. With momentum, the default is a tenth of these values.
   * - adam and adamw: 0.001
   * - l-bfgs: 1
   * - other optimizers: 0.01
   */
  readonly learningRate?: number
  /**
   * The optimizer: `'sgd'` (default), `'adagrad'`, `'rmsprop'`, `'adam'`, `'adamw'`, `'rprop'` or `'l-bfgs'`. It can
   * also be an object with settings, such as `{ name: 'sgd', momentum: 0.9, nesterov: true }`.
   */
  readonly optimizer?: OptimizerOption
  /**
   * The learning rates of groups of parameters, each as a factor of the learning rate: `scale` is for the factors of a
   * scaling layer, `weights` and `biases` are for those of all dense layers. Default 1. A factor of 0 leaves the group
   * as it is. L-BFGS has no learning rate for each parameter, so it does not take this option.
   */
  readonly rates?: Partial<Rates>
  /** The strength of the L1 penalty. The cost grows by `l1` times the sum of the absolute weights. Default 0. */
  readonly l1?: number
  /**
   * The strength of the L2 penalty. The cost grows by `l2` / 2 times the sum of the squared weights. The lambda of
   * Nielsen's book is `l2` times the number of training rows. Default 0.
   */
  readonly l2?: number
  /**
   * The maximum Euclidean norm of the weights of a neuron. After an update, weights with a larger norm are scaled down
   * to this norm.
   */
  readonly maxNorm?: number
  /**
   * The maximum Euclidean norm of the gradient of all parameters. A gradient with a larger norm is scaled down to this
   * norm.
   */
  readonly clipNorm?: number
  /**
   * The maximum absolute value of an element of the gradient. Elements with a larger absolute value are cut off at this
   * value.
   */
  readonly clipValue?: number
  /**
   * The strength of label smoothing: the fraction of the desired output that is spread evenly over all classes. Default
   * 0.
   */
  readonly labelSmoothing?: number
}

export interface TrainOptions extends UpdateOptions, WeightOptions, SharingOptions {
  /** The number of passes over the dataset. Default 30. */
  readonly epochs?: number
  /** The number of rows of a mini-batch. The last batch of an epoch may be smaller. Default 10. */
  readonly batchSize?: number
  /**
   * Whether the last batch of an epoch is left out if it has fewer rows than the others. Shuffled rows take turns at being
   * left out. A dataset with fewer rows than a batch is one batch, which is not left out. Default false.
   */
  readonly dropLastBatch?: boolean
  /** The schedule of the learning rate: a name, an object with settings, or a function. Default 'constant'. */
  readonly schedule?: ScheduleOption
  /**
   * The order of the rows. With true (default), each epoch has a new random order that depends on the seed. With false,
   * all epochs have the order of the dataset. A function gets the number of an epoch, from 1, and returns the indices
   * of the rows in the order for this epoch.
   */
  readonly shuffle?: boolean | ((epoch: number) => ArrayLike<number>)
  /**
   * An object whose method `epoch` returns the augmented rows of an epoch. They replace the rows of the dataset. The
   * function `augment` makes such an object.
   */
  readonly augmentation?: { epoch(number: number): Promise<Dataset> }
  /** The dataset on which the network is evaluated after each epoch. */
  readonly validation?: Dataset
  /** The metrics to compute on the validation dataset after each epoch, in addition to the cost and the accuracy. */
  readonly metrics?: readonly MetricName[]
  /**
   * The metrics to compute on the training dataset after each epoch. Each epoch then takes longer, because the network
   * is evaluated on all training rows.
   */
  readonly trainingMetrics?: readonly MetricName[]
  /** Ends the run when a metric stops improving, and restores the best parameters. */
  readonly earlyStopping?: EarlyStopping
  /**
   * When and where the run is saved, so that it can be resumed with bit-identical results. An aborted run is saved too.
   */
  readonly checkpoint?: CheckpointOptions
  /**
   * When this signal is aborted, the run stops after the current batch. The network stays usable and keeps what it has
   * learned.
   */
  readonly signal?: AbortSignal
  /** Called about fifty times a second while an epoch runs. It is not awaited, so it must not return a promise. */
  readonly onProgress?: (progress: Progress) => void
}

const learningOptions = [
  'learningRate',
  'optimizer',
  'rates',
  'l1',
  'l2',
  'maxNorm',
  'clipNorm',
  'clipValue',
  'labelSmoothing',
] satisfies (keyof UpdateOptions)[]

export const trainOptions = [
  'epochs',
  'batchSize',
  'dropLastBatch',
  ...learningOptions,
  'schedule',
  'classWeights',
  'sampleWeights',
  'shuffle',
  'augmentation',
  'validation',
  'metrics',
  'trainingMetrics',
  'earlyStopping',
  'checkpoint',
  'signal',
  'onProgress',
  'yieldEvery',
  'communicator',
  'sync',
] satisfies (keyof (TrainOptions & PauseOptions))[]

/** The checked options of an update, with defaults filled in. */
export interface BatchPlan {
  readonly learningRate: number
  readonly optimizer: OptimizerSettings
  readonly limits: Pick<Learning, 'clipNorm' | 'clipValue' | 'maxNorm' | 'rates'>
  readonly l1: number
  readonly l2: number
  readonly labelSmoothing: number
}

/** The checked options of a training run, without those that depend on the training rows. */
export interface RunPlan extends BatchPlan {
  readonly epochs: number
  readonly batchSize: number
  readonly shuffle: NonNullable<TrainOptions['shuffle']>
  readonly schedule: ChosenSchedule
  readonly monitor: Monitor
  readonly yieldEvery: YieldEvery | undefined
  /** The ranks that train together. Undefined if there is only one. */
  readonly communicator: Communicator | undefined
  /** The number of batches after which the ranks average their parameters. Undefined if they sum each gradient. */
  readonly localSteps: number | undefined
  /** The signal that ends the run after a batch. */
  readonly signal: AbortSignal | undefined
}

/** The checked options of a training run, with defaults filled in. */
export interface Plan extends RunPlan {
  readonly weights: Float64Array | undefined
  /**
   * The highest cost that any row would have if all outputs of the network were 0. If the cost of a batch is far above
   * this number, the run counts as diverged (see `costLimit`).
   */
  readonly costOfZeros: number
  /** A JSON text with the options that must be the same when the run is resumed from a checkpoint. */
  readonly identity: string
  /**
   * The options as they were given, but without the signal if several ranks train together. A rank must not stop alone,
   * so there the signal only ends batches (see `RunPlan.signal`).
   */
  readonly options: TrainOptions
}

function checkPositive(option: Record<string, number | undefined>): void {
  const [value] = Object.values(option)
  if (value !== undefined && !(Number.isFinite(value) && value > 0)) throw optionError(option, 'a number above 0')
}

/** Checks the options of `partialFit`. @throws OptionError if an option is wrong */
export function planBatch({ spec }: Engine, options: UpdateOptions): BatchPlan {
  checkKeys('partialFit', options, learningOptions)
  return checkLearning(spec, options)
}

function checkLearning({ cost, layers }: NetworkDescription, options: UpdateOptions): BatchPlan {
  const {
    optimizer = trainingDefaults.optimizer,
    l1 = 0,
    l2 = 0,
    maxNorm,
    clipNorm,
    clipValue,
    labelSmoothing = 0,
  } = options
  const output = layers[layers.length - 1].activation
  const { learningRate = defaultLearningRate(optimizer, cost, output) } = options
  if (!(Number.isFinite(learningRate) && learningRate > 0)) throw optionError({ learningRate }, 'a number above 0')
  checkNotNegative({ l1 })
  checkNotNegative({ l2 })
  checkPositive({ maxNorm })
  checkPositive({ clipNorm })
  checkPositive({ clipValue })
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) throw optionError({ labelSmoothing }, 'a number from 0 to below 1')
  const limits = { maxNorm, clipNorm, clipValue, rates: ratesOf(options.rates) }
  return { learningRate, optimizer: optimizerOf(optimizer), limits, l1, l2, labelSmoothing }
}

/** Checks the option `rates` and fills in defaults. Returns undefined if all parameters have the same learning rate. */
function ratesOf(rates: UpdateOptions['rates']): Rates | undefined {
  if (rates === undefined) return undefined
  if (typeof rates !== 'object' || rates === null) throw optionError({ rates }, 'an object such as { biases: 0.1 }')
  checkKeys('rates', rates, ['scale', 'weights', 'biases'])
  const { scale = 1, weights = 1, biases = 1 } = rates
  for (const [name, factor] of Object.entries({ scale, weights, biases })) {
    if (!(Number.isFinite(factor) && factor >= 0))
      throw optionError({ [`rates.${name}`]: factor }, 'a number of at least 0')
  }
  return scale === 1 && weights === 1 && biases === 1 ? undefined : { scale, weights, biases }
}

/**
 * Checks that a run can use L-BFGS, which takes one step per epoch with all rows.
 * @throws OptionError if an option is set that L-BFGS cannot use, such as `batchSize`, or if the network has dropout
 */
function checkWhole({ spec }: Engine, options: TrainOptions & PauseOptions): void {
  const refused = [
    'batchSize',
    'dropLastBatch',
    'schedule',
    'rates',
    'maxNorm',
    'clipNorm',
    'clipValue',
    'augmentation',
    'yieldEvery',
    'sync',
  ] as const
  for (const name of refused) {
    if (options[name] !== undefined)
      throw new OptionError(`l-bfgs takes all rows at once: the option ${name} is not possible`)
  }
  if (options.checkpoint?.everySteps !== undefined)
    throw new OptionError('l-bfgs has one step an epoch: use everyEpochs')
  if (dropoutRates(spec).some((share) => share > 0)) throw new OptionError('l-bfgs cannot train a network with dropout')
}

/**
 * Returns a JSON text with the options that must be the same when a run is resumed. Functions and datasets are left
 * out, because they cannot be compared. The user must pass the same functions and datasets again.
 */
export function identityOf(
  training: { readonly rows: number | undefined; readonly width: number; readonly window?: number | 'default' },
  options: TrainOptions,
  { optimizer, limits, l1, l2, labelSmoothing, learningRate, monitor }: RunPlan,
): string {
  const { batchSize = trainingDefaults.batchSize, schedule = trainingDefaults.schedule, classWeights } = options
  const { shuffle = trainingDefaults.shuffle } = options
  return JSON.stringify({
    ...training,
    batchSize,
    dropLastBatch: options.dropLastBatch || undefined,
    learningRate,
    optimizer,
    ...limits,
    l1,
    l2,
    labelSmoothing,
    schedule: typeof schedule === 'function' ? 'function' : schedule,
    shuffle: typeof shuffle === 'function' ? 'function' : shuffle,
    classWeights: typeof classWeights === 'object' ? Array.from(classWeights) : classWeights,
    sampleWeights: options.sampleWeights !== undefined,
    augmentation: options.augmentation !== undefined,
    monitor: `${options.validation ? 'validation' : 'training'} ${monitor.metric}`,
  })
}

/** Checks the options `signal` and `onProgress`. @throws OptionError if one of them is wrong */
export function checkObservers({
  signal,
  onProgress,
}: {
  readonly signal?: unknown
  readonly onProgress?: unknown
}): void {
  checkSignal(signal)
  if (onProgress !== undefined && typeof onProgress !== 'function') throw optionError({ onProgress }, 'a function')
}

/** @throws OptionError if the function `onProgress` returned a promise, which would not be awaited */
export function checkReported(result: unknown): void {
  if (!isRefusedPromise(result)) return
  throw new OptionError('onProgress must not be an async function or return a promise, because it is not awaited')
}

/**
 * Checks the options that do not depend on the training rows.
 * @throws OptionError if an option is wrong, DataError if the validation dataset does not fit the network
 */
export function checkRun(
  { spec, kept }: Pick<Engine, 'spec'> & NetworkInputs,
  options: TrainOptions & PauseOptions,
): RunPlan {
  const { epochs = trainingDefaults.epochs, batchSize = trainingDefaults.batchSize, validation, metrics = [] } = options
  const { shuffle = trainingDefaults.shuffle, schedule = trainingDefaults.schedule, yieldEvery } = options
  checkInteger({ epochs }, 1)
  checkInteger({ batchSize }, 1)
  const batch = checkLearning(spec, options)
  const outputs = outputsOf(spec)
  if (validation) checkExamples('the validation dataset', validation, { spec, kept })
  if (metrics?.length !== 0 && !validation) throw new OptionError('metrics need a validation dataset')
  if (validation) checkMetrics({ metrics }, validation, outputs, 'the validation dataset')
  checkCheckpoint(options.checkpoint)
  checkYieldEvery(yieldEvery)
  const monitor = monitorOf(options)
  const rates = scheduleOf(schedule, batch.learningRate)
  const communicator = checkCommunicator(options.communicator)
  const localSteps = checkSync(options)
  if (localSteps && communicator && batchSize < communicator.size) {
    throw new OptionError(
      `sync needs a row for each of the ${communicator.size} ranks in a batch: batchSize is ${batchSize}`,
    )
  }
  const { signal } = options
  return {
    ...batch,
    epochs,
    batchSize,
    shuffle,
    schedule: rates,
    monitor,
    yieldEvery,
    communicator,
    localSteps,
    signal,
  }
}

/**
 * Checks all options of a run on a dataset.
 * @throws OptionError if an option is wrong, DataError if a dataset does not fit the network
 */
export function planTraining(engine: Engine, training: Dataset, options: TrainOptions & PauseOptions): Plan {
  checkKeys('train', options, trainOptions)
  checkObservers(options)
  const { shuffle, augmentation, trainingMetrics = [], dropLastBatch } = options
  if (dropLastBatch !== undefined && typeof dropLastBatch !== 'boolean') {
    throw optionError({ dropLastBatch }, 'true or false')
  }
  if (shuffle !== undefined && typeof shuffle !== 'boolean' && typeof shuffle !== 'function') {
    throw optionError({ shuffle }, 'true, false or a function of the epoch')
  }
  if (augmentation !== undefined && typeof augmentation?.epoch !== 'function') {
    throw optionError({ augmentation }, 'the result of augment()')
  }
  const { spec } = engine
  const { kept } = isDataset(training) ? inputsAfter(engine, training) : engine
  const run = checkRun({ spec, kept }, options)
  if (run.optimizer.name === 'l-bfgs') checkWhole(engine, options)
  const outputs = outputsOf(spec)
  checkExamples('the training dataset', training, { spec, kept })
  checkMetrics({ trainingMetrics }, training, outputs, 'the training dataset')
  const weights = rowWeights(training, classCount(outputs), options)
  const { rows } = training
  return {
    ...run,
    batchSize: Math.min(run.batchSize, rows),
    weights,
    costOfZeros: costOfZeros(training, weights),
    identity: identityOf({ rows, width: spec.inputs }, options, run),
    options: run.communicator ? withoutSignal(options) : options,
  }
}
