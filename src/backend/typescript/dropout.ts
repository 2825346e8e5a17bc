import type { Operands, Run } from './bind.js'

/** The final mixing step of MurmurHash3. Every bit of the input affects every bit of the result. */
function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/**
 * out = in / (1 - share) for neurons that are kept, and 0 for neurons that are dropped. Each neuron is dropped with
 * probability `share`: it is dropped if its hash, an unsigned 32-bit number, is below share x 2^32. The hash is
 * computed from the key (an integer below 2^24), the layer, the index of the row in the processing order, and the
 * column.
 */
export function dropout(operands: Operands<'dropout'>, { row }: Run): void {
  const { rows, columns, layer, share, key, in: input, out } = operands
  const factor = 1 / (1 - share)
  const end = Math.floor(share * 2 ** 32)
  const ofLayer = mix(Math.imul(layer, 0x9e3779b9) ^ key[0])
  for (let r = 0, i = 0; r < rows; r++) {
    const ofRow = mix(ofLayer + row + r)
    for (let j = 0; j < columns; j++, i++) {
      out[i] = mix(mix(ofRow + j) ^ ofRow) >>> 0 < end ? 0 : input[i] * factor
    }
  }
}
