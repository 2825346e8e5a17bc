import { takeShares } from '../../base/work-shares.js'
import { createDistortion } from './distortion.js'
import type { Settings } from './settings.js'

/** What the threads share that augment pictures, epoch after epoch. */
export interface AugmentJob {
  readonly settings: Settings
  /** The original pictures: rows x (width x height) bytes, in shared memory. */
  readonly pictures: Uint8Array
  /** In shared memory: see takeShares. */
  readonly progress: Int32Array
}

/** One epoch to augment. */
export interface Task {
  readonly epoch: number
  /** Receives the augmented pictures: as long as `pictures` of the job, in shared memory. */
  readonly result: Uint8Array
}

/** How many pictures a thread takes at a time: about 2 ms of work. */
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
