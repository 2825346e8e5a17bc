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
  /** The share of validation rows in the correct class. Undefined without a validation dataset or labels. */
  readonly accuracy: number | undefined
  readonly validation: Evaluation | undefined
  /** The evaluation of the training dataset after the epoch. Undefined without the option `trainingMetrics`. */
  readonly training: Evaluation | undefined
  /** The learning rate of the epoch's last batch. */
  readonly learningRate: number
  /** The time for learning in seconds, without the time for evaluations. */
  readonly seconds: number
}
