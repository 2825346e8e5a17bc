/**
 * Defines the errors that descent throws. Each has a name and a message that says what was wrong, what was expected and
 * where.
 */

import { onOneLine, printable, quoted } from './printable.js'

/** The base class of all errors that this package throws. Catch this class to catch all of them. */
export class DescentError extends Error {
  override name = 'DescentError'

  /**
   * Creates an error. A message may quote a file, so its control characters are replaced by escapes such as \u001b. Line
   * feeds and tabs stay.
   */
  constructor(message?: string, options?: ErrorOptions) {
    super(message && printable(message), options)
  }
}

/** Returns the message of a caught value, which need not be an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Details of an error, in addition to its message. */
export interface OptionDetails extends ErrorOptions {
  readonly option?: string
  readonly value?: unknown
}

/** An argument or option has the wrong type, range or shape. */
export class OptionError extends DescentError {
  override name = 'OptionError'
  readonly #details: OptionDetails

  constructor(message: string, details: OptionDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : {})
    this.#details = details
  }

  /**
   * The name or path of the option, such as 'learningRate' or 'metrics[1]'. Undefined if the error concerns several
   * options.
   */
  get option(): string | undefined {
    return this.#details.option
  }

  /** The value that was given for the option. */
  get value(): unknown {
    return this.#details.value
  }
}

/** Data cannot be read or used. The message names the file and offset, or the row and column. */
export class DataError extends DescentError {
  override name = 'DataError'
  readonly #option: string | undefined

  constructor(message: string, { option, ...rest }: Omit<OptionDetails, 'value'> = {}) {
    super(message, rest)
    this.#option = option
  }

  /** The name of the option that the user should set or correct, such as 'labelNames'. Undefined if there is none. */
  get option(): string | undefined {
    return this.#option
  }
}

/** Another rank ended the training run that this rank takes part in, for example because it was told to stop. */
export class StoppedError extends DescentError {
  override name = 'StoppedError'
}

/** The file is in Fortran order, which stores the numbers of a row far apart. So the file cannot be read row by row. */
export class FortranOrderError extends DataError {}

/** A model file cannot be read or written, or does not describe a network. */
export class ModelError extends DescentError {
  override name = 'ModelError'
}

/**
 * A compiled program of kernel commands is invalid. The message names the command and the operand that are wrong. If no
 * single command is wrong, the message names the program.
 */
export class ProgramError extends DescentError {
  override name = 'ProgramError'
}

/** The requested backend is not available on this machine. The message says why and what to do. */
export class BackendError extends DescentError {
  override name = 'BackendError'
}

/**
 * The processes of a job cannot work together, for example because they call different functions of their communicator.
 */
export class CommunicatorError extends DescentError {
  override name = 'CommunicatorError'
}

/**
 * The network is training or predicting in the background. Wait until it has finished, because its memory is in use.
 */
export class NetworkBusyError extends DescentError {
  override name = 'NetworkBusyError'
}

/** A network, a batch or a dataset needs more memory than the machine can provide. */
export class MemoryError extends DescentError {
  override name = 'MemoryError'
}

/** Where a training run diverged. */
export interface DivergencePlace {
  /** The epoch in which training diverged, counted from 1. */
  readonly epoch: number
  /** The batch in which training diverged, counted from 1 in each epoch. */
  readonly batch: number
  /** The number of rows that the epoch used before this batch. */
  readonly row: number
  /**
   * The layer, counted from 1, in which the first NaN or infinite value was found. Undefined if only the cost is NaN,
   * infinite or too high.
   */
  readonly layer: number | undefined
  /** What is NaN, infinite or too high: 'inputs', 'weights', 'biases', 'logits', 'outputs', 'gradients' or 'cost'. */
  readonly quantity: string
}

/**
 * Training diverged: the cost became NaN, infinite or a million times its first value, or an update produced parameters
 * that are not finite. The message names the epoch and the batch. The network's best parameters so far are restored.
 */
export class DivergedError extends DescentError {
  override name = 'DivergedError'
  readonly place: DivergencePlace

  constructor(message: string, place: DivergencePlace) {
    super(message)
    this.place = place
  }
}

/**
 * Formats a value for an error message, as a short text on one line. For example, a string is in quotes, and a long
 * array is described by its length.
 */
export function inspectValue(value: unknown): string {
  if (typeof value === 'string') return quoted(value.length > 60 ? `${value.slice(0, 57)}...` : value)
  if (typeof value === 'function') return `function ${onOneLine(value.name) || '(anonymous)'}`
  if (ArrayBuffer.isView(value))
    return `${value.constructor.name}(${'length' in value ? value.length : value.byteLength})`
  if (Array.isArray(value))
    return value.length > 6 ? `an array of ${value.length}` : `[${value.map(inspectValue).join(', ')}]`
  if (typeof value === 'object' && value !== null) return `an object (${nameOfClass(value)})`
  return onOneLine(String(value))
}

function nameOfClass(value: object): string {
  const name: unknown = value.constructor?.name ?? 'no prototype'
  return typeof name === 'string' ? onOneLine(name) : 'no name'
}

/**
 * Creates the error for a wrong option. Pass the option as an object with one key, such as `{ learningRate }`, so that
 * name and value always match: `optionError({ learningRate }, 'a number above 0')` says "learningRate must be a number
 * above 0, not -1".
 */
export function optionError(option: Record<string, unknown>, expected: string): OptionError {
  const [[name, value]] = Object.entries(option)
  return new OptionError(`${name} must be ${expected}, not ${inspectValue(value)}`, { option: name, value })
}
