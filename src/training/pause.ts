import { isRefusedPromise } from '../base/checks.js'
import { OptionError, optionError } from '../base/errors.js'

/**
 * The number of batches from one pause to the next, or a function that returns it. A whole number of at least 1, or
 * Infinity, which means that there is no further pause in the epoch.
 */
export type YieldEvery = number | (() => number)

/** The option of `train` that makes it yield between two batches too. */
export interface PauseOptions {
  /**
   * The number of batches after which `train` yields a `Pause`. The count begins again after each pause and at the start
   * of each epoch. Infinity means no pause. A function is called at these moments, so that the caller can change the
   * pace at any pause. It must not return a promise. By default, `train` yields only at the ends of epochs.
   */
  readonly yieldEvery?: YieldEvery | undefined
}

/**
 * What `train` yields between two batches if the option `yieldEvery` is set. The network is idle until the next value
 * of `train` is asked for. There is no pause after the last batch of an epoch, because the `Epoch` follows. Only a pause
 * has the member `done`, so `'done' in result` tells a pause from an epoch.
 */
export interface Pause {
  /** The number of the epoch, from 1. */
  readonly epoch: number
  /** The number of rows that the network has learned from in this epoch. */
  readonly done: number
  /** The number of rows of the epoch. Undefined for a source without the option `rows`. */
  readonly rows: number | undefined
  /** The number of batches since the run began, counted over all epochs. It includes those before a checkpoint. */
  readonly batches: number
  /**
   * The mean cost of the rows since the last pause, the start of the epoch, or the checkpoint from which the run was
   * resumed, including penalties. The cost of a row is computed just before the network learns from it.
   */
  readonly cost: number
  /** The learning rate of the last batch. */
  readonly learningRate: number
  /**
   * The indices of the rows of the next batch in the training dataset. Undefined for sources and with the option
   * `augmentation`.
   */
  readonly nextRows: Uint32Array | undefined
}

/** The type of the pauses of a run whose option `yieldEvery` has the type `Every`. Without the option there are none. */
export type PauseAt<Every> = [Every] extends [undefined] ? never : Pause

const isBatches = (value: unknown) =>
  value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && Number(value) > 0)
const expected = 'a whole number of at least 1, or Infinity'

/** Checks the option `yieldEvery`. @throws OptionError if it is wrong */
export function checkYieldEvery(yieldEvery: unknown): void {
  if (yieldEvery === undefined || typeof yieldEvery === 'function' || isBatches(yieldEvery)) return
  throw optionError({ yieldEvery }, `${expected}, or a function that returns such a number`)
}

/**
 * Returns the number of batches until the next pause. Infinity if there is none.
 * @throws OptionError if the function `yieldEvery` returns a wrong value
 */
export function batchesToPause(yieldEvery: YieldEvery = Number.POSITIVE_INFINITY): number {
  const batches = typeof yieldEvery === 'function' ? yieldEvery() : yieldEvery
  if (isRefusedPromise(batches)) {
    throw new OptionError('yieldEvery must not be an async function or return a promise, because it is not awaited')
  }
  if (!isBatches(batches)) throw optionError({ 'what yieldEvery returns': batches }, expected)
  return batches
}
