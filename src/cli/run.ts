import { augment, Dataset, type Network, type Split, splitDataset, type TrainOptions } from '../index.js'
import type { Place } from './data-options.js'
import type { Shape } from './network-options.js'
import { nameOfTable } from './tables.js'
import type { Training } from './training-options.js'
import { UsageError } from './usage-error.js'

/** All that a run depends on, apart from the machine: what it can be repeated from. */
export interface Run {
  readonly shape: Shape
  /** Numbers of a row, and answers to one; where they do not stand here, the data say. */
  readonly sizes?: { readonly inputs: number; readonly outputs: number }
  readonly dtype: Network['dtype']
  readonly seed: number
  readonly place: Place
  /** How many examples to learn from, those held out included; all where it does not stand here. */
  readonly count?: number
  readonly training: Training
}

/** The examples of a run, and how to learn from them. */
export interface Lesson {
  readonly training: Dataset
  /** What epochs are judged by. */
  readonly validation: Dataset
  readonly test: Dataset
  readonly options: TrainOptions
  /** Ends what makes pictures over. */
  close(): void
}

/** What the library takes of a training, for so many rows. */
function trainOptionsOf(
  { lambda, validationShare: _, augmentation: __, standardise: ___, batchSize, ...options }: Training,
  rows: number,
): TrainOptions {
  const { optimizer } = options
  // L-BFGS has no batches.
  const whole = (typeof optimizer === 'object' ? optimizer.name : optimizer) === 'l-bfgs'
  return { ...options, ...(whole ? {} : { batchSize }), ...(lambda === undefined ? {} : { l2: lambda / rows }) }
}

/**
 * Lets the library check a run before there are data: whatever does not depend on them. The network is one of the run's
 * shape, and learns nothing. @throws OptionError
 */
export function tryOut(network: Network, training: Training): void {
  network.listing('train', { rows: 1 })
  const row = Dataset.allocate({ rows: 1, width: network.description.inputs, labels: true })
  network.train(row, { ...trainOptionsOf(training, 1), validation: row })
  const picture = Dataset.allocate({ rows: 1, width: 1 })
  augment(picture, training.augmentation).close()
}

/** Prepares the examples: holds some out, brings them to mean 0, has pictures made over. @throws UsageError, DataError */
export function prepare(network: Network, { training: rows, test }: Split, { training, seed, place }: Run): Lesson {
  const { validationShare, augmentation, standardise } = training
  const held =
    validationShare === undefined
      ? { training: rows, validation: test }
      : splitDataset(rows, { fraction: validationShare, seed })
  if (augmentation) checkPictures(rows, place)
  if (standardise) network.standardise(held.training)
  const pictures = augmentation && augment(held.training, { ...augmentation, seed })
  return {
    ...held,
    test,
    options: { ...trainOptionsOf(training, held.training.size), ...(pictures && { augmentation: pictures }) },
    close: () => pictures?.close(),
  }
}

function checkPictures({ inputs, width }: Dataset, place: Place): void {
  const name = 'folder' in place ? place.folder : 'dataset' in place ? place.dataset : nameOfTable(place)
  const remedy = '--augment, --shift, --rotation, --scale and --elastic are for square pictures of bytes'
  if (!(inputs instanceof Uint8Array)) {
    throw new UsageError(`${remedy}, and ${name} has numbers of the type ${inputs.constructor.name}`)
  }
  if (!Number.isInteger(Math.sqrt(width))) throw new UsageError(`${remedy}, and a row of ${name} has ${width} pixels`)
}
