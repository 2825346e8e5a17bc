import { checkInteger, checkKeys } from '../base/checks.js'
import { DataError, inspectValue, OptionError, optionError } from '../base/errors.js'
import { isBytes } from '../base/typed-arrays.js'
import { type Dataset, isDataset } from '../data/dataset.js'
import type { Labels } from '../data/labels.js'
import { inputsAfter, type NetworkInputs } from '../engine/input-names.js'
import type { NetworkRange } from '../engine/input-range.js'
import type { Rows } from '../engine/input-rows.js'
import {
  createExamples,
  decide,
  type Learned,
  learn,
  type Neuron,
  type PerceptronTrainOptions,
} from './perceptron-rule.js'

export interface PerceptronOptions {
  /** A weight for each input. Use either `weights` or `inputs`. */
  readonly weights?: ArrayLike<number>
  /** The number of inputs. All weights start at 0. */
  readonly inputs?: number
  /** The number added to the weighted sum. Default 0. */
  readonly bias?: number
  /**
   * The perceptron decides 1 if the weighted sum is above the threshold. The threshold is the negative bias, so use
   * either `bias` or `threshold`.
   */
  readonly threshold?: number
}

/**
 * Rosenblatt's perceptron is a neuron that decides yes or no from the weighted sum of its inputs, as in chapter 1 of
 * Nielsen's book. It computes in float64.
 *
 * @example
 * ```ts
 * import { Dataset, Perceptron } from 'descent-nn'
 *
 * const perceptron = new Perceptron({ inputs: 2 })
 * const and = new Dataset({ inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], labels: [0, 0, 0, 1] })
 * console.log(perceptron.learn(and).converged, perceptron.decide([1, 1]))
 * ```
 */
export class Perceptron {
  /** One weight for each input. The array is a live view: its values change as the perceptron learns. */
  readonly weights: Float64Array
  readonly #neuron: Neuron
  #inputs: NetworkInputs & NetworkRange

  /**
   * Makes a perceptron with the given weights, or an untrained one with all weights 0.
   *
   * @param options The weights or the number of inputs, and the bias or the threshold, which is -bias.
   * @throws OptionError if an option is wrong
   * @example
   * ```ts
   * import { Perceptron } from 'descent-nn'
   *
   * const festival = new Perceptron({ weights: [6, 2, 2], threshold: 5 })
   * console.log(festival.decide([1, 0, 0]))
   * ```
   */
  constructor(options: PerceptronOptions) {
    if (typeof options !== 'object' || options === null)
      throw optionError({ options }, 'an object with weights or inputs')
    checkKeys('perceptron', options, ['weights', 'inputs', 'bias', 'threshold'])
    const { weights, inputs, bias, threshold } = options
    if ((weights === undefined) === (inputs === undefined)) {
      throw new OptionError('a perceptron needs either weights or a number of inputs')
    }
    if (bias !== undefined && threshold !== undefined) {
      throw new OptionError('a perceptron needs either a bias or a threshold, which is -bias, not both')
    }
    if (threshold !== undefined) checkFinite({ threshold })
    if (bias !== undefined) checkFinite({ bias })
    this.weights = weights === undefined ? createWeights(inputs) : copyWeights(weights)
    this.#neuron = { weights: this.weights, bias: bias ?? 0 - (threshold ?? 0) }
    const spec = { inputs: this.weights.length }
    this.#inputs = { owner: 'perceptron', spec, kept: { inputNames: undefined }, dtype: 'float64' }
  }

  get bias(): number {
    return this.#neuron.bias
  }

  /** The threshold, which is the negative bias. The perceptron decides 1 if the weighted sum is above it. */
  get threshold(): number {
    return 0 - this.#neuron.bias
  }

  /**
   * The names of the inputs, which are those of the first dataset with column names that the perceptron learned from.
   * Undefined if it has not learned from such a dataset.
   */
  get inputNames(): readonly string[] | undefined {
    return this.#inputs.kept.inputNames
  }

  /**
   * Returns the decision for one row: 1 if the weighted sum of its numbers plus the bias is above 0, otherwise 0
   * (Nielsen, equation 2).
   *
   * @param x A number for each input. Bytes are scaled by 1/255, as in a dataset.
   * @returns 1 or 0.
   * @throws DataError if the row has the wrong width or a number that is not finite
   */
  decide(x: ArrayLike<number>): 0 | 1 {
    const width = this.weights.length
    if (x?.length !== width) {
      throw new DataError(`x must have ${width} numbers, one for each weight, not ${x?.length ?? inspectValue(x)}`)
    }
    for (let i = 0; i < width; i++) {
      if (!Number.isFinite(x[i])) throw new DataError(`x[${i}] must be a finite number, not ${inspectValue(x[i])}`)
    }
    return decide(this.#neuron, x, 0, isBytes(x) ? 1 / 255 : 1)
  }

  /**
   * Learns by Rosenblatt's rule ("Principles of Neurodynamics", 1962), synchronously. For each row `x` with the label
   * `y`, it adds `(y - decide(x)) * x` to the weights, and `y - decide(x)` to the bias. Learning ends after an epoch
   * without mistakes, or after the maximum number of epochs.
   *
   * Suppose that a perceptron with weights w and bias b classifies all rows correctly, and that the vector (w, b) has
   * the length 1. Then learning from zero weights takes at most (R / margin)^2 corrections (Novikoff, "On convergence
   * proofs on perceptrons", 1962). R is the length of the longest vector (x, 1). The margin is the smallest |w x + b|
   * over all rows.
   *
   * If every epoch makes a mistake, the perceptron keeps the weights that misclassified the fewest rows at the end of
   * an epoch (the pocket algorithm: Gallant, "Perceptron-based learning algorithms", 1990). It then calculates, without
   * rounding errors, whether other weights would classify all rows correctly. This calculation may take seconds. For n
   * inputs, it is made only if n is at most 30 and there are at most 1,000,000 / n^2 rows.
   *
   * After the first dataset with column names, the columns of further datasets are found by name, as a network does.
   * @throws OptionError if an option is wrong; DataError if a label is neither 0 nor 1, a column is missing, or a row
   * has the wrong width or a number that is not finite
   */
  learn(dataset: Dataset, options?: PerceptronTrainOptions): Learned
  learn(rows: Rows, labels: Labels, options?: PerceptronTrainOptions): Learned
  learn(data: Dataset | Rows, second?: Labels | PerceptronTrainOptions, third?: PerceptronTrainOptions): Learned {
    const [labels, options = {}] = isDataset(data) ? [undefined, second] : [second, third]
    const examples = createExamples(data, labels, this.#inputs)
    const learned = learn(this.#neuron, examples, options as PerceptronTrainOptions)
    this.#inputs = { ...this.#inputs, ...inputsAfter(this.#inputs, examples.dataset) }
    return learned
  }
}

function checkFinite(option: Record<string, unknown>): void {
  const [value] = Object.values(option)
  if (!Number.isFinite(value)) throw optionError(option, 'a finite number')
}

function createWeights(inputs = 0): Float64Array {
  checkInteger({ inputs }, 1)
  return new Float64Array(inputs)
}

function copyWeights(weights: ArrayLike<number>): Float64Array {
  if (!(weights?.length > 0)) throw optionError({ weights }, 'an array of at least one number')
  for (let i = 0; i < weights.length; i++) checkFinite({ [`weights[${i}]`]: weights[i] })
  return Float64Array.from(weights)
}
