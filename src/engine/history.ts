import { isObject } from '../base/checks.js'
import { inspectValue } from '../base/errors.js'
import type { Evaluation } from './evaluate.js'

/** The measures of a dataset after an epoch. A measure that was not defined or not finite is undefined. */
export interface PastEvaluation {
  /** The mean cost of a row, without penalties. */
  readonly cost: number | undefined
  /** The fraction of rows that were classified correctly. */
  readonly accuracy: number | undefined
  /** The metrics that the run computed, by name. Metrics that were not finite are left out. */
  readonly metrics: Readonly<Record<string, number>>
}

/** The numbers of an epoch in the history of a network. */
export interface PastEpoch {
  /** The number of the epoch, from 1. Unlike the number in `Epoch`, it is counted over all runs of the network. */
  readonly number: number
  /** The mean cost of the training rows, including penalties. */
  readonly cost: number
  /** The learning rate of the epoch's last batch. */
  readonly learningRate: number
  /** The fraction of validation rows that were classified correctly. Undefined if they have no labels. */
  readonly accuracy: number | undefined
  /** The measures of the validation dataset. Undefined if there was none. */
  readonly validation: PastEvaluation | undefined
  /** The measures of the training dataset after the epoch. Undefined without the option `trainingMetrics`. */
  readonly training: PastEvaluation | undefined
}

/** The result of an epoch, of which the history keeps a part. */
interface Result {
  readonly cost: number
  readonly learningRate: number
  readonly validation: Evaluation | undefined
  readonly training: Evaluation | undefined
}

/** Throws an error that names the damaged history. The text says what is wrong with it. */
type Fail = (problem: string) => never

/**
 * The maximum number of epochs in a history. With validation, an epoch takes some 150 bytes of a model file, so the
 * history takes at most about 2 MB.
 */
export const maxPastEpochs = 10_000

/** Adds an epoch to a history. If the history is full, the oldest epoch is removed. */
export function addEpoch(history: PastEpoch[], { cost, learningRate, validation, training }: Result): void {
  history.push({
    number: (history.at(-1)?.number ?? 0) + 1,
    cost,
    learningRate,
    accuracy: finite(validation?.accuracy),
    validation: validation && pastEvaluationOf(validation),
    training: training && pastEvaluationOf(training),
  })
  if (history.length > maxPastEpochs) history.shift()
}

function pastEvaluationOf({ cost, accuracy, metrics }: Evaluation): PastEvaluation {
  const known = Object.entries(metrics).filter(([, value]) => Number.isFinite(value))
  return { cost: finite(cost), accuracy: finite(accuracy), metrics: Object.fromEntries(known) }
}

/** Returns the number, or undefined if it is not finite, because JSON has no infinite numbers and no NaN. */
function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined
}

/**
 * Parses the history in a model file. A file without a history gives an empty one.
 * @throws ModelError if the history is damaged
 */
export function parseHistory(text: string | undefined, fail: Fail): PastEpoch[] {
  if (text === undefined) return []
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return fail('its history is not JSON')
  }
  return readHistory(parsed, fail)
}

/** Checks a history and returns a copy of it. Members that are not known are left out. Calls `fail` if it is wrong. */
export function readHistory(value: unknown, fail: Fail): PastEpoch[] {
  if (!Array.isArray(value) || value.length > maxPastEpochs) {
    return fail(`its history is not a list of at most ${maxPastEpochs} epochs`)
  }
  const epochs: PastEpoch[] = []
  for (const [index, entry] of value.entries()) {
    const epoch = readEpoch(entry, (problem) => fail(`entry ${index} of its history ${problem}`))
    const before = epochs.at(-1)
    if (before && epoch.number !== before.number + 1) {
      fail(`entry ${index} of its history is epoch ${epoch.number}, but the entry before it is epoch ${before.number}`)
    }
    epochs.push(epoch)
  }
  return epochs
}

function readEpoch(value: unknown, fail: Fail): PastEpoch {
  if (!isObject(value)) return fail(`is ${inspectValue(value)}, not an object`)
  const { number, cost, learningRate, accuracy, validation, training } = value
  if (!(typeof number === 'number' && Number.isSafeInteger(number) && number > 0)) {
    return fail(`has the number ${inspectValue(number)}, not a whole number of at least 1`)
  }
  return {
    number,
    cost: readNumber('cost', cost, fail),
    learningRate: readNumber('learningRate', learningRate, fail),
    accuracy: optional(readNumber, 'accuracy', accuracy, fail),
    validation: optional(readEvaluation, 'validation', validation, fail),
    training: optional(readEvaluation, 'training', training, fail),
  }
}

function readEvaluation(name: string, value: unknown, fail: Fail): PastEvaluation {
  if (!isObject(value)) return fail(`has the ${name} ${inspectValue(value)}, not an object`)
  const { metrics } = value
  if (!isObject(metrics)) return fail(`has the ${name}.metrics ${inspectValue(metrics)}, not an object`)
  const known = Object.entries(metrics).map(([metric, number]) => [
    metric,
    readNumber(`${name}.metrics[${JSON.stringify(metric)}]`, number, fail),
  ])
  return {
    cost: optional(readNumber, `${name}.cost`, value.cost, fail),
    accuracy: optional(readNumber, `${name}.accuracy`, value.accuracy, fail),
    metrics: Object.fromEntries(known),
  }
}

function readNumber(name: string, value: unknown, fail: Fail): number {
  const isRight = typeof value === 'number' && Number.isFinite(value)
  return isRight ? value : fail(`has the ${name} ${inspectValue(value)}, not a finite number`)
}

/** Reads a member that may be missing. */
function optional<T>(read: (name: string, value: unknown, fail: Fail) => T, name: string, value: unknown, fail: Fail) {
  return value === undefined ? undefined : read(name, value, fail)
}
