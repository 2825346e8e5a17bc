import type { Dataset } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import type { Job } from '../engine/engine-job.js'
import type { TrainingState } from '../engine/training-state.js'
import type { Pause } from './pause.js'
import type { Plan } from './plan.js'
import type { RunState } from './run-state.js'

/** A training run: the network, the options, the training rows and the current state. */
export interface TrainingRun {
  readonly engine: Engine
  /** What the network keeps after the run, such as its seed and the number of epochs trained so far. */
  readonly network: TrainingState
  readonly plan: Plan
  readonly examples: Examples
  /** The state of the run. It is replaced once, before the first epoch, if the run resumes from a checkpoint. */
  state: RunState
  /** The names of the checkpoints that were in the folder when the run began, and of those that the run saved. */
  readonly checkpoints: Set<string>
}

/** The rows that a run learns from: a dataset, or a source that is opened again for each epoch. */
export interface Examples {
  /** The dataset. Undefined for a source. */
  readonly dataset: Dataset | undefined
  /** The number of rows of an epoch. Undefined if it is not known in advance. */
  readonly rows: number | undefined
  /** Returns the rows of the current epoch of the run. */
  open(run: TrainingRun): Promise<EpochRows>
}

/** The rows of an epoch. */
export interface EpochRows {
  /** The parts into which the rows are divided, in the order in which the network learns from them. */
  readonly parts: Iterable<EpochPart> | AsyncIterable<EpochPart>
  /** The number of rows of the epoch. Undefined if it is not known in advance. */
  readonly rows: number | undefined
  /** The number of updates in earlier epochs. */
  readonly stepsBefore: number
  /** Called about fifty times a second with the number of rows that the network has learned from and their mean cost. */
  readonly report: ((done: number, cost: number) => void) | undefined
  /** Returns the number of updates after which the network has learned from `done` rows of the epoch. */
  updates(done: number): number
  /** Returns the learning rate of the batch after which the network has learned from `done` rows of the epoch. */
  learningRate(done: number): number
}

/**
 * The rows of an epoch that are in memory at the same time. For a dataset these are all rows, and for a source they are
 * a window (a group of consecutive rows).
 */
export interface EpochPart {
  /**
   * The job with which the engine trains on these rows. It counts rows from the start of the epoch, so `job.size`
   * includes the rows of earlier parts.
   */
  readonly job: Job
  /**
   * The highest cost of any row in this part or an earlier part, computed as if all outputs of the network were 0. If
   * the cost of a batch is far above this number, the run counts as diverged (see `costLimit`).
   */
  readonly costOfZeros: number
}

/**
 * A function that trains on the rows of one epoch, starting at the row that the run has reached. There are two such
 * functions: one learns in mini-batches, and the other learns from all rows together by L-BFGS. A stepper yields at each
 * pause of the run. While it waits there, other calls may use and change the network.
 */
export type Stepper = (run: TrainingRun, rows: EpochRows) => AsyncGenerator<Pause, void, undefined>
