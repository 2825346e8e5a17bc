import type { Evaluation } from '../engine/evaluate.js'

/** What came of one epoch: plain data. */
export interface Epoch {
  /** From 1. */
  readonly number: number
  /** The mean cost of the training rows, penalties included, each taken just before the network learned from it. */
  readonly cost: number
  /** The share of the validation rows answered correctly, where there are such rows and they have labels. */
  readonly accuracy: number | undefined
  readonly validation: Evaluation | undefined
  /** The training dataset after the epoch, where `trainingMetrics` asked for it. */
  readonly training: Evaluation | undefined
  /** The learning rate of the epoch's last batch. */
  readonly learningRate: number
  /** The time spent on learning, without the evaluations. */
  readonly seconds: number
}
