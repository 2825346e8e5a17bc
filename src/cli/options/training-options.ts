import { type AugmentOptions, type MetricName, type TrainOptions, trainingDefaults } from '../../index.js'
import type { Values } from '../parsing/command.js'
import { type Kind, listOf, nameKind, numberKind, orNone, wholeKind, yesOrNo } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { checkMonitor, readEarlyStopping } from './early-stopping.js'
import {
  learningOptions,
  type NamedSchedule,
  named,
  type RateShape,
  readOptimizer,
  readRate,
  readSchedule,
} from './learning-options.js'
import { pictureOptions, readAugmentation } from './picture-options.js'

const fromZero = numberKind('of at least 0')
const aboveZeroOrNone = orNone(numberKind('above 0'))
const metricsKind = orNone(listOf(nameKind<MetricName>(), 'several between commas'))
const eachClass = listOf(fromZero, '')
const classWeightsKind: Kind<'none' | 'balanced' | number[]> = {
  expected: 'none, balanced or a number of at least 0 for each class, such as 1,1,2',
  read: (text) => (text === 'none' || text === 'balanced' ? text : eachClass.read(text)),
}

/** The options that control the course of a training, such as the number of epochs. */
const courseOptions = {
  epochs: {
    kind: wholeKind(1),
    meaning: `number of passes over the training examples (default ${trainingDefaults.epochs})`,
  },
  batchSize: {
    kind: wholeKind(1),
    alias: '--batch',
    meaning: `number of examples in a mini-batch (default ${trainingDefaults.batchSize})`,
  },
  earlyStopping: {
    value: 'EPOCHS[:SETTINGS]',
    meaning: 'stops after this many epochs without improvement and restores the best one; 5:monitor=cost',
  },
  validationShare: {
    value: 'SHARE',
    kind: orNone(numberKind('above 0 and below 1')),
    meaning:
      'share of the examples held out for validation (default 1/6 with --early-stopping or the schedule plateau)',
  },
  metrics: {
    value: 'LIST',
    kind: metricsKind,
    meaning: 'metrics besides the accuracy: top-2,top-3,precision,recall,f1,mse,mae',
  },
  trainingMetrics: {
    value: 'LIST',
    kind: metricsKind,
    meaning: 'metrics of the training examples: accuracy, or one of --metrics',
  },
  syncEvery: {
    kind: wholeKind(1),
    meaning: 'for several processes: each learns alone for N steps, and then takes the mean of all (local SGD)',
  },
  shuffle: { kind: yesOrNo, meaning: 'yes (default): a new order in each epoch; no: the order of the data' },
} as const

/** The options against overfitting and exploding gradients. */
const limitOptions = {
  l1: { value: 'L', kind: fromZero, meaning: 'the L1 penalty l1 sum|w| (default 0)' },
  l2: { value: 'L', kind: fromZero, meaning: 'the L2 penalty l2/2 sum(w^2) (default 0)' },
  lambda: {
    value: 'L',
    kind: fromZero,
    meaning: "the L2 penalty as in Nielsen's book: l2 = lambda / number of training examples",
  },
  maxNorm: { value: 'LENGTH', kind: aboveZeroOrNone, meaning: 'largest norm of the weights into a neuron' },
  clipNorm: { value: 'LENGTH', kind: aboveZeroOrNone, meaning: 'largest norm of the gradient' },
  clipValue: { value: 'LIMIT', kind: aboveZeroOrNone, meaning: 'largest absolute value in the gradient' },
  labelSmoothing: {
    value: 'SHARE',
    kind: numberKind('from 0 to below 1'),
    meaning: 'share of each target that is spread evenly over all classes (default 0)',
  },
  classWeights: {
    value: 'LIST',
    kind: classWeightsKind,
    meaning: 'weight of each class, such as 1,1,2; or balanced: rare classes count as much as frequent ones',
  },
} as const

/** The training options, grouped under the headings that the help shows. */
export const trainingSections = {
  Training: courseOptions,
  'Gradient descent': learningOptions,
  Regularization: limitOptions,
  Pictures: pictureOptions,
} as const

export const trainingOptions = { ...courseOptions, ...learningOptions, ...limitOptions, ...pictureOptions } as const

/** The training options, as they are stored in the JSON file that describes a training run. */
export interface Training
  extends Pick<
    TrainOptions,
    | 'optimizer'
    | 'l1'
    | 'l2'
    | 'maxNorm'
    | 'clipNorm'
    | 'clipValue'
    | 'labelSmoothing'
    | 'earlyStopping'
    | 'metrics'
    | 'trainingMetrics'
  > {
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly schedule?: NamedSchedule
  /** The regularization parameter lambda of Nielsen's book. It is l2 times the number of training examples. */
  readonly lambda?: number
  readonly classWeights?: 'balanced' | readonly number[]
  /** Whether each epoch shuffles the examples. If false, every epoch keeps the order of the data. */
  readonly shuffle?: boolean
  /** The fraction of the examples that is held out for validation. */
  readonly validationShare?: number
  readonly augmentation?: Pick<AugmentOptions, 'shift' | 'rotation' | 'scale' | 'elastic'>
  /**
   * With several processes, the number of steps that each of them learns alone before it takes the mean of all. By default
   * they add up their gradients in each step.
   */
  readonly syncEvery?: number
  /** Whether inputs are standardized to mean 0 and standard deviation 1. */
  readonly standardize?: boolean
}

type TrainingArguments = Values<typeof trainingOptions>

/**
 * Returns the training options of the --from file (`before`), if any, with the changes from the command line.
 * @throws UsageError if an option is invalid or contradicts a different option
 */
export function readTraining(
  args: TrainingArguments,
  shape: RateShape,
  before?: { readonly shape: RateShape; readonly training: Training },
): Training {
  const old: Partial<Training> = before?.training ?? {}
  const optimizer = readOptimizer(args, old.optimizer)
  const schedule = readSchedule(args, old.schedule)
  const earlyStopping = readEarlyStopping(args.earlyStopping, old.earlyStopping)
  const metrics = overridden(args.metrics, old.metrics)
  checkMonitor(earlyStopping, metrics)
  const ownRows = earlyStopping !== undefined || (schedule !== undefined && named(schedule).name === 'plateau')
  return {
    epochs: args.epochs ?? old.epochs ?? trainingDefaults.epochs,
    batchSize: args.batchSize ?? old.batchSize ?? trainingDefaults.batchSize,
    learningRate: readRate(
      args,
      { shape, optimizer: optimizer ?? 'sgd' },
      before && { shape: before.shape, optimizer: old.optimizer ?? 'sgd', rate: before.training.learningRate },
    ),
    ...given({
      optimizer,
      schedule,
      ...readPenalties(args, old),
      ...readLimits(args, old),
      earlyStopping,
      validationShare: readValidationShare(args, old, ownRows),
      metrics,
      trainingMetrics: overridden(args.trainingMetrics, old.trainingMetrics),
      // Only `false` is stored, because shuffling is the default.
      shuffle: (args.shuffle ?? old.shuffle) === false ? false : undefined,
      augmentation: readAugmentation(args, old.augmentation),
      syncEvery: args.syncEvery ?? old.syncEvery,
      standardize: args.standardize || old.standardize,
    }),
  }
}

/** Removes the class weights. The other options can then be checked before the number of classes is known. */
export function withoutClassWeights({ classWeights: _, ...training }: Training): Training {
  return training
}

/**
 * Returns the value that the user typed, or `before` if the user typed nothing. The value "none" removes the setting.
 */
function overridden<T>(typed: T | 'none' | undefined, before: T | undefined): T | undefined {
  return typed === 'none' ? undefined : (typed ?? before)
}

/** Removes entries that are undefined or 0, because they have no effect. */
function given<T extends object>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const something = Object.entries(entries).filter(([, value]) => value !== undefined && value !== 0)
  return Object.fromEntries(something) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

function readPenalties(args: TrainingArguments, old: Partial<Training>) {
  const { l1, l2, lambda } = args
  if (l2 !== undefined && lambda !== undefined) {
    throw new UsageError('--l2 and --lambda exclude each other: lambda is l2 times the number of training examples')
  }
  return {
    l1: l1 ?? old.l1,
    l2: l2 ?? (lambda === undefined ? old.l2 : undefined),
    lambda: lambda ?? (l2 === undefined ? old.lambda : undefined),
  }
}

function readLimits(args: TrainingArguments, old: Partial<Training>) {
  return {
    maxNorm: overridden(args.maxNorm, old.maxNorm),
    clipNorm: overridden(args.clipNorm, old.clipNorm),
    clipValue: overridden(args.clipValue, old.clipValue),
    labelSmoothing: args.labelSmoothing ?? old.labelSmoothing,
    classWeights: overridden(args.classWeights, old.classWeights),
  }
}

function readValidationShare(
  { validationShare: typed }: TrainingArguments,
  old: Partial<Training>,
  ownRows: boolean,
): number | undefined {
  if (typed === 'none' && ownRows) {
    throw new UsageError(
      '--validation-share none is not possible here: early stopping and the schedule plateau need validation examples',
    )
  }
  return overridden(typed, old.validationShare ?? (ownRows ? 1 / 6 : undefined))
}
