import { builtinIfThere } from '../../base/builtin.js'
import { checkInteger, checkKeys, checkSignal } from '../../base/checks.js'
import { MemoryError, OptionError, optionError } from '../../base/errors.js'
import { allocateShared } from '../../base/memory.js'
import { Dataset } from '../dataset.js'
import { type DigitsJob, handedOut, shareSize } from './digits-job.js'
import { pictureSize } from './picture.js'

export interface DigitsOptions {
  /** How many digits to draw. */
  count: number
  /** The same seed gives the same digits. Default 1. */
  seed?: number
  /**
   * The maximum number of worker threads. It does not change the digits. Default: one thread for each 4000 digits, but
   * at most the number of processors.
   */
  threads?: number
  /** Aborts the drawing. */
  signal?: AbortSignal
}

/**
 * The minimum number of digits for each thread. With fewer digits, starting one more thread takes longer than it saves.
 */
const digitsPerThread = 4000
const maxThreads = 256

/**
 * Draws pictures of digits that imitate handwriting, so that no data set is needed. A table lists several ways to write
 * each digit. The strokes from the table are smoothed, bent and slanted at random, and drawn with a soft pen. As in
 * MNIST, the longer side of the ink is 20 pixels, and its center of mass is in the middle of 28 x 28 pixels, to the
 * nearest pixel.
 *
 * Rows 0 to 9 of the dataset have each of the ten labels once, and so do rows 10 to 19, and so on. A picture depends
 * only on the seed and its row number, so a smaller dataset has the first rows of a larger dataset with the same seed.
 * Worker threads draw the digits, so the event loop stays free. Where no worker thread can start, as in browsers or in
 * a bundle without this package beside it, the calling thread draws them, with a pause for the event loop every few
 * milliseconds.
 *
 * @param options How many digits, and the seed.
 * @returns A dataset of `count` x 784 bytes, 0 for paper and 255 for ink, with scale 1/255 and labels 0 to 9.
 * @throws OptionError if an option is wrong or the machine has too little memory; DescentError if a worker thread
 * fails while it draws; the signal's reason if the signal is aborted
 * @example
 * ```ts
 * import { digits } from 'descent-nn'
 *
 * const training = await digits({ count: 20_000, seed: 1 })
 * const test = await digits({ count: 1_000, seed: 2 })
 * console.log(training.rows, test.labels?.slice(0, 10).join(' '))
 * ```
 */
export async function digits(options: DigitsOptions): Promise<Dataset> {
  const { dataset, drawn } = beginDigits(options)
  await drawn
  return dataset
}

/**
 * Begins to draw digits as `digits` does, and returns their dataset at once.
 * @returns the dataset, and a promise that resolves when all its rows are drawn
 * @throws OptionError if an option is wrong or the machine has too little memory
 */
export function beginDigits(options: DigitsOptions): { readonly dataset: Dataset; readonly drawn: Promise<void> } {
  if (typeof options !== 'object' || options === null) throw optionError({ options }, 'an object with a count')
  checkKeys('digits', options, ['count', 'seed', 'threads', 'signal'])
  const { count, seed = 1, threads, signal } = options
  checkInteger({ count }, 1)
  checkInteger({ seed }, 0)
  if (threads !== undefined) checkInteger({ threads }, 1, maxThreads)
  checkSignal(signal)
  const { dataset, job } = allocateDigits(seed, count)
  return { dataset, drawn: draw(job, chooseThreads(count, threads), signal) }
}

async function draw(job: DigitsJob, threads: number, signal: AbortSignal | undefined): Promise<void> {
  if (await drawOnThreads(job, threads, signal)) return
  // Import this module only when it is needed, because it is slow to import and few programs draw digits.
  const { drawOnThisThread } = await import('./work.js')
  await drawOnThisThread(job, signal)
}

/**
 * Draws the digits on worker threads. Returns false if no thread could start, for example because a bundle has no script
 * for it or the process may start no threads.
 */
async function drawOnThreads(job: DigitsJob, threads: number, signal: AbortSignal | undefined): Promise<boolean> {
  if (!builtinIfThere('node:worker_threads')) return false
  const { runOnThreads } = await import('./digits-threads.js')
  try {
    await runOnThreads(job, threads, signal)
    return true
  } catch (error) {
    if (signal?.aborted || Atomics.load(job.progress, handedOut) > 0) throw error
    return false
  }
}

function chooseThreads(count: number, maximum: number | undefined): number {
  if (maximum !== undefined) return Math.min(maximum, Math.ceil(count / shareSize))
  const processors = builtinIfThere('node:os')?.availableParallelism() ?? 1
  return Math.min(processors, maxThreads, Math.ceil(count / digitsPerThread))
}

/**
 * Allocates the dataset, and creates the job that fills it.
 * @throws OptionError if the dataset is larger than the machine's memory, or cannot be allocated
 */
export function allocateDigits(
  seed: number,
  count: number,
  memory = machineMemory(),
): { dataset: Dataset; job: DigitsJob } {
  const bytes = count * (pictureSize + Int32Array.BYTES_PER_ELEMENT)
  const needed = `count ${count} needs ${gigabytes(bytes)} of memory`
  if (bytes > memory) {
    throw new OptionError(`${needed}, but this machine has ${gigabytes(memory)}`, { option: 'count', value: count })
  }
  try {
    const dataset = Dataset.allocate({ rows: count, width: pictureSize, labels: true })
    const { inputs: pictures, labels } = dataset as Dataset & { inputs: Uint8Array; labels: Int32Array }
    return { dataset, job: { seed, pictures, labels, progress: allocateShared(Int32Array, 2) } }
  } catch (error) {
    if (!(error instanceof MemoryError)) throw error
    throw new OptionError(`${needed}, more than JavaScript can allocate in one block`, {
      option: 'count',
      value: count,
      cause: error,
    })
  }
}

/**
 * Returns how many bytes of memory this process may use: the memory of the machine, or less in a container with a
 * limit. Returns Infinity in web pages, because they cannot find out the size of the memory.
 */
function machineMemory(): number {
  const os = builtinIfThere('node:os')
  if (!os) return Number.POSITIVE_INFINITY
  return Math.min(os.totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
