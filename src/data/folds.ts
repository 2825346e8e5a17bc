import { checkInteger, checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import type { Dataset } from './dataset.js'
import { drawRows, type Holdout, type HoldoutOptions, holdOut } from './hold-out.js'

export interface FoldOptions extends HoldoutOptions {
  /** The number of folds, from 2 to the number of rows. Default 5. */
  readonly folds?: number
}

/**
 * Divides a dataset into folds. For each fold, it yields the fold's rows for validation and all other rows for
 * training, like scikit-learn's KFold and StratifiedKFold with shuffling. The rows are copied only when the generator
 * reaches the fold.
 *
 * Every row is held out in exactly one fold. The sizes of the folds differ by at most one row. If the folds are
 * stratified, they also differ by at most one row in each class. If a class has fewer rows than there are folds, it is
 * missing in the validation rows of some folds. If a class has only one row, it is missing in the training rows of one
 * fold.
 *
 * @param dataset The rows to divide.
 * @param options The number of folds, the seed, and whether to stratify.
 * @returns A generator of `{ training, validation }`, one for each fold.
 * @throws OptionError if an option is wrong or there are no labels to stratify by; DataError if there is only one row
 * @example
 * ```ts
 * import { kFold, readCsv } from 'descent-nn'
 *
 * const iris = await readCsv('iris.csv', { label: 4 })
 * for (const { training, validation } of kFold(iris, { folds: 5 })) console.log(training.rows, validation.rows)
 * ```
 */
export function kFold(dataset: Dataset, options: FoldOptions = {}): Generator<Holdout, void, undefined> {
  checkKeys('fold', options, ['folds', 'stratify', 'seed'])
  const { folds = 5 } = options
  checkInteger({ folds }, 2)
  // Check the options here and not in the generator. The code of the generator runs only when the caller takes the
  // first fold, so it would report a wrong option too late.
  const { order, classes } = drawRows(dataset, options, 'folds')
  if (folds > order.length) throw optionError({ folds }, `at most ${order.length}, the number of rows`)
  const foldOf = new Uint32Array(order.length)
  // Distribute the rows among the folds in turn, class by class. A new class does not begin at fold 0, but at the fold
  // after the last one used. So the sizes of the folds differ by at most one row, both in total and within each class.
  classes.flat().forEach((row, i) => {
    foldOf[row] = i % folds
  })
  return eachFold(dataset, order, foldOf, folds)
}

function* eachFold(
  dataset: Dataset,
  order: Uint32Array,
  foldOf: Uint32Array,
  folds: number,
): Generator<Holdout, void, undefined> {
  for (let fold = 0; fold < folds; fold++) yield holdOut(dataset, order, foldOf, fold)
}

export interface CrossValidation {
  /** The score that `run` returned for each fold. */
  readonly scores: number[]
  readonly mean: number
  /** The sample standard deviation of the scores. Its denominator is the number of folds minus 1. */
  readonly deviation: number
}

/**
 * Calls `run` once for each fold, one fold after the other, to train and validate a network.
 *
 * @param dataset The rows to divide.
 * @param options The number of folds, the seed, and whether to stratify.
 * @param run Trains on the first dataset. Returns a score that it computes on the second dataset, such as an accuracy.
 * Its third argument is the number of the fold, from 0.
 * @returns The scores, their mean and their sample standard deviation.
 * @throws OptionError if `run` is not a function or does not return a number; all errors of `kFold` and of `run`
 * @example
 * ```ts
 * import { crossValidate, Network, readCsv } from 'descent-nn'
 *
 * const iris = await readCsv('iris.csv', { label: 4 })
 * const { mean, deviation } = await crossValidate(iris, { folds: 5 }, async (training, validation) => {
 *   const network = new Network([4, 10, 3], { seed: 1 })
 *   await network.fit(training, { learningRate: 1 })
 *   return (await network.evaluate(validation)).accuracy ?? 0
 * })
 * console.log(mean, deviation)
 * ```
 */
export async function crossValidate(
  dataset: Dataset,
  options: FoldOptions,
  run: (training: Dataset, validation: Dataset, fold: number) => number | Promise<number>,
): Promise<CrossValidation> {
  if (typeof run !== 'function') throw optionError({ run }, 'a function of the training and the validation rows')
  const scores: number[] = []
  for (const { training, validation } of kFold(dataset, options)) {
    const score = await run(training, validation, scores.length)
    if (typeof score !== 'number') throw optionError({ [`the score of fold ${scores.length}`]: score }, 'a number')
    scores.push(score)
  }
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0)
  return { scores, mean, deviation: Math.sqrt(squares / (scores.length - 1)) }
}
