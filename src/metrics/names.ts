import { OptionError, optionError } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import { findNonBinary } from './multi-label.js'

/**
 * The name of a metric that `evaluate` computes. `top-3` is the fraction of rows whose correct class has one of the
 * three largest outputs. Instead of 3, any number from 2 to the number of classes minus one is possible. `precision`,
 * `recall` and `f1` are unweighted means over the classes.
 */
export type MetricName =
  | 'accuracy'
  | `top-${number}`
  | 'precision'
  | 'recall'
  | 'f1'
  | 'mse'
  | 'mae'
  | 'r2'
  | 'exact-match'
  | 'hamming'

const ofLabels = ['precision', 'recall', 'f1', 'mse', 'mae'] satisfies MetricName[]
const ofNumbers = ['mse', 'mae', 'r2'] satisfies MetricName[]
const ofBinaries = ['exact-match', 'hamming', 'precision', 'recall', 'f1'] satisfies MetricName[]

/** Returns the number k of a name `top-k`, such as 3 for `top-3`. Returns undefined for any other name. */
export function topOf(name: string): number | undefined {
  const digits = /^top-([1-9]\d*)$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/**
 * Checks that every metric is defined for the dataset and for the number of classes. The caller must have checked that
 * the dataset fits the network.
 * @throws OptionError if a metric is not defined. The message contains the names of the metrics that are defined.
 */
export function checkMetrics(
  option: Readonly<Record<string, readonly MetricName[]>>,
  dataset: Dataset,
  classes: number,
  what = 'the dataset',
): void {
  const [[listName, names]] = Object.entries(option)
  if (!Array.isArray(names)) throw optionError(option, `a list of names such as ['accuracy', 'f1']`)
  const forLabels = ['accuracy', ...tops(classes), ...ofLabels]
  const known = [...new Set([...forLabels, ...ofNumbers, ...ofBinaries])]
  names.forEach((name: MetricName, index) => {
    const top = typeof name === 'string' ? topOf(name) : undefined
    if (top === undefined ? !known.includes(name) : top < 2 || top >= classes) {
      throw optionError({ [`${listName}[${index}]`]: name }, `one of ${known.join(', ')}`)
    }
  })
  const { defined, reason } = dataset.targets
    ? definedForTargets(dataset.targets, dataset.targetWidth, names)
    : { defined: forLabels, reason: 'which has labels' }
  for (const name of names) {
    if (defined.includes(name) || (dataset.labels && topOf(name))) continue
    const message = `the metric ${name} is not defined for ${what}, ${reason}: defined are ${defined.join(', ')}`
    throw new OptionError(message, { option: listName, value: name })
  }
}

function tops(classes: number): string[] {
  if (classes < 3) return []
  return [classes === 3 ? 'top-2' : `top-2 to top-${classes - 1}`]
}

function definedForTargets(
  targets: ArrayLike<number>,
  width: number,
  names: readonly string[],
): { defined: readonly string[]; reason: string } {
  const numbers: readonly string[] = ofNumbers
  // Search the targets for a value that is neither 0 nor 1, unless all requested metrics allow such values.
  const other = names.every((name) => numbers.includes(name)) ? -1 : findNonBinary(targets)
  if (other < 0) return { defined: [...ofNumbers, ...ofBinaries], reason: 'whose targets are all 0 or 1' }
  const place = `${targets[other]} at row ${Math.floor(other / width)}, column ${other % width}`
  return { defined: ofNumbers, reason: `whose targets are not all 0 or 1 (${place})` }
}
