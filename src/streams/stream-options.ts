import type { Writable } from 'node:stream'
import { checkInteger, checkKeys, checkSignal } from '../base/checks.js'
import { type DataError, OptionError, optionError } from '../base/errors.js'
import { quoted } from '../base/printable.js'
import type { NetworkInputs } from '../engine/input-names.js'

/** The inputs of one row: a typed array (bytes are scaled by 1/255) or an array of numbers. */
export type InputRow = ArrayLike<number>

/**
 * What to do with a bad row, which is a row with invalid inputs: 'throw' an error, call a function, or write the row to
 * a stream.
 */
export type OnBadRow<Row> = 'throw' | ((row: Row, number: number, error: DataError) => void | Promise<void>) | Writable

/** The object that is written to a stream for bad rows. */
export interface BadRow<Row> {
  readonly row: Row
  /** The number of the row in the stream, from 0. */
  readonly number: number
  readonly error: DataError
}

export interface StreamOptions<Row> {
  /**
   * How to get the inputs from a row: the names of its columns in the order of the network's inputs, or a function that
   * returns the inputs. If the network has names for its inputs, these must be the same names, in any order. Without
   * this option, the row must be a typed array or an array of numbers, or, for a network with names, an object with
   * properties of these names.
   */
  readonly inputs?: readonly (keyof Row & string)[] | ((row: Row) => InputRow) | undefined
  /** The network multiplies each input by this factor. Default 1/255 for bytes and 1 for other numbers. */
  readonly scale?: number | undefined
  /** The maximum number of rows that the network processes together. Default: 16 to 256, depending on the network. */
  readonly batchSize?: number | undefined
  /**
   * What to do with a row that has invalid inputs. With 'throw' (the default), the stream outputs the results of all
   * earlier rows and then fails with the DataError.
   */
  readonly onBadRow?: OnBadRow<Row> | undefined
  /** When this signal is aborted, the stream is destroyed with an AbortError, like any stream of Node. */
  readonly signal?: AbortSignal | undefined
}

/** The result of a classifier for a row. */
export interface Classification {
  /** The index of the largest output. A single output gives class 1 from 0.5 up, and class 0 below. */
  readonly class: number
  /** The name of the class. Missing if the network has no `labelNames`. */
  readonly label?: string
  /**
   * The output of the class. It is a probability if the output layer is softmax. If the network has a single output,
   * the confidence of class 1 is this output, and the confidence of class 0 is 1 minus this output.
   */
  readonly confidence: number
}

export interface ClassifierOptions<Row> extends StreamOptions<Row> {
  /**
   * What the stream outputs for a row. By default (false), this is the name of the class, or the class number if the
   * network has no names. With `true`, it is `{ ...row, class, label, confidence }`, or
   * `{ row, class, label, confidence }` if the row is not a plain object. With a function, it is the function's result.
   */
  readonly keep?: boolean | ((row: Row, answer: Classification) => unknown) | undefined
}

export interface PredictorOptions<Row> extends StreamOptions<Row> {
  /**
   * What the stream outputs for a row. By default (false), this is a new typed array with the outputs of the network.
   * With `true`, it is `{ ...row, outputs }`, or `{ row, outputs }` if the row is not a plain object. With a function,
   * it is the function's result.
   */
  readonly keep?: boolean | ((row: Row, outputs: Float32Array | Float64Array) => unknown) | undefined
}

/** Checks the options of a stream for a network with these inputs. @throws OptionError if an option is wrong */
export function checkStreamOptions(
  what: string,
  options: ClassifierOptions<never> | PredictorOptions<never>,
  { spec, kept }: NetworkInputs,
): void {
  const width = spec.inputs
  checkKeys(what, options, ['inputs', 'scale', 'batchSize', 'onBadRow', 'signal', 'keep'])
  const { inputs, scale, batchSize, onBadRow, signal, keep } = options
  const isNames = Array.isArray(inputs) && inputs.every((name) => typeof name === 'string')
  if (inputs !== undefined && typeof inputs !== 'function' && !(isNames && inputs.length === width)) {
    throw optionError({ inputs }, `the names of ${width} columns or a function`)
  }
  if (isNames) checkNamed(inputs, kept.inputNames)
  if (scale !== undefined && (!Number.isFinite(scale) || scale === 0)) {
    throw optionError({ scale }, 'a finite number other than 0')
  }
  if (batchSize !== undefined) checkInteger({ batchSize }, 1, 2 ** 20)
  if (onBadRow !== undefined && onBadRow !== 'throw' && typeof onBadRow !== 'function' && !isWritable(onBadRow)) {
    throw optionError({ onBadRow }, "'throw', a function or a writable stream in object mode")
  }
  if (keep !== undefined && typeof keep !== 'boolean' && typeof keep !== 'function') {
    throw optionError({ keep }, 'true, false or a function')
  }
  checkSignal(signal)
}

/** @throws OptionError unless `inputs` has all names of the network's inputs, in any order */
function checkNamed(inputs: readonly string[], inputNames: readonly string[] | undefined): void {
  const missing = inputNames?.find((name) => !inputs.includes(name))
  if (missing === undefined) return
  throw new OptionError(
    `inputs lacks ${quoted(missing)}, which is an input of the network; if the columns of the rows have other names, give a function`,
    { option: 'inputs', value: inputs },
  )
}

function isWritable(stream: Writable): boolean {
  return typeof stream?.write === 'function' && stream.writableObjectMode === true
}
