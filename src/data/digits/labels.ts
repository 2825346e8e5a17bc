import { createRandom, randomOrder } from '../../base/random.js'

/** The number of labels in a block. Each block has all ten digits once, in random order. */
export const blockSize = 10

/** Sets the labels of the rows from `first` to before `last`. `first` is a multiple of `blockSize`. */
export function setLabels(seed: number, labels: Int32Array, first: number, last: number): void {
  for (let row = first; row < last; row += blockSize) {
    const block = randomOrder(blockSize, createRandom(seed, 'digit labels', row / blockSize))
    labels.set(block.subarray(0, last - row), row)
  }
}
