import type { Evaluation } from '../engine/evaluate.js'

/** The result of an epoch, as plain data. */
export interface Epoch {
  /** The number of the epoch, from 1. */
  readonly number: number
  /**
   * The mean cost of the training rows, including penalties. The cost of a row is computed just before the network
   * learns from it.
   */
  readonly cost: number
  /**
   * The fraction of validation rows that are classified correctly. Undefined if there is no validation dataset, or if
   * it has no labels.
   */
  readonly accuracy: number | undefined
  readonly validation: Evaluation | undefined
  /** The evaluation of the training dataset after the epoch. Undefined without the option `trainingMetrics`. */
  readonly training: Evaluation | undefined
  /** The learning rate of the epoch's last batch. */
  readonly learningRate: number
  /** The training time of the epoch in seconds, excluding evaluations. */
  readonly seconds: number
}
