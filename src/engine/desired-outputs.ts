import { DataError } from '../base/errors.js'
import { allocate, type FloatArray } from '../base/memory.js'
import { checkAttached, isFloat32Array, isFloat64Array, typedArrayName } from '../base/typed-arrays.js'
import { type NetworkDescription, outputsOf } from '../compile/spec.js'
import { checkLabels, copyLabels } from '../data/dataset.js'
import { copyTargets, type Rows } from './input-rows.js'

/**
 * The desired outputs of some rows: either a class number for each row, or targets (rows x outputs). If the network has
 * a single output, the classes 0 and 1 are also its targets. Then only a typed array of integers counts as class numbers.
 */
export type Answers = Rows | ArrayLike<number> | ArrayLike<bigint>

/** Desired outputs as a job takes them. */
export type DesiredOutputs =
  | { readonly answers: 'labels'; readonly source: { readonly labels: Int32Array } }
  | { readonly answers: 'targets'; readonly source: { readonly targets: FloatArray } }

/**
 * Copies the labels or the targets of `size` rows.
 * @throws DataError if their number or their values do not fit the network
 */
export function copyAnswers(y: Answers, size: number, spec: NetworkDescription): DesiredOutputs {
  const outputs = outputsOf(spec)
  checkAttached('y', y)
  if (isFlat(y)) {
    if (y.length === size && (outputs > 1 || isIntegerArray(y))) {
      const labels = copyLabels(y, allocate(Int32Array, size))
      checkLabels({ labels }, outputs)
      return { answers: 'labels', source: { labels } }
    }
    if (outputs > 1 && y.length !== size * outputs) {
      const targets = `${size * outputs} (targets: ${size} x ${outputs}, rows x outputs)`
      throw new DataError(`y must have a length of ${size} (labels) or ${targets}, not ${y.length}`)
    }
  }
  return { answers: 'targets', source: { targets: copyTargets('y', y as Rows, size, spec) } }
}

function isFlat(y: Answers): boolean {
  if (!Array.isArray(y)) return typedArrayName(y) !== undefined
  return y.length === 0 || typeof y[0] === 'number' || typeof y[0] === 'bigint'
}

function isIntegerArray(y: Answers): y is ArrayLike<number> {
  return typedArrayName(y) !== undefined && !isFloat32Array(y) && !isFloat64Array(y)
}
