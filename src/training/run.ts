import type { Dataset } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import type { Job } from '../engine/engine-job.js'
import type { TrainingState } from '../engine/training-state.js'
import type { Plan } from './plan.js'
import type { RunState } from './run-state.js'

/** A training run: what all its parts share. */
export interface TrainingRun {
  readonly engine: Engine
  /** The training state that outlives the run. */
  readonly network: TrainingState
  readonly plan: Plan
  readonly examples: Examples
  /** Replaced once, before the first epoch, if the run resumes from a checkpoint. */
  state: RunState
}

/** The rows that a run learns from: a dataset, or a source that is opened again for each epoch. */
export interface Examples {
  /** Undefined for a source. */
  readonly dataset: Dataset | undefined
  /** The rows of an epoch; undefined if the number is not known in advance. */
  readonly rows: number | undefined
  /** Opens the rows of the current epoch. */
  open(run: TrainingRun): Promise<EpochRows>
}

/** The rows of an epoch. */
export interface EpochRows {
  /** In the order of learning. */
  readonly parts: Iterable<EpochPart> | AsyncIterable<EpochPart>
  /** The number of rows; undefined if it is not known in advance. */
  readonly rows: number | undefined
  /** The number of updates in earlier epochs. */
  readonly stepsBefore: number
  /** Called about fifty times a second with the number of rows learned from. */
  readonly report: ((done: number) => void) | undefined
  /** The learning rate of the last batch. Valid after all parts have run. */
  learningRateAtEnd(): number
}

/** Rows of an epoch that are in memory together: all of them, or a window of a source. */
export interface EpochPart {
  /** Rows are counted from the start of the epoch. The job ends with the last row of this part. */
  readonly job: Job
  /** The highest cost of a row for a network that answers zeros: see `costOfZeros`. */
  readonly costOfZeros: number
}

/** Learns from an epoch's rows, from where the run stands: in batches, or by L-BFGS from all at once. */
export type Stepper = (run: TrainingRun, rows: EpochRows) => Promise<void>
