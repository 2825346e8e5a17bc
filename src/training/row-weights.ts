import { OptionError, optionError } from '../base/errors.js'
import { allocate } from '../base/memory.js'
import { checkAttached } from '../base/typed-arrays.js'
import type { Dataset } from '../data/dataset.js'

export interface WeightOptions {
  /**
   * The weight of each class. With 'balanced', the weight of a class is the number of all rows, divided by the number
   * of classes and by the number of rows of the class. This is the rule of scikit-learn, except that classes without
   * rows are not counted.
   */
  readonly classWeights?: ArrayLike<number> | 'balanced'
  /** The weight of each training row. The cost of a row is multiplied by its weight. */
  readonly sampleWeights?: ArrayLike<number>
}

/** Returns the weight of each row, or undefined if all rows count the same. @throws OptionError if a weight is wrong */
export function rowWeights(
  training: Dataset,
  classes: number,
  { classWeights, sampleWeights }: WeightOptions,
): Float64Array | undefined {
  if (classWeights === undefined && sampleWeights === undefined) return undefined
  const { rows, labels } = training
  const weights = allocate(Float64Array, rows).fill(1)
  if (sampleWeights !== undefined) {
    checkWeights('sampleWeights', sampleWeights, rows, 'row')
    for (let row = 0; row < rows; row++) weights[row] = sampleWeights[row]
  }
  if (classWeights !== undefined) {
    if (!labels) throw new OptionError('classWeights need a training dataset with labels', { option: 'classWeights' })
    const ofClass = classWeights === 'balanced' ? balanced(labels, classes) : classWeights
    checkWeights('classWeights', ofClass, classes, 'class')
    for (let row = 0; row < rows; row++) weights[row] *= ofClass[labels[row]]
  }
  return weights
}

function balanced(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (const label of labels) counts[label]++
  const present = counts.filter((count) => count > 0).length
  return counts.map((count) => (count > 0 ? labels.length / (present * count) : 0))
}

export function checkWeights(name: string, weights: ArrayLike<number>, count: number, what: string): void {
  if (typeof weights !== 'object' || weights === null || typeof weights.length !== 'number') {
    throw optionError({ [name]: weights }, `a list of ${count} numbers`)
  }
  checkAttached(name, weights)
  if (weights.length !== count) {
    const message = `${name} must have one number for each ${what}, ${count} in all, not ${weights.length}`
    throw new OptionError(message, { option: name, value: weights })
  }
  for (let i = 0; i < count; i++) {
    if (!(Number.isFinite(weights[i]) && weights[i] >= 0)) {
      throw optionError({ [`${name}[${i}]`]: weights[i] }, 'a number of at least 0')
    }
  }
}
