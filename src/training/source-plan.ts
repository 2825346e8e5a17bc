import { checkInteger, checkKeys } from '../base/checks.js'
import { OptionError, optionError } from '../base/errors.js'
import { outputsOf } from '../compile/spec.js'
import type { Dataset } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import {
  checkObservers,
  checkRun,
  identityOf,
  type Plan,
  type Progress,
  type TrainOptions,
  trainOptions,
} from './plan.js'
import { checkWeights } from './row-weights.js'

/**
 * Opens the rows to learn from, once an epoch: datasets of any number of rows, all of the same width and type. A resumed run
 * opens it again and passes over the rows that it has learned from, so it must give the same rows then.
 */
export type BatchSource = () => AsyncIterable<Dataset>

/** Options that need all rows at once, and why they cannot be had. */
const refused = {
  sampleWeights: 'sampleWeights are one number for each row of a dataset: a source cannot have them',
  augmentation: 'augmentation makes a whole dataset over: let the source give batches that have been made over',
  trainingMetrics: 'trainingMetrics need all rows once more: give some of them as validation, and ask for metrics',
} satisfies { readonly [name in keyof TrainOptions]?: string }

export interface SourceProgress extends Omit<Progress, 'rows'> {
  /** The rows of the epoch, where the option `rows` says so. */
  readonly rows: number | undefined
}

export interface SourceOptions
  extends Omit<TrainOptions, keyof typeof refused | 'shuffle' | 'classWeights' | 'onProgress'> {
  /** How many rows the source gives each time: more or fewer are a DataError. Default: any number. */
  readonly rows?: number
  /**
   * Rows that are shuffled together, rounded up to whole batches; two windows lie in memory. Default 65,536, or what 64 MiB
   * hold where that is less.
   */
  readonly window?: number
  /** true: the rows of each window in a new seeded order each epoch (default); false: as the source gives them. */
  readonly shuffle?: boolean
  /** How much the rows of each class count. */
  readonly classWeights?: ArrayLike<number>
  /** Called some fifty times a second while an epoch runs. */
  readonly onProgress?: (progress: SourceProgress) => void
}

/** A run from a source that has been checked. */
export interface SourcePlan extends Plan {
  readonly source: BatchSource
  readonly rows: number | undefined
  readonly window: number | undefined
  readonly classWeights: Float64Array | undefined
  readonly onProgress: SourceOptions['onProgress']
}

/** @throws OptionError where what looks like a source can be read only once */
export function checkReopened(rows: object): void {
  if (!(Symbol.asyncIterator in Object(rows))) return
  throw new OptionError('an async iterable can be read only once: give a function that opens it, anew for each epoch')
}

/** Checks everything that can be checked before the source is opened. @throws OptionError or DataError */
export function planSource(engine: Engine, source: BatchSource, given: SourceOptions): SourcePlan {
  checkKeys('train', given, [...trainOptions, 'rows', 'window'])
  checkObservers(given)
  for (const [name, reason] of Object.entries(refused)) {
    if (name in given && given[name as keyof SourceOptions] !== undefined) throw new OptionError(reason)
  }
  const { rows, window, onProgress, ...options } = given
  const { shuffle, classWeights } = options
  if (rows !== undefined) checkInteger({ rows }, 1)
  if (window !== undefined) checkInteger({ window }, 1)
  if (shuffle !== undefined && typeof shuffle !== 'boolean')
    throw optionError({ shuffle }, 'true or false for a source')
  const run = checkRun(engine, options)
  if (run.optimizer.name === 'l-bfgs') throw new OptionError('l-bfgs takes all rows at once: it needs a dataset')
  const { counted } = run.schedule
  if (counted && rows === undefined) {
    throw new OptionError(`the schedule ${counted} needs the number of rows that the source gives: say it as rows`)
  }
  const width = engine.spec.inputs
  return {
    ...run,
    batchSize: Math.min(run.batchSize, rows ?? run.batchSize),
    source,
    rows,
    window,
    classWeights: copyClassWeights(classWeights, outputsOf(engine.spec)),
    onProgress,
    weights: undefined,
    costOfZeros: 0,
    identity: identityOf({ rows, width, window: window ?? 'default' }, options, run),
    options,
  }
}

function copyClassWeights(
  weights: ArrayLike<number> | 'balanced' | undefined,
  classes: number,
): Float64Array | undefined {
  if (weights === undefined) return undefined
  if (weights === 'balanced') {
    throw new OptionError("classWeights 'balanced' need the labels of all rows: give one number for each class")
  }
  checkWeights('classWeights', weights, classes, 'class')
  return Float64Array.from(weights)
}
