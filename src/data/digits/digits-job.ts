import { blockSize } from './labels.js'

/** What the worker threads share: the pictures to draw, and how far they are. */
export interface DigitsJob {
  readonly seed: number
  /** Rows x 784, shared. */
  readonly pictures: Uint8Array
  /** One label for each row, shared. */
  readonly labels: Int32Array
  /** Shared: how many digits have been handed out, and how many are drawn. */
  readonly progress: Int32Array
}

export { finished as drawn, handedOut } from '../../base/work-shares.js'

/** Digits that a thread takes at a time: whole blocks of labels, few enough that the threads finish together. */
export const shareSize = 10 * blockSize
