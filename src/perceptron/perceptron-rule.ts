import { checkInteger, checkKeys } from '../base/checks.js'
import { DataError, inspectValue, optionError } from '../base/errors.js'
import { createRandom, shuffle } from '../base/random.js'
import { checkAttached } from '../base/typed-arrays.js'
import { checkFinite, Dataset, isDataset } from '../data/dataset.js'
import { type Labels, labelAt } from '../data/labels.js'
import { matchInputs, type NetworkInputs } from '../engine/input-names.js'
import type { NetworkRange } from '../engine/input-range.js'
import { copyRows, type Rows } from '../engine/input-rows.js'
import { type ClassShare, findCommonPoint, whyNotProvable } from './separability.js'

export interface PerceptronTrainOptions {
  /** The maximum number of passes over the rows. Default 100. */
  readonly epochs?: number
  /** Whether to shuffle the rows before each epoch. Default false. */
  readonly shuffle?: boolean
  /** The seed of the shuffles. Default 0. */
  readonly seed?: number
}

/** The result of training. */
export interface Learned {
  /** Whether there is a perceptron that classifies every row correctly; undefined if that is not known. */
  readonly separable: boolean | undefined
  /** Whether this perceptron classifies every row correctly. */
  readonly converged: boolean
  /** The number of epochs that were run. The last epoch counts even if it made no mistakes. */
  readonly epochs: number
  /** How often the weights were corrected. */
  readonly mistakes: number
  /** How many rows the final weights classify wrongly. */
  readonly wrong: number
  /** A sentence that explains the value of `separable`. */
  readonly reason: string
  /**
   * If `separable` is false, this list proves it. For n inputs, it has at most n + 2 rows, each with a weight. The
   * weighted mean of the rows labeled 0 is the same point as the weighted mean of the rows labeled 1. A plane that
   * separates the classes would have this point on both of its sides, which is impossible.
   */
  readonly commonPoint: readonly ClassShare[] | undefined
}

/** A perceptron's parameters. The perceptron decides 1 if the weighted sum of its inputs plus the bias is above 0. */
export interface Neuron {
  readonly weights: Float64Array
  bias: number
}

/** A dataset with labels, which are all 0 or 1. */
export interface Examples {
  readonly dataset: Dataset
  readonly labels: ArrayLike<number>
}

/** Returns the decision of the perceptron for the row that starts at index `from` of `inputs` (Nielsen, equation 2). */
export function decide({ weights, bias }: Neuron, inputs: ArrayLike<number>, from: number, scale: number): 0 | 1 {
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += weights[i] * (inputs[from + i] * scale)
  return sum + bias > 0 ? 1 : 0
}

/**
 * Checks the rows and their labels, and returns both. If a dataset and the perceptron have names, the columns of the
 * dataset are found by name.
 * @throws DataError if a row has the wrong width, or if a label is missing or neither 0 nor 1; OptionError if an
 * argument has the wrong type
 */
export function createExamples(data: Dataset | Rows, given: unknown, own: NetworkInputs & NetworkRange): Examples {
  if (isDataset(data)) {
    const dataset = matchInputs('the dataset', data, own)
    if (!dataset.labels) throw new DataError('the dataset has no labels to learn from')
    return { dataset, labels: checkLabels(dataset.labels) }
  }
  const width = own.spec.inputs
  if (!isArrayLike(given)) throw optionError({ labels: given }, 'an array with a 0 or 1 for each row')
  const labels = checkLabels(given)
  const { inputs, scale } = copyRows('rows', data, width)
  checkFinite('rows', inputs, width)
  return { dataset: new Dataset({ inputs, width, scale, labels }), labels }
}

function isArrayLike(value: unknown): value is Labels {
  return Array.isArray(value) || ArrayBuffer.isView(value)
}

function checkLabels(labels: Labels): ArrayLike<number> {
  checkAttached('labels', labels)
  return Uint8Array.from({ length: labels.length }, (_, row) => {
    const label = labelAt(labels, row)
    if (label === 0 || label === 1) return label
    throw new DataError(`label ${inspectValue(label)} at row ${row} must be 0 or 1, the only classes of a perceptron`)
  })
}

/**
 * Trains the neuron by Rosenblatt's rule. After each epoch, the correctly classified rows are counted. At the end, the
 * neuron gets the weights with the highest count.
 * @throws OptionError if an option is wrong
 */
export function learn(neuron: Neuron, examples: Examples, options: PerceptronTrainOptions): Learned {
  checkKeys('learn', options, ['epochs', 'shuffle', 'seed'])
  const { epochs: limit = 100, shuffle: shuffled = false, seed = 0 } = options
  checkInteger({ epochs: limit }, 1)
  if (typeof shuffled !== 'boolean') throw optionError({ shuffle: shuffled }, 'true or false')
  checkInteger({ seed }, 0)
  const order = Uint32Array.from({ length: examples.dataset.rows }, (_, row) => row)
  const pocket = { weights: neuron.weights.slice(), bias: neuron.bias, wrong: countWrong(neuron, examples) }
  let mistakes = 0
  let epochs = 0
  while (epochs < limit) {
    if (shuffled) shuffle(order, createRandom(seed, 'perceptron', epochs))
    const made = runEpoch(neuron, examples, order)
    epochs++
    if (made === 0) break
    mistakes += made
    const wrong = countWrong(neuron, examples)
    // Never keep weights that have overflowed, even if they classify more rows correctly.
    if (wrong >= pocket.wrong || !neuron.weights.every(Number.isFinite)) continue
    Object.assign(pocket, { weights: neuron.weights.slice(), bias: neuron.bias, wrong })
  }
  neuron.weights.set(pocket.weights)
  neuron.bias = pocket.bias
  const { wrong } = pocket
  const verdict = wrong === 0 ? allCorrect : judge(examples)
  return { ...verdict, converged: wrong === 0, epochs, mistakes, wrong }
}

/** Processes each row once. Corrects the weights after each mistake, and returns the number of mistakes. */
function runEpoch(neuron: Neuron, { dataset, labels }: Examples, order: Uint32Array): number {
  const { inputs, width, scale } = dataset
  const { weights } = neuron
  let mistakes = 0
  for (const row of order) {
    const from = row * width
    const correction = labels[row] - decide(neuron, inputs, from, scale)
    if (correction === 0) continue
    for (let i = 0; i < width; i++) weights[i] += correction * (inputs[from + i] * scale)
    neuron.bias += correction
    mistakes++
  }
  return mistakes
}

function countWrong(neuron: Neuron, { dataset, labels }: Examples): number {
  const { inputs, width, scale, rows } = dataset
  let wrong = 0
  for (let row = 0; row < rows; row++) if (decide(neuron, inputs, row * width, scale) !== labels[row]) wrong++
  return wrong
}

type Verdict = Pick<Learned, 'separable' | 'reason' | 'commonPoint'>

const allCorrect: Verdict = {
  separable: true,
  reason: 'this perceptron classifies every row correctly',
  commonPoint: undefined,
}

/**
 * Decides whether any weights classify every row correctly. It is called only if training has not found such weights.
 */
function judge({ dataset, labels }: Examples): Verdict {
  const { inputs, width, scale } = dataset
  const obstacle = whyNotProvable(inputs, width, scale)
  if (obstacle) {
    const reason = `the rule found no weights that classify every row correctly, and ${obstacle}`
    return { separable: undefined, reason, commonPoint: undefined }
  }
  const commonPoint = findCommonPoint(
    Float64Array.from(inputs, (value) => value * scale),
    width,
    labels,
  )
  if (!commonPoint) {
    const reason = 'some weights classify every row correctly, but the rule needs more epochs to find them'
    return { separable: true, reason, commonPoint }
  }
  const zeros = commonPoint.filter(({ label }) => label === 0).length
  const meanOf = (rows: number): string => (rows === 1 ? 'a row' : `a weighted mean of ${rows} rows`)
  const reason = `${meanOf(zeros)} labeled 0 equals ${meanOf(commonPoint.length - zeros)} labeled 1, and no point is on both sides of a plane`
  return { separable: false, reason, commonPoint }
}
