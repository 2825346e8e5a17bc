import { createRandom, shuffle } from '../../base/random.js'

/** Labels come in blocks in which each of the ten digits occurs once, in random order. */
export const blockSize = 10

/** The labels of the digits from index `block * blockSize` on. */
export function blockLabels(seed: number, block: number): Uint32Array {
  return shuffle(
    Uint32Array.from({ length: blockSize }, (_, digit) => digit),
    createRandom(seed, 'digit labels', block),
  )
}
