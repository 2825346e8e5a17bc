import { createRandom, randomOrder } from '../../base/random.js'

/** The number of labels in a block. Each block has all ten digits once, in random order. */
export const blockSize = 10

/** Returns the labels of block number `block`. Its first label belongs to the row `block * blockSize`. */
export function blockLabels(seed: number, block: number): Uint32Array {
  return randomOrder(blockSize, createRandom(seed, 'digit labels', block))
}
