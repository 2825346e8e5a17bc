import { checkInteger, checkKeys } from '../base/checks.js'
import { OptionError, optionError } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import type { Evaluation } from '../engine/evaluate.js'
import type { FigureName } from '../metrics/names.js'

/** When to end a run before its last epoch. */
export interface EarlyStopping {
  /** Epochs to wait for a better figure. Default 10, the book's no-improvement-in-ten (Nielsen, chapter 3). */
  readonly patience?: number
  /** How much better counts as better. Default 0. */
  readonly minimumChange?: number
  /** 'cost', 'accuracy' or one of the run's `figures`, of the validation dataset. Default 'accuracy' where it is defined, else 'cost'. */
  readonly figure?: 'cost' | 'accuracy' | FigureName
  /** Whether to go back to the best parameters at the end. Default true. */
  readonly restore?: boolean
}

/** What a run looks at after each epoch to tell whether the network got better. */
export interface Monitor {
  readonly figure: string
  /** The figure of an epoch, as a number that grows when the network gets better. */
  readonly score: (trainingCost: number, validation: Evaluation | undefined) => number
  readonly minimumChange: number
  /** Epochs without a better figure after which the run ends. */
  readonly patience: number
  readonly restore: boolean
}

/** Figures of which less is better. */
const errors = ['cost', 'mse', 'mae', 'hamming']

/** Checks the options and chooses the figure to watch: without early stopping too, to keep the best parameters. @throws OptionError */
export function monitorOf(options: {
  readonly earlyStopping?: EarlyStopping
  readonly validation?: Dataset
  readonly figures?: readonly FigureName[]
}): Monitor {
  const { earlyStopping, validation, figures = [] } = options
  if (earlyStopping !== undefined) {
    if (typeof earlyStopping !== 'object' || earlyStopping === null) {
      throw optionError({ earlyStopping }, 'an object such as { patience: 10 }')
    }
    checkKeys('earlyStopping', earlyStopping, ['patience', 'minimumChange', 'figure', 'restore'])
    if (!validation) throw new OptionError('earlyStopping needs a validation dataset')
  }
  const { patience = 10, minimumChange = 0, restore = true } = earlyStopping ?? {}
  checkInteger({ patience }, 1)
  if (!(minimumChange >= 0)) throw optionError({ minimumChange }, 'a number of at least 0')
  const known = ['cost', ...(validation?.labels ? ['accuracy'] : []), ...figures]
  const figure = earlyStopping?.figure ?? (validation?.labels ? 'accuracy' : 'cost')
  if (!known.includes(figure)) throw optionError({ figure }, `one of ${known.join(', ')}`)
  const sign = errors.includes(figure) ? -1 : 1
  return {
    figure,
    score(trainingCost, evaluation) {
      if (!evaluation) return -trainingCost
      const { cost, accuracy = Number.NaN, figures } = evaluation
      const score = sign * (figure === 'cost' ? cost : figure === 'accuracy' ? accuracy : figures[figure])
      // Nothing is better than NaN, so that a first epoch of NaN would stay the best one.
      return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score
    },
    minimumChange,
    patience: earlyStopping ? patience : Number.POSITIVE_INFINITY,
    restore: earlyStopping !== undefined && restore,
  }
}
