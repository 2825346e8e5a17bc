import { takeShares } from '../../base/work-shares.js'
import { createDistortion } from './distortion.js'
import type { Settings } from './settings.js'

/** The data that the augmenting threads share. It stays the same for all epochs. */
export interface AugmentJob {
  readonly settings: Settings
  /** The original pictures: rows x (width x height) bytes, in shared memory. */
  readonly pictures: Uint8Array
  /** The progress that `takeShares` uses, in shared memory. */
  readonly progress: Int32Array
}

/** One epoch to augment. */
export interface Task {
  readonly epoch: number
  /** The augmented pictures are written to this array. It is in shared memory and as long as the job's `pictures`. */
  readonly result: Uint8Array
}

/** How many pictures a thread takes at a time. They are about 2 ms of work. */
const shareSize = 64

export function pictureCount({ settings, pictures }: AugmentJob): number {
  return pictures.length / (settings.width * settings.height)
}

/** Returns a function that works on a task until no pictures are left. It yields after each share. */
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
