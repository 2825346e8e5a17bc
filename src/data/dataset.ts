import { classCount } from '../base/argmax.js'
import { checkInteger, checkKeys } from '../base/checks.js'
import { DataError, inspectValue, OptionError, optionError } from '../base/errors.js'
import { allocateShared, type FloatArray } from '../base/memory.js'
import {
  areByteRows,
  checkAttached,
  isBigInts,
  isBytes,
  isFloat32Array,
  isFloat64Array,
  isNumbers,
  isUint8Array,
  typedArrayName,
} from '../base/typed-arrays.js'
import { areColumnNames, checkColumnNames } from './input-names.js'
import { isClassNumber, type Labels, labelAt, labelError } from './labels.js'
import { setNumbers } from './set-numbers.js'

/** What the inputs of a dataset may be, in error messages. */
const expectedInputs = 'a Uint8Array, Float32Array, Float64Array or an array of rows'

/**
 * An array that stores the inputs of a dataset. Inputs given as bytes are stored as bytes. They are scaled only when
 * the rows of a batch are copied for the network.
 */
export type InputArray = Uint8Array | FloatArray

export interface DatasetOptions {
  /**
   * The inputs: either rows x width numbers in row-major order, or an array of rows. An array of rows must not mix
   * rows of bytes with other rows.
   */
  inputs: InputArray | Uint8ClampedArray | readonly ArrayLike<number>[]
  /** The number of inputs in each row. Optional if `inputs` is an array of rows. */
  width?: number
  /**
   * The factor that multiplies each input before a network uses it. Default 1/255 for bytes and 1 for floats. Pixels from
   * 0 to 255 that are stored as floats need 1/255 too, because with such large inputs a network learns badly.
   */
  scale?: number
  /**
   * The name of each column of the inputs, in their order. A network that is trained on the dataset keeps the names, and
   * then finds the columns of other datasets by name.
   */
  inputNames?: readonly string[] | undefined
  /**
   * The class number of each row, counted from 0, as a number or a bigint. Labels can also be an array of rows with one
   * number each.
   */
  labels?: Labels
  /** The desired outputs of the network for each row, as rows x outputs numbers. Use either `labels` or `targets`. */
  targets?: FloatArray | Uint8Array | readonly ArrayLike<number>[]
}

export interface DatasetShape {
  rows: number
  width: number
  /** How inputs are stored. Default 'uint8'. */
  dtype?: 'uint8' | 'float32' | 'float64'
  scale?: number
  /** The name of each column of the inputs, in their order. Default: columns have no names. */
  inputNames?: readonly string[] | undefined
  /** Whether rows have labels. Default false. */
  labels?: boolean
  /** The number of targets in each row. Default 0, which means no targets. */
  targetWidth?: number
  /** How targets are stored. Default 'float64' if `dtype` is 'float64', else 'float32'. */
  targetDtype?: 'float32' | 'float64'
}

/** The size of one input of each type, in bytes. */
export const inputBytes = { uint8: 1, float32: 4, float64: 8 }

type Fields = Pick<Dataset, 'inputs' | 'width' | 'scale' | 'inputNames' | 'labels' | 'targets' | 'targetWidth' | 'rows'>

/** Returns a dataset with other inputs and names, but with the same labels and targets, which are not copied. */
export let withInputs: (
  dataset: Dataset,
  columns: Pick<Dataset, 'inputs' | 'width'> & { readonly inputNames: readonly string[] | undefined },
) => Dataset

const arrayTypes = { uint8: Uint8Array, float32: Float32Array, float64: Float64Array }

/** Returns how inputs are stored, as in `DatasetShape`. */
export function dtypeOf(inputs: InputArray): 'uint8' | 'float32' | 'float64' {
  if (isUint8Array(inputs)) return 'uint8'
  return isFloat32Array(inputs) ? 'float32' : 'float64'
}

/**
 * Examples for training, evaluation or prediction. An example for training or evaluation has a row of inputs, and
 * either a label or a row of targets. An example for prediction needs only the inputs. The constructor copies the
 * user's arrays, so later changes to them do not affect the dataset.
 *
 * The arrays of a dataset are in shared memory. For a library that refuses such arrays, as onnxruntime-node does with
 * "Invalid argument", make a copy: `dataset.inputs.slice()`.
 *
 * @example
 * ```ts
 * import { Dataset, Network } from 'descent-nn'
 *
 * const xor = new Dataset({ inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [[0], [1], [1], [0]] })
 * await new Network([2, 3, 1], { seed: 1 }).fit(xor, { epochs: 2000, batchSize: 4, learningRate: 5 })
 * ```
 */
export class Dataset {
  /** The inputs of all rows (rows x width, row-major). This is not a copy: writing to it changes the dataset. */
  readonly inputs: InputArray
  /** The number of inputs in each row. */
  readonly width: number
  /** The factor that multiplies each input before a network uses it. */
  readonly scale: number
  /** The name of each column of the inputs. Undefined if the columns have no names. */
  readonly inputNames: readonly string[] | undefined
  /** The class number of each row. */
  readonly labels: Int32Array | undefined
  /** The targets of all rows (rows x targetWidth, row-major). */
  readonly targets: FloatArray | undefined
  /** The number of targets in each row, or 0 if there are no targets. */
  readonly targetWidth: number
  /** The number of rows. */
  readonly rows: number

  static {
    withInputs = ({ scale, labels, targets, targetWidth, rows }, columns) =>
      Dataset.#fromFields({ ...columns, scale, labels, targets, targetWidth, rows })
  }

  /**
   * Creates a dataset from copies of the given arrays.
   *
   * @param options The inputs (rows x width), and labels or targets (rows x outputs).
   * @throws OptionError or DataError if shapes disagree, a number is not finite, or a label is not a class number
   * @example
   * ```ts
   * import { Dataset } from 'descent-nn'
   *
   * const flowers = new Dataset({ inputs: [[5.1, 3.5], [6.2, 2.9]], labels: [0, 1] })
   * const bytes = new Dataset({ inputs: new Uint8Array(2 * 784), width: 784, labels: [3, 7] })
   * console.log(flowers.rows, bytes.scale)
   * ```
   */
  constructor(options: DatasetOptions) {
    checkKeys('dataset', options, ['inputs', 'width', 'scale', 'inputNames', 'labels', 'targets'])
    const { inputs, labels, targets, scale } = options
    if (!isNumbers(inputs)) throw optionError({ inputs }, expectedInputs)
    for (const [name, numbers] of Object.entries({ inputs, labels, targets })) checkAttached(name, numbers)
    const width = options.width ?? widthOfRows('inputs', inputs)
    if (width === undefined) throw new OptionError('width must be given where inputs is a typed array')
    checkInteger({ width }, 1)
    if (labels && targets) throw new OptionError('a dataset has labels or targets, not both')
    this.width = width
    this.inputs = copyRows('inputs', inputs, width, holdsBytes('inputs', inputs))
    this.rows = this.inputs.length / width
    if (this.rows === 0) throw new DataError('the dataset has no rows')
    this.scale = checkScale(scale, this.inputs)
    this.inputNames = checkColumnNames(options.inputNames, width)
    if (labels) {
      if (labels.length !== this.rows) {
        throw new DataError(`labels must have one number for each of the ${this.rows} rows, not ${labels.length}`)
      }
      this.labels = copyLabels(labels, allocateShared(Int32Array, this.rows))
    }
    this.targetWidth = 0
    if (targets) {
      const targetWidth = widthOfRows('targets', targets) ?? targets.length / this.rows
      if (!Number.isInteger(targetWidth) || targetWidth === 0) {
        throw new DataError(`targets must be a multiple of the ${this.rows} rows long, not ${targets.length}`)
      }
      // Store targets as floats even if they are given as bytes, because the network uses them as floats and does not
      // scale them.
      this.targets = copyRows('targets', targets, targetWidth, false) as FloatArray
      this.targetWidth = targetWidth
      if (this.targets.length !== this.rows * targetWidth) {
        throw new DataError(
          `targets must have one row for each of the ${this.rows} rows of inputs, not ${this.targets.length / targetWidth}`,
        )
      }
    }
    checkFinite('inputs', this.inputs, width)
    if (this.targets) checkFinite('targets', this.targets, this.targetWidth)
  }

  /**
   * Creates a dataset of zeros, for the caller to fill in.
   *
   * @param shape The number of rows, their width, how inputs are stored, and whether rows have labels or targets.
   * @returns The dataset. Write to its `inputs`, `labels` and `targets`.
   * @throws OptionError if the shape is wrong; MemoryError if there is too little memory
   * @example
   * ```ts
   * import { Dataset } from 'descent-nn'
   *
   * const dataset = Dataset.allocate({ rows: 1000, width: 3, dtype: 'float32', labels: true })
   * for (let row = 0; row < dataset.rows; row++) {
   *   dataset.inputs.set([row, row ** 2, 1], 3 * row)
   *   if (dataset.labels) dataset.labels[row] = row % 2
   * }
   * ```
   */
  static allocate(shape: DatasetShape): Dataset {
    checkKeys('dataset', shape, [
      'rows',
      'width',
      'dtype',
      'scale',
      'inputNames',
      'labels',
      'targetWidth',
      'targetDtype',
    ])
    const { rows, width, dtype = 'uint8', scale, labels = false, targetWidth = 0 } = shape
    const { targetDtype = dtype === 'float64' ? 'float64' : 'float32' } = shape
    checkInteger({ rows }, 1)
    checkInteger({ width }, 1)
    checkInteger({ targetWidth }, 0)
    if (!(dtype in arrayTypes)) throw optionError({ dtype }, "'uint8', 'float32' or 'float64'")
    if (!['float32', 'float64'].includes(targetDtype)) throw optionError({ targetDtype }, "'float32' or 'float64'")
    if (labels && targetWidth) throw new OptionError('a dataset has labels or targets, not both')
    const inputs: InputArray = allocateShared<InputArray>(arrayTypes[dtype], rows * width)
    return Dataset.#fromFields({
      inputs,
      width,
      scale: checkScale(scale, inputs),
      inputNames: checkColumnNames(shape.inputNames, width),
      labels: labels ? allocateShared(Int32Array, rows) : undefined,
      targets: targetWidth ? allocateShared<FloatArray>(arrayTypes[targetDtype], rows * targetWidth) : undefined,
      targetWidth,
      rows,
    })
  }

  /** Creates a dataset from checked fields, without copying them. */
  static #fromFields(fields: Fields): Dataset {
    return Object.assign(Object.create(Dataset.prototype), fields)
  }

  /**
   * Returns a dataset of consecutive rows, which shares the memory of this dataset.
   *
   * @param from The first row, from 0.
   * @param to The row after the last one. Default: the number of rows.
   * @returns A dataset of the rows from `from` to `to` - 1.
   * @throws OptionError if `from` or `to` is not a row number, or if there is no row between them
   * @example
   * ```ts
   * import { digits } from 'descent-nn'
   *
   * const all = await digits({ count: 6000, seed: 1 })
   * const [training, validation] = [all.slice(0, 5000), all.slice(5000)]
   * console.log(training.rows, validation.rows)
   * ```
   */
  slice(from: number, to: number = this.rows): Dataset {
    checkInteger({ from }, 0, this.rows - 1)
    checkInteger({ to }, from + 1, this.rows)
    const { width, scale, inputNames, targetWidth } = this
    return Dataset.#fromFields({
      inputs: this.inputs.subarray(from * width, to * width),
      width,
      scale,
      inputNames,
      labels: this.labels?.subarray(from, to),
      targets: this.targets?.subarray(from * targetWidth, to * targetWidth),
      targetWidth,
      rows: to - from,
    })
  }
}

/**
 * Whether the value is a `Dataset` or an object with the same properties. `instanceof` alone would refuse datasets from
 * a second copy of this package, because that copy has its own class `Dataset`.
 */
export function isDataset(value: unknown): value is Dataset {
  if (value instanceof Dataset) return true
  if (typeof value !== 'object' || value === null) return false
  const {
    inputs,
    width = 0,
    scale,
    inputNames,
    labels,
    targets,
    targetWidth = 0,
    rows = 0,
    slice,
  }: Partial<Dataset> = value
  const hasInputs = isUint8Array(inputs) || isFloat32Array(inputs) || isFloat64Array(inputs)
  const hasTargets = isFloat32Array(targets) || isFloat64Array(targets)
  return (
    hasInputs &&
    rows > 0 &&
    width > 0 &&
    inputs.length === rows * width &&
    Number.isFinite(scale) &&
    (inputNames === undefined || areColumnNames(inputNames, width)) &&
    (labels === undefined || (typedArrayName(labels) === 'Int32Array' && labels.length === rows)) &&
    (targets === undefined || (hasTargets && targets.length === rows * targetWidth)) &&
    typeof slice === 'function'
  )
}

/** Throws DataError at the first label that is not a class of a network with `outputs` outputs. */
export function checkLabels({ labels }: Pick<Dataset, 'labels'>, outputs: number): void {
  if (!labels) return
  const classes = classCount(outputs)
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] < 0 || labels[row] >= classes) throw labelError(labels[row], row, outputs)
  }
}

function isRows(data: unknown): data is readonly ArrayLike<number>[] {
  return Array.isArray(data)
}

function widthOfRows(name: string, data: unknown): number | undefined {
  if (!isRows(data)) return undefined
  checkAttached(`${name} row 0`, data[0])
  return data[0]?.length ?? 1
}

function holdsBytes(name: string, data: DatasetOptions['inputs']): boolean {
  return isRows(data) ? areByteRows(name, data) : isBytes(data)
}

/**
 * Copies rows into memory that the library owns. If `bytes` is true, `data` must contain bytes, and the copy has bytes
 * too. Otherwise, the copy of a Float32Array has float32 numbers, and any other copy has float64 numbers.
 */
function copyRows(name: string, data: DatasetOptions['inputs'], width: number, bytes: boolean): InputArray {
  if (isRows(data)) {
    const copy = allocateShared<InputArray>(bytes ? Uint8Array : Float64Array, data.length * width)
    data.forEach((row, r) => {
      if (typeof row?.length !== 'number' || isBigInts(row)) {
        throw new DataError(`${name} row ${r} must be an array of numbers, not ${inspectValue(row)}`)
      }
      checkAttached(`${name} row ${r}`, row)
      if (row.length !== width)
        throw new DataError(`${name} row ${r} has ${row.length} numbers, the rows before it have ${width}`)
      setNumbers(name, copy, row, width, r)
    })
    return copy
  }
  if (!(isBytes(data) || isFloat32Array(data) || isFloat64Array(data))) {
    throw optionError({ [name]: data }, expectedInputs)
  }
  if (data.length % width !== 0) {
    throw new DataError(`${name} has ${data.length} numbers, which is not a multiple of the width ${width}`)
  }
  const Type = bytes ? Uint8Array : isFloat32Array(data) ? Float32Array : Float64Array
  const copy = allocateShared<InputArray>(Type, data.length)
  copy.set(data)
  return copy
}

function checkScale(scale: number | undefined, inputs: InputArray): number {
  if (scale === undefined) return isBytes(inputs) ? 1 / 255 : 1
  if (!Number.isFinite(scale) || scale === 0) throw optionError({ scale }, 'a finite number other than 0')
  return scale
}

/** Copies labels into `copy`, and returns it. @throws DataError if a label is not a class number */
export function copyLabels(labels: Labels, copy: Int32Array): Int32Array {
  // Check labels before storing them, because an Int32Array would turn 1.5 into 1 and 2^32 into 0.
  for (let row = 0; row < labels.length; row++) copy[row] = checkLabel(labelAt(labels, row), row)
  return copy
}

function checkLabel(label: unknown, row: number): number {
  if (isClassNumber(label)) return label
  throw new DataError(`label ${inspectValue(label)} at row ${row} must be a whole number from 0 to ${2 ** 31 - 1}`)
}

/** Throws DataError at the first number that is not finite. */
export function checkFinite(name: string, data: InputArray, width: number): void {
  if (isBytes(data)) return
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      throw new DataError(
        `${name} has ${data[i]} at row ${Math.floor(i / width)}, column ${i % width}: every number must be finite`,
      )
    }
  }
}
