import { checkInteger, checkKeys } from '../base/checks.js'
import { DataError, optionError } from '../base/errors.js'
import { createRandom, shuffle } from '../base/random.js'
import { Dataset } from '../data/dataset.js'
import { copyRows, type Rows } from '../engine/input-rows.js'
import { type ClassShare, findCommonPoint, whyNotProvable } from './separability.js'

export interface PerceptronTrainOptions {
  /** How often the rows are gone through, at most. Default 100. */
  readonly epochs?: number
  /** true: a seeded order each epoch; false: as the rows lie (default). */
  readonly shuffle?: boolean
  /** Where the orders come from. Default 0. */
  readonly seed?: number
}

/** What came of learning. */
export interface Learned {
  /** Whether any perceptron decides every row as its label says; undefined where that is not known. */
  readonly separable: boolean | undefined
  /** Whether this one does. */
  readonly converged: boolean
  /** Epochs gone through, with the one that made no mistake. */
  readonly epochs: number
  /** How often the weights were corrected. */
  readonly mistakes: number
  /** How many rows are decided wrongly in the end. */
  readonly wrong: number
  /** How `separable` is known, or why it is not: one sentence. */
  readonly reason: string
  /**
   * The proof where `separable` is false: a weighted mean of rows labeled 0 that is one of rows labeled 1 too, and no
   * point is on both sides of a plane. At most inputs + 2 rows.
   */
  readonly commonPoint: readonly ClassShare[] | undefined
}

/** What decides: 1 where the weighted sum and the bias exceed 0. */
export interface Neuron {
  readonly weights: Float64Array
  bias: number
}

/** A dataset whose labels are there, and 0 or 1. */
export interface Examples {
  readonly dataset: Dataset
  readonly labels: ArrayLike<number>
}

/** The decision on the row that begins at `from` (Nielsen, equation 2). */
export function decide({ weights, bias }: Neuron, inputs: ArrayLike<number>, from: number, scale: number): 0 | 1 {
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += weights[i] * (inputs[from + i] * scale)
  return sum + bias > 0 ? 1 : 0
}

/** @throws DataError, OptionError */
export function createExamples(data: Dataset | Rows, given: unknown, width: number): Examples {
  if (data instanceof Dataset) {
    if (data.width !== width) {
      throw new DataError(`the dataset has rows of ${data.width} numbers, the perceptron takes ${width}`)
    }
    if (!data.labels) throw new DataError('the dataset has no labels to learn from')
    return { dataset: data, labels: checkLabels(data.labels) }
  }
  if (!isArrayLike(given)) throw optionError({ labels: given }, 'an array of a 0 or 1 for each row')
  const labels = checkLabels(given)
  const { inputs, scale } = copyRows('rows', data, width)
  return { dataset: new Dataset({ inputs, width, scale, labels }), labels }
}

function isArrayLike(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || ArrayBuffer.isView(value)
}

function checkLabels(labels: ArrayLike<number>): ArrayLike<number> {
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] !== 0 && labels[row] !== 1) {
      throw new DataError(`label ${labels[row]} at row ${row} must be 0 or 1, which is all that a perceptron decides`)
    }
  }
  return labels
}

/** Runs Rosenblatt's rule on the neuron, and leaves it with its best weights. @throws OptionError */
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
    // Weights that have overflowed are no weights to keep, whatever they happen to decide.
    if (wrong >= pocket.wrong || !neuron.weights.every(Number.isFinite)) continue
    Object.assign(pocket, { weights: neuron.weights.slice(), bias: neuron.bias, wrong })
  }
  neuron.weights.set(pocket.weights)
  neuron.bias = pocket.bias
  const { wrong } = pocket
  const verdict = wrong === 0 ? allRight : judge(examples)
  return { ...verdict, converged: wrong === 0, epochs, mistakes, wrong }
}

/** Corrects the weights at each mistake, and counts those. */
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

const allRight: Verdict = {
  separable: true,
  reason: 'this perceptron decides every row as its label says',
  commonPoint: undefined,
}

/** What can be said about rows that the rule has not come to the end of. */
function judge({ dataset, labels }: Examples): Verdict {
  const { inputs, width, scale } = dataset
  const obstacle = whyNotProvable(inputs, width, scale)
  if (obstacle) {
    const reason = `the rule found no weights that decide every row as its label says, and ${obstacle}`
    return { separable: undefined, reason, commonPoint: undefined }
  }
  const commonPoint = findCommonPoint(
    Float64Array.from(inputs, (value) => value * scale),
    width,
    labels,
  )
  if (!commonPoint) {
    const reason = 'weights that decide every row as its label says exist, but the rule needs more epochs to find them'
    return { separable: true, reason, commonPoint }
  }
  const zeros = commonPoint.filter(({ label }) => label === 0).length
  const meanOf = (rows: number): string => (rows === 1 ? 'a row' : `a weighted mean of ${rows} rows`)
  const reason = `${meanOf(zeros)} labeled 0 equals ${meanOf(commonPoint.length - zeros)} labeled 1, and no point is on both sides of a plane`
  return { separable: false, reason, commonPoint }
}
