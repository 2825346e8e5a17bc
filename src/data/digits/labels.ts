import { createRandom, shuffle } from '../../base/random.js'

/** Labels come in blocks. Each block has all ten digits once, in random order. */
export const blockSize = 10

/** Returns the labels of the `blockSize` digits that start at index `block * blockSize`. */
export function blockLabels(seed: number, block: number): Uint32Array {
  return shuffle(
    Uint32Array.from({ length: blockSize }, (_, digit) => digit),
    createRandom(seed, 'digit labels', block),
  )
}
