import { takeShares } from '../shares.js'
import { createDrawing, pictureSize } from './drawing.js'
import { blockLabels, blockSize } from './labels.js'

/** What the worker threads share: the pictures to draw, and how far they are. */
export interface Job {
  readonly seed: number
  /** Rows x 784, shared. */
  readonly pictures: Uint8Array
  /** One label for each row, shared. */
  readonly labels: Int32Array
  /** Shared: how many digits have been handed out, and how many are drawn. */
  readonly progress: Int32Array
}

export { finished as drawn, handedOut } from '../shares.js'

/** Digits that a thread takes at a time: whole blocks of labels, few enough that the threads finish together. */
export const shareSize = 10 * blockSize

/** Draws digits until all have been handed out; as many threads as there are may run this at once. */
export function work({ seed, pictures, labels, progress }: Job): void {
  const draw = createDrawing(seed)
  for (const [first, last] of takeShares(progress, labels.length, shareSize)) {
    for (let index = first; index < last; index++) {
      const place = index % blockSize
      if (place === 0) labels.set(blockLabels(seed, index / blockSize).subarray(0, last - index), index)
      draw(index, labels[index], pictures.subarray(index * pictureSize, (index + 1) * pictureSize))
    }
  }
}
