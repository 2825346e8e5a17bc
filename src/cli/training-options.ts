import type { AugmentOptions, CostName, EarlyStopping, FigureName, TrainOptions } from '../index.js'
import type { Arguments } from './arguments.js'
import {
  learningOptions,
  type NamedSchedule,
  named,
  readOptimizer,
  readRate,
  readSchedule,
} from './learning-options.js'
import { pictureOptions, readAugmentation } from './picture-options.js'
import { UsageError } from './usage-error.js'

const defaults = { epochs: 10, batchSize: 10 }

/** How long a network learns. */
const courseOptions = {
  epochs: { value: 'N', meaning: `how often to learn from all examples (default ${defaults.epochs})` },
  batch: { value: 'N', meaning: `examples of a mini-batch (default ${defaults.batchSize})` },
  'early-stopping': {
    value: 'EPOCHS',
    meaning: 'ends after so many epochs without a better one, and goes back to the best',
  },
  'validation-share': {
    value: 'SHARE',
    meaning: 'examples held out to judge epochs by, not the test (1/6 with --early-stopping or the schedule plateau)',
  },
  figures: { value: 'LIST', meaning: 'figures besides the accuracy: top-2,top-3,precision,recall,f1,mse,mae' },
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
  'class-weights': { value: 'NAME', meaning: 'balanced: rare classes count as much as frequent ones' },
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
    'optimizer' | 'l1' | 'l2' | 'maxNorm' | 'clipNorm' | 'clipValue' | 'labelSmoothing' | 'earlyStopping' | 'figures'
  > {
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly schedule?: NamedSchedule
  /** The book's: l2 times the examples to learn from. */
  readonly lambda?: number
  readonly classWeights?: 'balanced'
  /** The share of the examples that is held out to judge epochs by. */
  readonly validationShare?: number
  readonly augmentation?: Pick<AugmentOptions, 'shift' | 'rotation' | 'scale' | 'elastic'>
  /** Whether inputs are brought to mean 0 and deviation 1. */
  readonly standardise?: boolean
}

type TrainingArguments = Arguments<keyof typeof trainingOptions | 'cost'>

/** The training that stood before, with its cost, changed by what was typed. @throws UsageError */
export function readTraining(
  args: TrainingArguments,
  cost: CostName,
  before?: { readonly cost: CostName; readonly training: Training },
): Training {
  const old: Partial<Training> = before?.training ?? {}
  const optimizer = readOptimizer(args, old.optimizer)
  const nameOf = (chosen: Training['optimizer']) => named(chosen ?? 'sgd').name
  const schedule = readSchedule(args, old.schedule)
  const patience = args.wholeOrNone('early-stopping', 1)
  const typedStopping = typeof patience === 'number' ? { ...old.earlyStopping, patience } : patience
  const earlyStopping = overridden<EarlyStopping>(typedStopping, old.earlyStopping)
  const ownRows = earlyStopping !== undefined || (schedule !== undefined && named(schedule).name === 'plateau')
  return {
    epochs: args.whole('epochs', 1) ?? old.epochs ?? defaults.epochs,
    batchSize: args.whole('batch', 1) ?? old.batchSize ?? defaults.batchSize,
    learningRate: readRate(
      args,
      { cost, optimizer: nameOf(optimizer) },
      before && { cost: before.cost, optimizer: nameOf(old.optimizer), rate: before.training.learningRate },
    ),
    ...given({
      optimizer,
      schedule,
      ...readPenalties(args, old),
      ...readLimits(args, old),
      earlyStopping,
      validationShare: readValidationShare(args, old, ownRows),
      figures: readFigures(args, old),
      augmentation: readAugmentation(args, old.augmentation),
      standardise: args.has('standardise') || old.standardise,
    }),
  }
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
  const typedWeights = args.choice('class-weights', ['none', 'balanced'])
  return {
    maxNorm: overridden(args.numberOrNone('max-norm', 'above 0'), old.maxNorm),
    clipNorm: overridden(args.numberOrNone('clip-norm', 'above 0'), old.clipNorm),
    clipValue: overridden(args.numberOrNone('clip-value', 'above 0'), old.clipValue),
    labelSmoothing: args.number('label-smoothing', 'from 0 to below 1') ?? old.labelSmoothing,
    classWeights: overridden(typedWeights === 'none' ? null : typedWeights, old.classWeights),
  }
}

function readValidationShare(args: TrainingArguments, old: Partial<Training>, ownRows: boolean): number | undefined {
  const typed = args.numberOrNone('validation-share', 'above 0 and below 1')
  if (typed === null && ownRows) {
    throw new UsageError('--validation-share none leaves nothing to judge epochs by: the test is not for that')
  }
  return overridden(typed, old.validationShare ?? (ownRows ? 1 / 6 : undefined))
}

function readFigures(args: TrainingArguments, old: Partial<Training>): readonly FigureName[] | undefined {
  const text = args.text('figures')
  if (text === undefined) return old.figures
  // The library knows the names, and checks them.
  return text === 'none' ? undefined : text.split(',').map((name) => name.trim() as FigureName)
}
