import { takeShares } from '../../base/work-shares.js'
import { createDistortion } from './distortion.js'
import type { Settings } from './settings.js'

/** What the threads share that make the pictures of one epoch after another. */
export interface AugmentJob {
  readonly settings: Settings
  /** Rows x (width x height) bytes to begin with, shared. */
  readonly pictures: Uint8Array
  /** Shared: see takeShares. */
  readonly progress: Int32Array
}

/** One epoch to make. */
export interface Task {
  readonly epoch: number
  /** Where its pictures go: as large as the job's, shared. */
  readonly result: Uint8Array
}

/** Pictures that a thread takes at a time: 2 ms of work. */
const shareSize = 64

export function pictureCount({ settings, pictures }: AugmentJob): number {
  return pictures.length / (settings.width * settings.height)
}

/** A function that works at a task until there is nothing left of it, and stops after each share. */
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
