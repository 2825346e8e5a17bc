import type { Dataset } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import type { Job } from '../engine/engine-job.js'
import type { TrainingState } from '../engine/training-state.js'
import type { Plan } from './plan.js'
import type { RunState } from './run-state.js'

/** A training run, with everything that its parts share. */
export interface TrainingRun {
  readonly engine: Engine
  /** The training state that outlives the run. */
  readonly network: TrainingState
  readonly plan: Plan
  readonly examples: Examples
  /** The state of the run. It is replaced once, before the first epoch, if the run resumes from a checkpoint. */
  state: RunState
}

/** The rows that a run learns from: a dataset, or a source that is opened again for each epoch. */
export interface Examples {
  /** The dataset. Undefined for a source. */
  readonly dataset: Dataset | undefined
  /** The number of rows of an epoch. Undefined if it is not known in advance. */
  readonly rows: number | undefined
  /** Opens the rows of the current epoch. */
  open(run: TrainingRun): Promise<EpochRows>
}

/** The rows of an epoch. */
export interface EpochRows {
  /** The parts of the epoch, in the order in which the network learns from them. */
  readonly parts: Iterable<EpochPart> | AsyncIterable<EpochPart>
  /** The number of rows of the epoch. Undefined if it is not known in advance. */
  readonly rows: number | undefined
  /** The number of updates in earlier epochs. */
  readonly stepsBefore: number
  /** Called about fifty times a second with the number of rows that the network has learned from. */
  readonly report: ((done: number) => void) | undefined
  /** Returns the learning rate of the last batch. Call it only after all parts have run. */
  learningRateAtEnd(): number
}

/** Rows of an epoch that are in memory at the same time: all rows, or a window of a source. */
export interface EpochPart {
  /** The job of this part. It counts rows from the start of the epoch, and ends with the last row of this part. */
  readonly job: Job
  /** The highest cost of a row for a network that outputs zeros. See `costOfZeros`. */
  readonly costOfZeros: number
}

/**
 * Learns from an epoch's rows, and starts at the row that the run has reached. It learns in batches, or by L-BFGS from
 * all rows together.
 */
export type Stepper = (run: TrainingRun, rows: EpochRows) => Promise<void>
