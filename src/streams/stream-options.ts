import type { Writable } from 'node:stream'
import { checkInteger, checkKeys, checkSignal } from '../base/checks.js'
import { type DataError, optionError } from '../base/errors.js'

/** What a row of a stream becomes: a typed array (bytes are scaled by 1/255) or an array of numbers. */
export type InputRow = ArrayLike<number>

/** What happens to a row that cannot be answered: 'throw', a function that takes it, or a stream that it is written to. */
export type OnBadRow<Row> = 'throw' | ((row: Row, number: number, error: DataError) => void | Promise<void>) | Writable

/** What is written to a stream for bad rows. */
export interface BadRow<Row> {
  readonly row: Row
  /** The number of the row in the stream, from 0. */
  readonly number: number
  readonly error: DataError
}

export interface StreamOptions<Row> {
  /**
   * How a row becomes inputs: the names of its columns in the order of the network's inputs, or a function. Default: the row
   * is a typed array or an array of numbers.
   */
  readonly inputs?: readonly (keyof Row & string)[] | ((row: Row) => InputRow) | undefined
  /** What each input is multiplied by: 1/255 for bytes, 1 for other numbers, unless said otherwise. */
  readonly scale?: number | undefined
  /** Rows that are answered at once where so many have come. Default: what suits the network, 16 to 256. */
  readonly batchSize?: number | undefined
  /** Default 'throw': the rows before it are answered, then the stream is destroyed with the DataError. */
  readonly onBadRow?: OnBadRow<Row> | undefined
  /** Destroys the stream with an AbortError, as it does any stream of Node. */
  readonly signal?: AbortSignal | undefined
}

/** The answer of a classifier to a row. */
export interface Classification {
  /** The number of the largest output. */
  readonly class: number
  /** What the network calls that class, where it has names (labelNames). */
  readonly label?: string
  /** The largest output: a probability where outputs are softmax. */
  readonly confidence: number
}

export interface ClassifierOptions<Row> extends StreamOptions<Row> {
  /**
   * Default false: a row is answered with the name of its class, or its number where the network has no names. `true`:
   * with `{ ...row, class, label, confidence }`, or `{ row, class, label, confidence }` where the row is no plain object. A
   * function makes what is passed on.
   */
  readonly keep?: boolean | ((row: Row, answer: Classification) => unknown) | undefined
}

export interface PredictorOptions<Row> extends StreamOptions<Row> {
  /**
   * Default false: a row is answered with its outputs, a typed array of its own. `true`: with `{ ...row, outputs }`, or
   * `{ row, outputs }` where the row is no plain object. A function makes what is passed on.
   */
  readonly keep?: boolean | ((row: Row, outputs: Float32Array | Float64Array) => unknown) | undefined
}

/** @throws OptionError */
export function checkStreamOptions(
  what: string,
  options: ClassifierOptions<never> | PredictorOptions<never>,
  width: number,
): void {
  checkKeys(what, options, ['inputs', 'scale', 'batchSize', 'onBadRow', 'signal', 'keep'])
  const { inputs, scale, batchSize, onBadRow, signal, keep } = options
  const isNames = Array.isArray(inputs) && inputs.every((name) => typeof name === 'string')
  if (inputs !== undefined && typeof inputs !== 'function' && !(isNames && inputs.length === width)) {
    throw optionError({ inputs }, `the names of ${width} columns or a function`)
  }
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

function isWritable(stream: Writable): boolean {
  return typeof stream?.write === 'function' && stream.writableObjectMode === true
}
