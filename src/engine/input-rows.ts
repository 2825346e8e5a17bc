import { DataError, inspectValue, optionError } from '../base/errors.js'
import { allocate, type FloatArray } from '../base/memory.js'
import { areByteRows, checkAttached, isBytes, isFloat32Array, isNumbers } from '../base/typed-arrays.js'
import { type NetworkDescription, outputsOf } from '../compile/spec.js'
import { checkFinite, checkLabels, Dataset, type InputArray, isDataset } from '../data/dataset.js'
import { setNumbers } from '../data/set-numbers.js'
import { checkInputs, matchInputs, type NetworkInputs } from './input-names.js'
import { checkRange, type NetworkRange } from './input-range.js'

/**
 * One row or several rows, as a flat array that contains one row after another, or as an array of rows. Bytes are
 * scaled by 1/255, as in a dataset. An array of rows must not mix rows of bytes with other rows.
 */
export type Rows = Numbers | readonly ArrayLike<number>[]

/**
 * The numbers of one or several rows, as a flat array. The type Uint8ClampedArray is included, because the pixels of a
 * canvas have this type.
 */
export type Numbers = InputArray | Uint8ClampedArray | readonly number[]

function isFlat(rows: Rows): rows is Numbers {
  return ArrayBuffer.isView(rows) || rows.length === 0 || typeof rows[0] === 'number'
}

/**
 * Returns the numbers of one or several rows as a flat array.
 * @throws DataError if a row does not have `width` numbers
 */
export function flatRows(name: string, rows: Rows, width: number): Numbers {
  if (!isNumbers(rows)) throw optionError({ [name]: rows }, 'a typed array, an array of numbers or an array of rows')
  checkAttached(name, rows)
  const flat = isFlat(rows) ? rows : flatten(name, rows, width)
  if (flat.length === 0) throw new DataError(`${name} has no rows`)
  if (flat.length % width !== 0) {
    throw new DataError(`${name} has ${flat.length} numbers, which is not a multiple of the ${width} that a row has`)
  }
  return flat
}

/**
 * Allocates an array into which these numbers can be copied. Returns the array and the factor by which the network
 * scales the numbers.
 */
export function memoryFor(flat: Numbers): { inputs: InputArray; scale: number } {
  if (isBytes(flat)) return { inputs: allocate(Uint8Array, flat.length), scale: 1 / 255 }
  return {
    inputs: allocate<InputArray>(isFloat32Array(flat) ? Float32Array : Float64Array, flat.length),
    scale: 1,
  }
}

/** Copies rows into a new flat array. @throws DataError if a row does not have `width` numbers */
export function copyRows(name: string, rows: Rows, width: number): { inputs: InputArray; size: number; scale: number } {
  const flat = flatRows(name, rows, width)
  const { inputs, scale } = memoryFor(flat)
  setNumbers(name, inputs, flat, width)
  return { inputs, size: flat.length / width, scale }
}

/**
 * Copies the inputs of rows that are no dataset, as `copyRows` does, and checks that a network can take them.
 * @throws DataError if a row does not have as many numbers as the network has inputs, or if a number is not finite in
 * the network's dtype
 */
export function copyInputs(
  name: string,
  rows: Rows,
  network: NetworkRange & { readonly spec: NetworkDescription },
): ReturnType<typeof copyRows> {
  const width = network.spec.inputs
  const copy = copyRows(name, rows, width)
  checkFinite(name, copy.inputs, width)
  checkRange(name, { inputs: copy.inputs, width }, network)
  return copy
}

/**
 * Copies the targets (rows x outputs) of `size` rows into a new flat array.
 * @throws DataError if a row does not have as many numbers as the network has outputs, if there are not `size` rows, or
 * if a number cannot be a target of the network
 */
export function copyTargets(name: string, rows: Rows, size: number, spec: NetworkDescription): FloatArray {
  const outputs = outputsOf(spec)
  const { inputs: targets, size: found } = copyRows(name, rows, outputs)
  if (found !== size) throw new DataError(`${name} has ${found} rows, x has ${size}`)
  if (isBytes(targets)) throw new DataError(`${name} must be floats, not bytes`)
  checkFinite(name, targets, outputs)
  checkProbabilities(name, targets, spec)
  return targets
}

/**
 * Rounds the number of rows in a batch up to a multiple of `chunkRows`, or to a power of two if the number is smaller
 * than `chunkRows`. The engine must prepare a new list of kernel calls for each different number of rows. The rounding
 * limits how often this happens.
 */
export function paddedRows(count: number, chunkRows: number): number {
  if (count >= chunkRows) return Math.ceil(count / chunkRows) * chunkRows
  return Math.min(chunkRows, 2 ** Math.ceil(Math.log2(count)))
}

function flatten(name: string, rows: readonly ArrayLike<number>[], width: number): InputArray {
  const flat = new (areByteRows(name, rows) ? Uint8Array : Float64Array)(rows.length * width)
  for (const [r, row] of rows.entries()) {
    if (!isNumbers(row)) throw new DataError(`${name} row ${r} must be an array of numbers, not ${inspectValue(row)}`)
    checkAttached(`${name} row ${r}`, row)
    if (row.length !== width) throw new DataError(`${name} row ${r} has ${row.length} numbers instead of ${width}`)
    setNumbers(name, flat, row, width, r)
  }
  return flat
}

/**
 * Returns the rows as a dataset for the network. If both the dataset and the network have names, its columns are found
 * by name, see `matchInputs`. Rows that are no dataset are copied into one.
 * @throws DataError if the dataset lacks a column, if a row does not have as many numbers as the network has inputs, or
 * if a number is not finite in the network's dtype
 */
export function datasetOf(rows: Rows | Dataset, network: NetworkInputs & NetworkRange): Dataset {
  if (isDataset(rows)) return matchInputs('the dataset', rows, network)
  const width = network.spec.inputs
  const flat = flatRows('rows', rows, width)
  const dtype = isBytes(flat) ? 'uint8' : isFloat32Array(flat) ? 'float32' : 'float64'
  const dataset = Dataset.allocate({ rows: flat.length / width, width, dtype })
  setNumbers('rows', dataset.inputs, flat, width)
  checkFinite('rows', dataset.inputs, width)
  checkRange('rows', dataset, network)
  return dataset
}

/**
 * Checks that the dataset fits the network and has labels or targets.
 * @throws OptionError if the value is not a Dataset, DataError if its rows, labels or targets do not fit the network
 */
export function checkExamples(
  name: string,
  dataset: Dataset,
  { spec, kept }: NetworkInputs & { readonly spec: NetworkDescription },
): void {
  if (!isDataset(dataset)) throw optionError({ [name]: dataset }, 'a Dataset')
  checkInputs(name, dataset, { spec, kept })
  const outputs = outputsOf(spec)
  if (dataset.targets) {
    if (dataset.targetWidth !== outputs) {
      throw new DataError(`${name} has targets of ${dataset.targetWidth} numbers, the network gives ${outputs}`)
    }
    checkProbabilities(name, dataset.targets, spec)
  } else if (!dataset.labels) throw new DataError(`${name} has neither labels nor targets to learn from`)
  checkLabels(dataset, outputs)
}

/**
 * If the network has the cross-entropy cost, checks that all targets are from 0 to 1, as probabilities are. Otherwise
 * the cost could be negative without limit. If the outputs are softmax, also checks that the targets of each row add up
 * to 1, as the outputs do. The checks allow for the rounding of each target to float32.
 * @throws DataError if a target is out of range, or if the targets of a row do not add up to 1
 */
export function checkProbabilities(name: string, targets: ArrayLike<number>, spec: NetworkDescription): void {
  const { activation, outputs } = spec.layers[spec.layers.length - 1]
  if (spec.cost !== 'cross-entropy') return
  const rounding = 2 ** -23
  for (let i = 0; i < targets.length; i++) {
    if (targets[i] >= -rounding && targets[i] <= 1 + rounding) continue
    throw new DataError(
      `${name} has the target ${targets[i]} at row ${Math.floor(i / outputs)}, column ${i % outputs}: the cost cross-entropy takes targets from 0 to 1`,
    )
  }
  if (activation !== 'softmax') return
  for (let start = 0; start < targets.length; start += outputs) {
    let sum = 0
    for (let i = start; i < start + outputs; i++) sum += targets[i]
    if (Math.abs(sum - 1) <= outputs * rounding) continue
    throw new DataError(
      `${name} has targets that add up to ${sum} at row ${start / outputs}: the cross-entropy of softmax outputs takes targets that add up to 1`,
    )
  }
}
