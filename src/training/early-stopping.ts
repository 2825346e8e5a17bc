import { checkInteger, checkKeys } from '../base/checks.js'
import { OptionError, optionError } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import type { Evaluation } from '../engine/evaluate.js'
import type { MetricName } from '../metrics/names.js'

/** The conditions under which a run ends before its last epoch. */
export interface EarlyStopping {
  /**
   * The run ends after this many epochs without an improvement. Default 10, which is the rule "no-improvement-in-ten"
   * of Nielsen's book, chapter 3.
   */
  readonly patience?: number
  /** The amount by which a metric must improve to count as better. Default 0. */
  readonly minDelta?: number
  /**
   * The metric that must improve on the validation dataset: 'cost', 'accuracy' or one of the run's `metrics`. The
   * default is 'accuracy' if the validation dataset has labels, otherwise 'cost'.
   */
  readonly monitor?: 'cost' | 'accuracy' | MetricName
  /** Whether to restore the best parameters at the end. Default true. */
  readonly restoreBest?: boolean
  /**
   * Which parameters are the best if several epochs have the same best metric: those of the `'first'` (default) or of the
   * `'last'` of them. A later epoch with the same metric is no improvement, so `patience` counts from the first one.
   */
  readonly ties?: 'first' | 'last'
}

/** Decides after each epoch of a run whether the network got better. */
export interface Monitor {
  readonly metric: string
  /** Returns the score of an epoch, which is the value of `metric`. The value is negated if a lower value is better. */
  readonly score: (trainingCost: number, validation: Evaluation | undefined) => number
  readonly minDelta: number
  /** The run ends after this many epochs without an improvement. Infinite without early stopping. */
  readonly patience: number
  readonly restoreBest: boolean
  /** Whether a later epoch with the best score replaces the parameters of the earlier one. */
  readonly keepsLast: boolean
}

/** The metrics for which a lower value is better. */
const errors = ['cost', 'mse', 'mae', 'hamming']

/**
 * Checks the options of early stopping and returns the monitor of a run. Runs without early stopping have a monitor
 * too, because it determines which parameters are the best.
 * @throws OptionError if an option is wrong
 */
export function monitorOf(options: {
  readonly earlyStopping?: EarlyStopping
  readonly validation?: Dataset
  readonly metrics?: readonly MetricName[]
}): Monitor {
  const { earlyStopping, validation, metrics = [] } = options
  if (earlyStopping !== undefined) {
    if (typeof earlyStopping !== 'object' || earlyStopping === null) {
      throw optionError({ earlyStopping }, 'an object such as { patience: 10 }')
    }
    checkKeys('earlyStopping', earlyStopping, ['patience', 'minDelta', 'monitor', 'restoreBest', 'ties'])
    if (!validation) throw new OptionError('earlyStopping needs a validation dataset')
  }
  const { patience = 10, minDelta = 0, restoreBest = true, ties = 'first' } = earlyStopping ?? {}
  checkInteger({ patience }, 1)
  if (ties !== 'first' && ties !== 'last') throw optionError({ ties }, "'first' or 'last'")
  if (!(minDelta >= 0)) throw optionError({ minDelta }, 'a number of at least 0')
  const known = ['cost', ...(validation?.labels ? ['accuracy'] : []), ...metrics]
  const metric = earlyStopping?.monitor ?? (validation?.labels ? 'accuracy' : 'cost')
  if (!known.includes(metric)) throw optionError({ monitor: metric }, `one of ${known.join(', ')}`)
  const sign = errors.includes(metric) ? -1 : 1
  return {
    metric,
    score(trainingCost, evaluation) {
      if (!evaluation) return -trainingCost
      const { cost, accuracy = Number.NaN, metrics } = evaluation
      const score = sign * (metric === 'cost' ? cost : metric === 'accuracy' ? accuracy : metrics[metric])
      // NaN becomes minus infinity. No score compares as better than NaN, so a first epoch with NaN would otherwise
      // remain the best.
      return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score
    },
    minDelta,
    patience: earlyStopping ? patience : Number.POSITIVE_INFINITY,
    restoreBest: earlyStopping !== undefined && restoreBest,
    keepsLast: ties === 'last',
  }
}
