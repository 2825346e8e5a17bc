import { takeShares } from '../../base/work-shares.js'
import { createDistortion } from './distortion.js'
import type { Settings } from './settings.js'

/** The data that the augmenting threads share. Each thread receives it once, when it starts. */
export interface AugmentJob {
  readonly settings: Settings
  /** The original pictures: rows x (width x height) bytes, in shared memory. */
  readonly pictures: Uint8Array
  /**
   * The number of pictures handed out to threads, and the number of pictures finished. The array is in shared memory.
   */
  readonly progress: Int32Array
}

/** A request to make the augmented pictures of one epoch. */
export interface Task {
  readonly epoch: number
  /** The array for the augmented pictures. It is in shared memory and has the same length as the job's `pictures`. */
  readonly result: Uint8Array
}

/** How many pictures a thread takes at a time. Augmenting them takes about 2 ms. */
const shareSize = 64

export function pictureCount({ settings, pictures }: AugmentJob): number {
  return pictures.length / (settings.width * settings.height)
}

/**
 * Returns a generator function that augments pictures until none are left. It yields after every `shareSize` pictures.
 */
export function createWork(job: AugmentJob): (task: Task) => Generator<void, void> {
  const { settings, pictures, progress } = job
  const size = pictureCount(job)
  const pictureSize = pictures.length / size
  const distort = createDistortion(settings)
  return function* ({ epoch, result }) {
    for (const [first, last] of takeShares(progress, size, shareSize)) {
      for (let index = first; index < last; index++) {
        const from = index * pictureSize
        const to = from + pictureSize
        distort(epoch, index, pictures.subarray(from, to), result.subarray(from, to))
      }
      yield
    }
  }
}
