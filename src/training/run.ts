import type { Dataset } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import type { Job } from '../engine/engine-job.js'
import type { TrainingState } from '../engine/training-state.js'
import type { Plan } from './plan.js'
import type { RunState } from './run-state.js'

/** A training run: what its parts have in common. */
export interface TrainingRun {
  readonly engine: Engine
  /** What outlives the run. */
  readonly network: TrainingState
  readonly plan: Plan
  readonly examples: Examples
  /** Where the run stands. A checkpoint replaces it before the first epoch. */
  state: RunState
}

/** What a run learns from: a dataset, or a source that is opened anew for each epoch. */
export interface Examples {
  /** The dataset, where it is one. */
  readonly dataset: Dataset | undefined
  /** How many rows an epoch has; undefined where only its end tells. */
  readonly rows: number | undefined
  /** Opens the rows of the epoch that the run is in. */
  open(run: TrainingRun): Promise<EpochRows>
}

/** The rows of an epoch. */
export interface EpochRows {
  /** In the order in which they are learned from. */
  readonly parts: Iterable<EpochPart> | AsyncIterable<EpochPart>
  /** How many there are; undefined where only their end tells. */
  readonly rows: number | undefined
  /** The updates of the epochs before. */
  readonly stepsBefore: number
  /** Called some fifty times a second with the rows learned from. */
  readonly report: ((done: number) => void) | undefined
  /** The learning rate of the last batch; known when it has been learned from. */
  learningRateAtEnd(): number
}

/** Rows of an epoch that lie in memory together: all of them, or a window of a source. */
export interface EpochPart {
  /** Ends with the last of these rows; the run has learned from the rows of the epoch before them. */
  readonly job: Job
  /** The highest cost that the targets allow a network that has not exploded: see `costOfZeros`. */
  readonly costOfZeros: number
}

/**
 * Learns from an epoch's rows, from where the run stands: in batches, or by L-BFGS from all at once.
 * @throws DivergedError, with finite parameters; the signal's reason
 */
export type Stepper = (rows: EpochRows) => Promise<void>
