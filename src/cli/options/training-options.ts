import {
  type AugmentOptions,
  type CostOption,
  type MetricName,
  type TrainOptions,
  trainingDefaults,
} from '../../index.js'
import type { Values } from '../parsing/command.js'
import { type Kind, listOf, nameKind, numberKind, orNone, wholeKind, yesOrNo } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { checkMonitor, readEarlyStopping } from './early-stopping.js'
import {
  learningOptions,
  type NamedSchedule,
  named,
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

/** How long a network learns. */
const courseOptions = {
  epochs: { kind: wholeKind(1), meaning: `how often to learn from all examples (default ${trainingDefaults.epochs})` },
  batchSize: {
    kind: wholeKind(1),
    alias: '--batch',
    meaning: `examples of a mini-batch (default ${trainingDefaults.batchSize})`,
  },
  earlyStopping: {
    value: 'EPOCHS[:SETTINGS]',
    meaning: 'ends after so many epochs without a better one, and goes back to the best; 5:monitor=cost',
  },
  validationShare: {
    value: 'SHARE',
    kind: orNone(numberKind('above 0 and below 1')),
    meaning: 'examples held out to judge epochs by, not the test (1/6 with --early-stopping or the schedule plateau)',
  },
  metrics: {
    value: 'LIST',
    kind: metricsKind,
    meaning: 'metrics besides the accuracy: top-2,top-3,precision,recall,f1,mse,mae',
  },
  trainingMetrics: {
    value: 'LIST',
    kind: metricsKind,
    meaning: 'the same, or accuracy, of the examples that it learns from',
  },
  shuffle: { kind: yesOrNo, meaning: 'yes: in another order in each epoch (default), or no: in the order of the data' },
} as const

/** What keeps a network from learning by heart, or from exploding. */
const limitOptions = {
  l1: { value: 'L', kind: fromZero, meaning: 'the L1 penalty l1 sum|w| (default 0)' },
  l2: { value: 'L', kind: fromZero, meaning: 'the L2 penalty l2/2 sum(w^2) (default 0)' },
  lambda: {
    value: 'L',
    kind: fromZero,
    meaning: "the same as in Nielsen's book: l2 = lambda / examples to learn from",
  },
  maxNorm: { value: 'LENGTH', kind: aboveZeroOrNone, meaning: 'how long the weights into a neuron may be' },
  clipNorm: { value: 'LENGTH', kind: aboveZeroOrNone, meaning: 'how long the gradient may be' },
  clipValue: { value: 'LIMIT', kind: aboveZeroOrNone, meaning: 'how large an element of the gradient may be' },
  labelSmoothing: {
    value: 'SHARE',
    kind: numberKind('from 0 to below 1'),
    meaning: 'of the desired answer that all classes get alike (default 0)',
  },
  classWeights: {
    value: 'LIST',
    kind: classWeightsKind,
    meaning: 'how much the classes count: a number for each, 1,1,2, or balanced: rare ones as much as frequent ones',
  },
} as const

/** How a network learns, by subject. */
export const trainingSections = {
  Course: courseOptions,
  Descent: learningOptions,
  Limits: limitOptions,
  Pictures: pictureOptions,
} as const

export const trainingOptions = { ...courseOptions, ...learningOptions, ...limitOptions, ...pictureOptions } as const

/** How a network learns: what a description file holds of it. */
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
  /** The book's: l2 times the examples to learn from. */
  readonly lambda?: number
  readonly classWeights?: 'balanced' | readonly number[]
  /** False where every epoch learns in the order of the data. */
  readonly shuffle?: boolean
  /** The share of the examples that is held out to judge epochs by. */
  readonly validationShare?: number
  readonly augmentation?: Pick<AugmentOptions, 'shift' | 'rotation' | 'scale' | 'elastic'>
  /** Whether inputs are brought to mean 0 and deviation 1. */
  readonly standardize?: boolean
}

type TrainingArguments = Values<typeof trainingOptions>

/** The training that stood before, with its cost, changed by what was typed. @throws UsageError */
export function readTraining(
  args: TrainingArguments,
  cost: CostOption,
  before?: { readonly cost: CostOption; readonly training: Training },
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
      { cost, optimizer: optimizer ?? 'sgd' },
      before && { cost: before.cost, optimizer: old.optimizer ?? 'sgd', rate: before.training.learningRate },
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
      // Shuffling is not worth a word.
      shuffle: (args.shuffle ?? old.shuffle) === false ? false : undefined,
      augmentation: readAugmentation(args, old.augmentation),
      standardize: args.standardize || old.standardize,
    }),
  }
}

/** The training as it can be checked where the number of classes is not known. */
export function withoutClassWeights({ classWeights: _, ...training }: Training): Training {
  return training
}

/** What was typed, "none" standing for nothing, or else what was there before. */
function overridden<T>(typed: T | 'none' | undefined, before: T | undefined): T | undefined {
  return typed === 'none' ? undefined : (typed ?? before)
}

/** The entries that are something: neither undefined nor a 0 that changes nothing. */
function given<T extends object>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const something = Object.entries(entries).filter(([, value]) => value !== undefined && value !== 0)
  return Object.fromEntries(something) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

function readPenalties(args: TrainingArguments, old: Partial<Training>) {
  const { l1, l2, lambda } = args
  if (l2 !== undefined && lambda !== undefined) {
    throw new UsageError('--l2 and --lambda exclude each other: lambda is l2 times the examples to learn from')
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
    throw new UsageError('--validation-share none leaves nothing to judge epochs by: the test is not for that')
  }
  return overridden(typed, old.validationShare ?? (ownRows ? 1 / 6 : undefined))
}
