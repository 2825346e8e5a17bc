import { classCount, classOf } from '../../base/argmax.js'
import { DataError } from '../../base/errors.js'
import type { FloatArray } from '../../base/memory.js'
import { labelError } from '../../data/labels.js'
import type { SourceName } from '../../program/kernels.js'
import type { Source } from '../backend.js'
import type { Operands, Run } from './bind.js'

/** Returns an array of the source. If the array is missing, throws the same error as the native backend. */
export function need<S extends SourceName>(source: Source, name: S): NonNullable<Source[S]> {
  const array = source[name]
  if (!array) throw new DataError(`the run has no ${name}`)
  return array
}

/**
 * Returns order[position], the index of a row in the dataset. If the source has no `order`, returns `position`. `rows`
 * is the number of rows in the dataset.
 * @throws DataError if `order` has no element at `position`, or if the row is not in the dataset
 */
export function rowAt({ order }: Source, position: number, rows: number): number {
  if (order && position >= order.length)
    throw new DataError(`row ${position} of the run: the order has ${order.length}`)
  const row = order ? order[position] : position
  if (row >= rows) throw new DataError(`row ${row} of the dataset: it has ${rows}`)
  return row
}

function checkResult(name: SourceName, needed: number, length: number): void {
  if (needed > length) throw new DataError(`${name} has ${length} elements, the run needs ${needed}`)
}

/**
 * Multiplies `width` numbers by `factor` and writes the products to `out`, four at a time. All four numbers are read
 * before any product is written, because after each write V8 checks the array `numbers` again.
 */
function copyScaled(
  numbers: FloatArray | Uint8Array,
  from: number,
  width: number,
  factor: number,
  out: FloatArray,
  to: number,
): void {
  const end = from + width
  for (const last = end - 3; from < last; from = (from + 4) | 0, to = (to + 4) | 0) {
    const v0 = numbers[from] * factor
    const v1 = numbers[(from + 1) | 0] * factor
    const v2 = numbers[(from + 2) | 0] * factor
    const v3 = numbers[(from + 3) | 0] * factor
    out[to] = v0
    out[(to + 1) | 0] = v1
    out[(to + 2) | 0] = v2
    out[(to + 3) | 0] = v3
  }
  for (; from < end; from = (from + 1) | 0, to = (to + 1) | 0) out[to] = numbers[from] * factor
}

/** out (rows x width) = scale * the inputs of the rows in the current batch */
export function gatherInputs({ rows, width, scale, out }: Operands<'gatherInputs'>, run: Run): void {
  const inputs = need(run.source, 'inputs')
  const factor = scale[0]
  for (let r = 0; r < rows; r++) {
    const row = rowAt(run.source, run.place + r, Math.floor(inputs.length / width))
    copyScaled(inputs, row * width, width, factor, out, r * width)
  }
}

/** out (rows x width) = (scale * the inputs of the rows in the current batch - means) * factors */
export function gatherStandardized(
  { rows, width, scale, means, factors, out }: Operands<'gatherStandardized'>,
  run: Run,
): void {
  const inputs = need(run.source, 'inputs')
  const factor = scale[0]
  for (let r = 0, i = 0; r < rows; r++) {
    const start = width * rowAt(run.source, run.place + r, Math.floor(inputs.length / width))
    for (let j = 0; j < width; j++, i++) out[i] = (inputs[start + j] * factor - means[j]) * factors[j]
  }
}

/** out (rows x width) = the targets of the rows in the current batch */
export function gatherTargets({ rows, width, out }: Operands<'gatherTargets'>, run: Run): void {
  const targets = need(run.source, 'targets')
  for (let r = 0; r < rows; r++) {
    const row = rowAt(run.source, run.place + r, Math.floor(targets.length / width))
    copyScaled(targets, row * width, width, 1, out, r * width)
  }
}

/**
 * out (rows x classes) = 1 in the column of each row's label, and 0 elsewhere. A single column stands for class 1 of
 * two, so it gets the label itself.
 */
export function oneHot({ rows, classes, out }: Operands<'oneHot'>, run: Run): void {
  const labels = need(run.source, 'labels')
  out.fill(0, 0, rows * classes)
  for (let r = 0; r < rows; r++) {
    const row = rowAt(run.source, run.place + r, labels.length)
    const label = labels[row]
    // Labels are checked before a run. The user may have changed one since.
    if (label < 0 || label >= classCount(classes)) throw labelError(label, row, classes)
    if (classes === 1) out[r] = label
    else out[r * classes + label] = 1
  }
}

/** Writes the matrix `a` (rows x columns) to the rows of `outputs` that belong to the current batch. */
export function storeOutputs({ rows, columns, a }: Operands<'storeOutputs'>, run: Run): void {
  const outputs = need(run.source, 'outputs')
  const start = run.position * columns
  checkResult('outputs', start + rows * columns, outputs.length)
  for (let i = 0; i < rows * columns; i++) outputs[start + i] = a[i]
}

/** Writes the class of each row of the matrix `a` to the elements of `classes` that belong to the current batch. */
export function storeClasses({ rows, columns, a }: Operands<'storeClasses'>, run: Run): void {
  const classes = need(run.source, 'classes')
  checkResult('classes', run.position + rows, classes.length)
  for (let r = 0; r < rows; r++) classes[run.position + r] = classOf(a, r * columns, columns)
}

/** Returns the largest of `count` numbers, or NaN if one of the numbers is NaN. */
export function largestOf(values: FloatArray, from: number, count: number): number {
  let largest = values[from]
  for (let i = from + 1; i < from + count; i++) if (values[i] > largest || Number.isNaN(values[i])) largest = values[i]
  return largest
}
