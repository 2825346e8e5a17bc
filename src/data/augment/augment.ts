import { builtinIfThere } from '../../base/builtin.js'
import { checkInteger, checkKeys } from '../../base/checks.js'
import { OptionError, optionError } from '../../base/errors.js'
import { allocateShared } from '../../base/memory.js'
import { Dataset } from '../dataset.js'
import type { AugmentJob } from './augment-job.js'
import { createEpochs } from './epochs.js'
import { type Maker, makeHere } from './maker.js'
import type { Elastic, Settings } from './settings.js'

export interface AugmentOptions {
  /** Pixels in a row of a picture. Default: what `height` leaves, or else the side of a square picture. */
  readonly width?: number
  /** Rows of pixels in a picture. Default: what `width` leaves, or else the side of a square picture. */
  readonly height?: number
  /** How many pixels a picture is moved at most, sideways and up or down. Default 0. */
  readonly shift?: number
  /** How many degrees a picture is turned at most, either way; up to 180. Default 0. */
  readonly rotation?: number
  /** The share by which a picture's width, and of itself its height, grows or shrinks at most: 0.1 is 10 %. Default 0. */
  readonly scale?: number
  /**
   * Bends the strokes: random displacements from -1 to 1, smoothed by a Gaussian whose standard deviation is `sigma`
   * pixels (at least 1), times `alpha`. { alpha: 34, sigma: 4 } moves pixels by some 1.4 each way. Default: no bending.
   */
  readonly elastic?: { readonly alpha: number; readonly sigma: number }
  /** The same seed gives the same pictures. Default 0. */
  readonly seed?: number
  /** Worker threads; their number does not change the pictures. Default: as many as help, and one processor left free. */
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

/** Pictures made over for each epoch. */
export interface Augmentation {
  /** What the pictures are made of. */
  readonly dataset: Dataset
  /**
   * Resolves to the pictures of an epoch, a dataset of the shape, labels or targets and order of the original. The next
   * epoch is then made in the background. There is room for two: **what an epoch resolved to is overwritten from when
   * another one is asked for**, because the one after that takes its place.
   * @throws OptionError where the number is not whole, from 0 to 2^32 - 1; DescentError where a worker thread fails or the
   * augmentation is closed.
   */
  epoch(number: number): Promise<Dataset>
  /** Ends the worker threads. An epoch that is being waited for is rejected; what has been resolved to stays. */
  close(): void
}

/**
 * Makes more of gray pictures to learn from: each epoch moves, turns, scales and bends every picture at random, as another
 * hand might have written it (Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to
 * visual document analysis", 2003). Between four pixels gray values are bilinear; outside of a picture they are 0.
 *
 * Picture i of epoch n is a function of the seed, n, i and the original picture i: the same bits on every machine, for any
 * number of threads and epochs before it. Worker threads make them; they keep no process from ending. Where there are
 * none, the pictures are made on this thread, in pieces of a few milliseconds.
 *
 * @throws OptionError where the dataset is not of bytes, its rows are not pictures of width x height, or an option is wrong.
 */
export function augment(dataset: Dataset, options: AugmentOptions = {}): Augmentation {
  if (!(dataset instanceof Dataset)) throw optionError({ dataset }, 'a Dataset')
  if (typeof options !== 'object' || options === null) throw optionError({ options }, 'an object')
  checkKeys('augment', options, optionNames)
  const { inputs, width } = dataset
  if (!(inputs instanceof Uint8Array)) {
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
  if (!(Number.isFinite(scale) && scale >= 0 && scale < 1)) throw optionError({ scale }, 'a share from 0 to below 1')
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
  if (width !== undefined) throw new OptionError(`width ${width} does not fit: ${row}, no multiple of it`)
  if (height !== undefined) throw new OptionError(`height ${height} does not fit: ${row}, no multiple of it`)
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

/** Worker threads where the platform has them and memory that they share; else this thread. */
async function startMaker(job: AugmentJob, threads: number | undefined): Promise<Maker> {
  if (!builtinIfThere('node:worker_threads') || typeof SharedArrayBuffer !== 'function') return makeHere(job)
  const { chooseThreads, startThreads } = await import('./augment-threads.js')
  return startThreads(job, threads ?? chooseThreads(job))
}
