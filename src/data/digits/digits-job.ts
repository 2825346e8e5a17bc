import { blockSize } from './labels.js'

/** The data that the worker threads share: the pictures to draw, and how many of them are done. */
export interface DigitsJob {
  readonly seed: number
  /** The pictures, as rows x 784 bytes in shared memory. */
  readonly pictures: Uint8Array
  /** One label for each row, in shared memory. */
  readonly labels: Int32Array
  /** The number of digits handed out to threads, and the number of digits drawn. The array is in shared memory. */
  readonly progress: Int32Array
}

export { finished as drawn, handedOut } from '../../base/work-shares.js'

/**
 * How many digits a thread takes at a time. Labels are chosen in blocks of `blockSize` digits, so a thread takes whole
 * blocks. It takes only ten blocks at a time, so that all threads finish at nearly the same time.
 */
export const shareSize = 10 * blockSize
