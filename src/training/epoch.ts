import type { Evaluation } from '../engine/evaluate.js'

/** The result of an epoch, as plain data. */
export interface Epoch {
  /** The number of the epoch, from 1. */
  readonly number: number
  /**
   * The mean cost of the training rows, penalties included. The cost of a row is computed just before the network
   * learns from it.
   */
  readonly cost: number
  /** The share of validation rows classified correctly; undefined without a validation dataset or without labels. */
  readonly accuracy: number | undefined
  readonly validation: Evaluation | undefined
  /** The evaluation of the training dataset after the epoch; undefined without the option `trainingMetrics`. */
  readonly training: Evaluation | undefined
  /** The learning rate of the epoch's last batch. */
  readonly learningRate: number
  /** The time spent on learning, evaluations excluded. */
  readonly seconds: number
}
