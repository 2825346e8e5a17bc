import { classCount } from '../base/argmax.js'
import { checkInteger, checkKeys } from '../base/checks.js'
import { OptionError, optionError } from '../base/errors.js'
import { outputsOf } from '../compile/spec.js'
import type { Dataset } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import type { PauseOptions } from './pause.js'
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
import { withoutSignal } from './sharing-options.js'

/**
 * A function that opens the training rows. It is called once per epoch and returns an async iterable of datasets, which
 * may have any number of rows. All datasets must have the same width and scale, and all or none have bytes. A resumed
 * run opens the source again and skips the rows that it has already learned from, so the source must yield the same rows
 * each time.
 */
export type BatchSource = () => AsyncIterable<Dataset>

/** The options that a run on a source does not support. The values are error messages that say why. */
const refused = {
  sampleWeights: 'sampleWeights need one number for each row of a dataset: they cannot be used with a source',
  augmentation: 'augmentation needs a whole dataset: let the source give batches that are already augmented',
  dropLastBatch: 'dropLastBatch needs a whole dataset: let the source give full batches',
  trainingMetrics: 'trainingMetrics need a second pass over all rows: pass some rows as validation and use metrics',
} satisfies { readonly [name in keyof TrainOptions]?: string }

export interface SourceProgress extends Omit<Progress, 'rows'> {
  /** The number of rows of the epoch. Undefined without the option `rows`. */
  readonly rows: number | undefined
}

export interface SourceOptions
  extends Omit<TrainOptions, keyof typeof refused | 'shuffle' | 'classWeights' | 'onProgress'> {
  /**
   * The number of rows that the source yields per epoch. If the source yields a different number of rows, the run fails
   * with a DataError. By default, any number is allowed.
   */
  readonly rows?: number
  /**
   * The number of rows in a window, rounded up to full batches. A window is a group of consecutive rows that are
   * shuffled together. Two windows are in memory at the same time. The default is 65,536, or fewer if the inputs of
   * 65,536 rows take more than 64 MiB.
   */
  readonly window?: number
  /**
   * Whether to shuffle the rows. With true (default), the rows of each window get a new random order in each epoch. The
   * order depends on the seed. With false, the rows keep the order of the source.
   */
  readonly shuffle?: boolean
  /** The weight of each class. The cost of a row is multiplied by the weight of its class. */
  readonly classWeights?: ArrayLike<number>
  /** Called about fifty times a second while an epoch runs. */
  readonly onProgress?: (progress: SourceProgress) => void
}

/** The checked options of a run on a source. */
export interface SourcePlan extends Plan {
  readonly source: BatchSource
  readonly rows: number | undefined
  readonly window: number | undefined
  readonly classWeights: Float64Array | undefined
  readonly onProgress: SourceOptions['onProgress']
}

/**
 * Checks that the rows can be read more than once.
 * @throws OptionError if the rows are an async iterable, which can be read only once
 */
export function checkReopened(rows: object): void {
  if (!(Symbol.asyncIterator in Object(rows))) return
  throw new OptionError('an async iterable can be read only once: pass a function that opens it again for each epoch')
}

/**
 * Checks the options of a run on a source and fills in defaults. The source is not opened yet.
 * @throws OptionError if an option is wrong, DataError if the validation dataset does not fit the network
 */
export function planSource(engine: Engine, source: BatchSource, given: SourceOptions & PauseOptions): SourcePlan {
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
  const { communicator } = run
  const batchSize = Math.min(run.batchSize, rows ?? run.batchSize)
  if (communicator && batchSize < communicator.size) {
    throw new OptionError(
      `each of the ${communicator.size} ranks needs a row of its source in each batch: a batch has ${batchSize}`,
    )
  }
  const { counted } = run.schedule
  if (counted && rows === undefined) {
    throw new OptionError(`the schedule ${counted} needs the number of rows that the source gives: set the option rows`)
  }
  const width = engine.spec.inputs
  return {
    ...run,
    batchSize,
    source,
    rows,
    window,
    classWeights: copyClassWeights(classWeights, classCount(outputsOf(engine.spec))),
    onProgress,
    weights: undefined,
    costOfZeros: 0,
    identity: identityOf({ rows, width, window: window ?? 'default' }, options, run),
    options: run.communicator ? withoutSignal(options) : options,
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
