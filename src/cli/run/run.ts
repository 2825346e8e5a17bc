import type { Communicator } from '../../distributed.js'
import {
  augment,
  Dataset,
  type Epoch,
  type Network,
  type Pause,
  type PauseOptions,
  type SourceOptions,
  type SourceProgress,
  splitDataset,
  type TrainOptions,
} from '../../index.js'
import { isStream, type RowStream, type StreamedExamples } from '../input/table-stream.js'
import { nameOfTable } from '../input/tables.js'
import { type Examples, isTablePlace, type Place } from '../options/data-options.js'
import type { Shape } from '../options/network-options.js'
import type { Training } from '../options/training-options.js'
import { UsageError } from '../parsing/usage-error.js'

/**
 * All settings of a training run, apart from the backend and the number of threads. They are enough to repeat the run.
 */
export interface Run {
  readonly shape: Shape
  /** The numbers of inputs and outputs; undefined until the data are read. */
  readonly sizes?: { readonly inputs: number; readonly outputs: number }
  readonly dtype: Network['dtype']
  readonly seed: number
  readonly place: Place
  /** The number of training examples, including those held out for validation. By default, all examples are used. */
  readonly count?: number
  readonly training: Training
}

/** The options for showing the progress of a training run, pausing it, saving its checkpoints and stopping it. */
export interface Watch extends Pick<TrainOptions, 'checkpoint' | 'signal'>, PauseOptions {
  readonly onProgress: (progress: SourceProgress) => void
}

/** The examples of a training run, and the function that trains with them. */
export interface Lesson {
  readonly training: Dataset | RowStream
  /** The examples on which the network is evaluated after each epoch. */
  readonly validation: Dataset
  readonly test: Dataset
  readonly metrics: Training['metrics']
  /** Starts the training. */
  train(watch: Watch): AsyncGenerator<Epoch | Pause, Epoch[], undefined>
  /** Ends the worker threads of the augmentation, if there is one. */
  close(): void
}

/** Converts the training options of the command line to library options. `rows` is the number of training rows. */
function trainOptionsOf(
  { lambda, validationShare: _, augmentation: __, standardize: ___, syncEvery: ____, batchSize, ...options }: Training,
  rows: number,
) {
  const { optimizer } = options
  // L-BFGS uses all rows in each step, so it gets no batch size.
  const whole = (typeof optimizer === 'object' ? optimizer.name : optimizer) === 'l-bfgs'
  return { ...options, ...(whole ? {} : { batchSize }), ...(lambda === undefined ? {} : { l2: lambda / rows }) }
}

/**
 * Converts the training options of the command line to the library options for streamed rows. Options that need all
 * rows in memory do not occur here, because `checkStreamed` has already refused them.
 */
function sourceOptionsOf(training: Training, rows: number | undefined, window: number | undefined): SourceOptions {
  const { classWeights, trainingMetrics: _, ...options } = trainOptionsOf(training, rows ?? 1)
  return {
    ...options,
    ...(classWeights && classWeights !== 'balanced' && { classWeights }),
    ...(rows !== undefined && { rows }),
    ...(window !== undefined && { window }),
  }
}

/**
 * Lets the library check all options that do not depend on the data. The calls of `network.train` check their arguments
 * but start no training. `network` must have the same settings as the network that will be trained, except for the
 * numbers of inputs and outputs.
 * @throws OptionError if an option is invalid
 */
export function tryOut(network: Network, training: Training, { place }: Pick<Run, 'place'>): void {
  network.listing('train', { rows: 1 })
  const { inputs, layers } = network.description
  const hasTargets = isTablePlace(place) && place.targets !== undefined
  const answer = hasTargets ? { targetWidth: layers[layers.length - 1].outputs } : { labels: true }
  const row = Dataset.allocate({ rows: 1, width: inputs, ...answer })
  // Targets of softmax outputs add up to 1.
  row.targets?.fill(1, 0, 1)
  if (isTablePlace(place) && place.stream) {
    network.train(async function* () {}, { ...sourceOptionsOf(training, 1, place.window), validation: row })
    return
  }
  network.train(row, { ...trainOptionsOf(training, 1), validation: row })
  const picture = Dataset.allocate({ rows: 1, width: 1 })
  augment(picture, training.augmentation).close()
}

/**
 * Prepares the examples: splits off the validation examples, standardizes the inputs and starts the augmentation.
 * @throws UsageError if the augmentation does not suit the examples; DataError if the examples cannot be standardized
 */
export async function prepare(
  network: Network,
  data: Examples | StreamedExamples,
  run: Run,
  communicator?: Communicator,
): Promise<Lesson> {
  const { training: rows, test } = data
  const shared = sharedOptions(run.training, communicator)
  if (isStream(rows)) return prepareStream(network, rows, test, run, shared)
  const { training, seed, place } = run
  const { validationShare, augmentation, standardize } = training
  const held =
    validationShare === undefined
      ? { training: rows, validation: test }
      : splitDataset(rows, { fraction: validationShare, seed })
  if (augmentation) checkPictures(rows, place)
  if (standardize) network.standardize(held.training)
  const pictures = augmentation && augment(held.training, { ...augmentation, seed })
  const options = { ...trainOptionsOf(training, held.training.rows), ...(pictures && { augmentation: pictures }) }
  return {
    ...held,
    test,
    metrics: training.metrics,
    train: (watch) => network.train(held.training, { ...options, validation: held.validation, ...shared, ...watch }),
    close: () => pictures?.close(),
  }
}

/** Returns the options with which several processes train together. */
function sharedOptions({ syncEvery }: Training, communicator: Communicator | undefined) {
  return communicator && { communicator, ...(syncEvery !== undefined && { sync: { every: syncEvery } }) }
}

/**
 * The means and standard deviations of a stream's inputs are computed from its first rows: at most 65,536 rows, and at
 * most 64 MiB of float32 numbers.
 */
const mostMeasuredRows = 65_536
const mostMeasuredNumbers = 2 ** 24

/**
 * Prepares the examples if the training rows are a stream. The validation examples are taken from the test examples,
 * because the rows of a stream are never all in memory.
 */
async function prepareStream(
  network: Network,
  stream: RowStream,
  rows: Dataset,
  { training, seed }: Run,
  shared: ReturnType<typeof sharedOptions>,
): Promise<Lesson> {
  const { validationShare, standardize } = training
  const { training: test, validation } =
    validationShare === undefined
      ? { training: rows, validation: rows }
      : splitDataset(rows, { fraction: validationShare, seed })
  if (standardize) {
    const most = Math.max(1, Math.floor(mostMeasuredNumbers / stream.width))
    network.standardize(await stream.first(Math.min(mostMeasuredRows, most)))
  }
  const options = sourceOptionsOf(training, stream.counted, stream.window)
  return {
    training: stream,
    validation,
    test,
    metrics: training.metrics,
    train: (watch) => network.train(stream.open, { ...options, validation, ...shared, ...watch }),
    close: () => undefined,
  }
}

function checkPictures({ inputs, width }: Dataset, place: Place): void {
  const name = 'folder' in place ? place.folder : 'dataset' in place ? place.dataset : nameOfTable(place)
  const rule = '--augment, --shift, --rotation, --scale and --elastic are for square pictures of bytes'
  if (!(inputs instanceof Uint8Array)) {
    throw new UsageError(`${rule}, but ${name} has numbers of the type ${inputs.constructor.name}`)
  }
  if (!Number.isInteger(Math.sqrt(width))) throw new UsageError(`${rule}, but a row of ${name} has ${width} pixels`)
}
