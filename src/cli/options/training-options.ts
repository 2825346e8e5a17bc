import type { AugmentOptions, CostOption, MetricName, TrainOptions } from '../../index.js'
import type { Arguments } from '../parsing/arguments.js'
import { listOf, numberKind, yesOrNo } from '../parsing/option-parsers.js'
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

const defaults = { epochs: 10, batchSize: 10 }

/** How long a network learns. */
const courseOptions = {
  epochs: { value: 'N', meaning: `how often to learn from all examples (default ${defaults.epochs})` },
  batch: { value: 'N', meaning: `examples of a mini-batch (default ${defaults.batchSize})` },
  'early-stopping': {
    value: 'EPOCHS[:SETTINGS]',
    meaning: 'ends after so many epochs without a better one, and goes back to the best; 5:monitor=cost',
  },
  'validation-share': {
    value: 'SHARE',
    meaning: 'examples held out to judge epochs by, not the test (1/6 with --early-stopping or the schedule plateau)',
  },
  metrics: { value: 'LIST', meaning: 'metrics besides the accuracy: top-2,top-3,precision,recall,f1,mse,mae' },
  'training-metrics': { value: 'LIST', meaning: 'the same, or accuracy, of the examples that it learns from' },
  shuffle: { value: 'NAME', meaning: 'yes: in another order in each epoch (default), or no: in the order of the data' },
} as const

/** What keeps a network from learning by heart, or from exploding. */
const limitOptions = {
  l1: { value: 'L', meaning: 'the L1 penalty l1 sum|w| (default 0)' },
  l2: { value: 'L', meaning: 'the L2 penalty l2/2 sum(w^2) (default 0)' },
  lambda: { value: 'L', meaning: "the same as in Nielsen's book: l2 = lambda / examples to learn from" },
  'max-norm': { value: 'LENGTH', meaning: 'how long the weights into a neuron may be' },
  'clip-norm': { value: 'LENGTH', meaning: 'how long the gradient may be' },
  'clip-value': { value: 'LIMIT', meaning: 'how large an element of the gradient may be' },
  'label-smoothing': { value: 'SHARE', meaning: 'of the desired answer that all classes get alike (default 0)' },
  'class-weights': {
    value: 'LIST',
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

type TrainingArguments = Arguments<keyof typeof trainingOptions | 'cost'>

/** The training that stood before, with its cost, changed by what was typed. @throws UsageError */
export function readTraining(
  args: TrainingArguments,
  cost: CostOption,
  before?: { readonly cost: CostOption; readonly training: Training },
): Training {
  const old: Partial<Training> = before?.training ?? {}
  const optimizer = readOptimizer(args, old.optimizer)
  const schedule = readSchedule(args, old.schedule)
  const earlyStopping = readEarlyStopping(args, old.earlyStopping)
  const metrics = readMetrics(args, 'metrics', old.metrics)
  checkMonitor(earlyStopping, metrics)
  const ownRows = earlyStopping !== undefined || (schedule !== undefined && named(schedule).name === 'plateau')
  return {
    epochs: args.whole('epochs', 1) ?? old.epochs ?? defaults.epochs,
    batchSize: args.whole('batch', 1) ?? old.batchSize ?? defaults.batchSize,
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
      trainingMetrics: readMetrics(args, 'training-metrics', old.trainingMetrics),
      shuffle: readShuffle(args, old),
      augmentation: readAugmentation(args, old.augmentation),
      standardize: args.has('standardize') || old.standardize,
    }),
  }
}

/** The training as it can be checked where the number of classes is not known. */
export function withoutClassWeights({ classWeights: _, ...training }: Training): Training {
  return training
}

/** What was typed, null standing for nothing, or else what was there before. */
function overridden<T>(typed: T | null | undefined, before: T | undefined): T | undefined {
  return typed === undefined ? before : (typed ?? undefined)
}

/** The entries that are something: neither undefined nor a 0 that changes nothing. */
function given<T extends object>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const something = Object.entries(entries).filter(([, value]) => value !== undefined && value !== 0)
  return Object.fromEntries(something) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

function readPenalties(args: TrainingArguments, old: Partial<Training>) {
  if (args.has('l2') && args.has('lambda')) {
    throw new UsageError('--l2 and --lambda exclude each other: lambda is l2 times the examples to learn from')
  }
  return {
    l1: args.number('l1', 'of at least 0') ?? old.l1,
    l2: args.number('l2', 'of at least 0') ?? (args.has('lambda') ? undefined : old.l2),
    lambda: args.number('lambda', 'of at least 0') ?? (args.has('l2') ? undefined : old.lambda),
  }
}

function readLimits(args: TrainingArguments, old: Partial<Training>) {
  return {
    maxNorm: overridden(args.numberOrNone('max-norm', 'above 0'), old.maxNorm),
    clipNorm: overridden(args.numberOrNone('clip-norm', 'above 0'), old.clipNorm),
    clipValue: overridden(args.numberOrNone('clip-value', 'above 0'), old.clipValue),
    labelSmoothing: args.number('label-smoothing', 'from 0 to below 1') ?? old.labelSmoothing,
    classWeights: readClassWeights(args, old),
  }
}

function readValidationShare(args: TrainingArguments, old: Partial<Training>, ownRows: boolean): number | undefined {
  const typed = args.numberOrNone('validation-share', 'above 0 and below 1')
  if (typed === null && ownRows) {
    throw new UsageError('--validation-share none leaves nothing to judge epochs by: the test is not for that')
  }
  return overridden(typed, old.validationShare ?? (ownRows ? 1 / 6 : undefined))
}

function readMetrics(
  args: TrainingArguments,
  name: 'metrics' | 'training-metrics',
  before: readonly MetricName[] | undefined,
): readonly MetricName[] | undefined {
  const text = args.text(name)
  if (text === undefined) return before
  // The library knows the names, and checks them.
  return text === 'none' ? undefined : text.split(',').map((name) => name.trim() as MetricName)
}

/** Shuffling is not worth a word. */
function readShuffle(args: TrainingArguments, old: Partial<Training>): false | undefined {
  return (args.value('shuffle', yesOrNo) ?? old.shuffle) === false ? false : undefined
}

const classWeightsKind = listOf(numberKind('of at least 0'), '')

function readClassWeights(args: TrainingArguments, old: Partial<Training>): Training['classWeights'] {
  const text = args.text('class-weights')
  if (text === undefined) return old.classWeights
  if (text === 'none') return undefined
  if (text === 'balanced') return text
  const weights = classWeightsKind.read(text)
  return (
    weights ?? args.refuse('class-weights', 'none, balanced or a number of at least 0 for each class, such as 1,1,2')
  )
}
