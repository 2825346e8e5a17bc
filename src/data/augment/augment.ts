import { builtinIfThere } from '../../base/builtin.js'
import { checkInteger, checkKeys } from '../../base/checks.js'
import { OptionError, optionError } from '../../base/errors.js'
import { allocateShared } from '../../base/memory.js'
import { isUint8Array } from '../../base/typed-arrays.js'
import { type Dataset, isDataset } from '../dataset.js'
import type { AugmentJob } from './augment-job.js'
import { createEpochs } from './epochs.js'
import { createLocalMaker, type Maker } from './maker.js'
import type { Elastic, Settings } from './settings.js'

export interface AugmentOptions {
  /**
   * The width of a picture in pixels. Default: the number of pixels in a row of the dataset divided by `height`. If
   * `height` is not given either, pictures are square.
   */
  readonly width?: number
  /**
   * The height of a picture in pixels. Default: the number of pixels in a row of the dataset divided by `width`. If
   * `width` is not given either, pictures are square.
   */
  readonly height?: number
  /** The largest shift in pixels, both horizontal and vertical. Default 0. */
  readonly shift?: number
  /** The largest rotation in degrees, in either direction; at most 180. Default 0. */
  readonly rotation?: number
  /**
   * The largest change of width and of height, as a fraction, such as 0.1 for 10 %. The two changes are chosen
   * independently at random. Default 0.
   */
  readonly scale?: number
  /**
   * Elastic distortion, which bends the strokes. The displacements of the pixels are random numbers from -1 to 1,
   * smoothed by a Gaussian with a standard deviation of `sigma` pixels (at least 1), and then multiplied by `alpha`.
   * With { alpha: 34, sigma: 4 }, they have a standard deviation of about 1.4 pixels along each axis. Default: no
   * elastic distortion.
   */
  readonly elastic?: { readonly alpha: number; readonly sigma: number }
  /** The same seed gives the same pictures. Default 0. */
  readonly seed?: number
  /**
   * The number of worker threads. It does not change the pictures. Default: one thread for each 4000 pictures, but at
   * most four threads, and one processor stays free for training.
   */
  readonly threads?: number
}

const optionNames = [
  'width',
  'height',
  'shift',
  'rotation',
  'scale',
  'elastic',
  'seed',
  'threads',
] satisfies (keyof AugmentOptions)[]

/** Makes augmented pictures. Each epoch gets new pictures. */
export interface Augmentation {
  /** The original pictures. */
  readonly dataset: Dataset
  /**
   * Resolves to a dataset with the augmented pictures for epoch `number`. Each row has the label or the targets of the
   * same row in the original dataset. Afterwards, the pictures for the next epoch are made in the background. There is
   * memory for only two epochs, so **the returned dataset is overwritten after you request a different epoch**.
   * @throws OptionError if the number is not a whole number from 0 to 2^32 - 1; DescentError if a worker thread fails
   * or the augmentation is closed
   */
  epoch(number: number): Promise<Dataset>
  /**
   * Ends the worker threads. The promise of an unfinished epoch rejects. Datasets that were already returned stay
   * valid.
   */
  close(): void
}

/**
 * Creates additional gray pictures for training. In each epoch, every picture is moved, turned, scaled and bent at
 * random, to imitate another person's handwriting (Simard, Steinkraus and Platt, "Best practices for convolutional
 * neural networks applied to visual document analysis", 2003). Gray values between pixels are interpolated bilinearly.
 * Outside of a picture they are 0.
 *
 * Picture i of epoch n depends only on the options, n, i and the original picture i. It has the same bits on every
 * machine, with any number of threads, and after any number of earlier epochs. Worker threads make the pictures. These
 * threads do not keep the process running. On platforms without worker threads, the calling thread makes the pictures
 * and pauses regularly for the event loop.
 *
 * @param dataset The original pictures, with one picture of bytes in each row.
 * @param options How far pictures are moved, turned, scaled and bent.
 * @returns The augmentation, for the option `augmentation` of `fit`. Call its `close` when you no longer need it.
 * @throws OptionError if the inputs of the dataset are not bytes, its rows are not pictures of width x height, or an
 * option is wrong
 * @example
 * ```ts
 * import { augment, digits, Network } from 'descent-nn'
 *
 * const training = await digits({ count: 1000, seed: 1 })
 * const augmentation = augment(training, { shift: 1, rotation: 10, scale: 0.1, elastic: { alpha: 34, sigma: 4 } })
 * await new Network([784, 30, 10]).fit(training, { epochs: 10, learningRate: 3, augmentation })
 * augmentation.close()
 * ```
 */
export function augment(dataset: Dataset, options: AugmentOptions = {}): Augmentation {
  if (!isDataset(dataset)) throw optionError({ dataset }, 'a Dataset')
  if (typeof options !== 'object' || options === null) throw optionError({ options }, 'an object')
  checkKeys('augment', options, optionNames)
  const { inputs, width } = dataset
  if (!isUint8Array(inputs)) {
    throw optionError({ 'dataset.inputs': inputs }, 'a Uint8Array: only pictures of bytes can be augmented')
  }
  const { threads } = options
  if (threads !== undefined) checkInteger({ threads }, 1, 256)
  const settings = checkSettings(options, width)
  const job: AugmentJob = { settings, pictures: inputs, progress: allocateShared(Int32Array, 2) }
  const { epoch, close } = createEpochs(dataset, job, () => startMaker(job, threads))
  return { dataset, epoch, close }
}

function checkSettings(options: AugmentOptions, length: number): Settings {
  const { shift = 0, rotation = 0, scale = 0, elastic, seed = 0 } = options
  if (!(Number.isFinite(shift) && shift >= 0)) throw optionError({ shift }, 'a number of pixels of at least 0')
  if (!(Number.isFinite(rotation) && rotation >= 0 && rotation <= 180))
    throw optionError({ rotation }, 'a number of degrees from 0 to 180')
  if (!(Number.isFinite(scale) && scale >= 0 && scale < 1)) throw optionError({ scale }, 'a fraction from 0 to below 1')
  checkInteger({ seed }, 0)
  const size = checkSize(options, length)
  return { seed, ...size, shift, rotation, scale, elastic: elastic === undefined ? undefined : checkElastic(elastic) }
}

function checkSize({ width, height }: AugmentOptions, length: number): { width: number; height: number } {
  if (width !== undefined) checkInteger({ width }, 1)
  if (height !== undefined) checkInteger({ height }, 1)
  const side = Math.sqrt(length)
  const size = {
    width: width ?? (height === undefined ? side : length / height),
    height: height ?? (width === undefined ? side : length / width),
  }
  if (Number.isInteger(size.width) && Number.isInteger(size.height) && size.width * size.height === length) return size
  const row = `a row of the dataset has ${length} pixels`
  if (width !== undefined && height !== undefined) {
    throw new OptionError(`width ${width} times height ${height} is ${width * height}, but ${row}`)
  }
  if (width !== undefined) throw new OptionError(`width ${width} does not fit: ${row}, which is not a multiple of it`)
  if (height !== undefined)
    throw new OptionError(`height ${height} does not fit: ${row}, which is not a multiple of it`)
  throw new OptionError(`width and height must be given, because the pictures are not square: ${row}`)
}

function checkElastic(elastic: Elastic): Elastic {
  if (typeof elastic !== 'object' || elastic === null) throw optionError({ elastic }, 'an object with alpha and sigma')
  checkKeys('elastic', elastic, ['alpha', 'sigma'])
  const { alpha, sigma } = elastic
  if (!(Number.isFinite(alpha) && alpha >= 0)) throw optionError({ alpha }, 'a number of pixels of at least 0')
  if (!(Number.isFinite(sigma) && sigma >= 1)) throw optionError({ sigma }, 'a number of pixels of at least 1')
  return { alpha, sigma }
}

/**
 * Starts worker threads if the platform has worker threads and shared memory, and the process may start them. Otherwise
 * the current thread makes the pictures.
 */
async function startMaker(job: AugmentJob, threads: number | undefined): Promise<Maker> {
  if (!builtinIfThere('node:worker_threads') || typeof SharedArrayBuffer !== 'function') return createLocalMaker(job)
  const { chooseThreads, startThreads } = await import('./augment-threads.js')
  try {
    return startThreads(job, threads ?? chooseThreads(job))
  } catch {
    return createLocalMaker(job)
  }
}
