import type { DatasetShape } from '../../data/dataset.js'

type Type = DatasetShape['dtype']

/**
 * The smallest number that is infinite after rounding to float32. It is halfway between the largest finite float32 and
 * 2^128.
 */
const beyondFloat32 = 2 ** 128 - 2 ** 103

/**
 * Returns the smallest number that becomes infinite in a dataset of this dtype. The result for 'uint8' is the same as
 * for 'float32', because a dataset of bytes stores its targets as float32.
 */
export function firstInfinite(type: Type): number {
  return type === 'float64' ? Infinity : beyondFloat32
}

/** Returns the message for a number that is too large, such as "1e99 is beyond what float32 holds". */
export function tooLarge(shown: string, type: Type): string {
  return `${shown} is beyond what ${type === 'float64' ? 'float64' : 'float32'} holds`
}

export function isByte(value: number): boolean {
  return (value & 0xff) === value
}

export function notByte(shown: string): string {
  return `${shown} is not a whole number from 0 to 255`
}
