import type { DatasetShape } from '../../data/dataset.js'

type Type = DatasetShape['dtype']

/** From here on a number is infinite as a float32: half a step above the largest one. */
const beyondFloat32 = 2 ** 128 - 2 ** 103

/** Numbers of this size and above are infinite in a dataset of the type; the targets of bytes are float32. */
export function firstInfinite(type: Type): number {
  return type === 'float64' ? Infinity : beyondFloat32
}

/** "1e99 is beyond what float32 holds" */
export function tooLarge(shown: string, type: Type): string {
  return `${shown} is beyond what ${type === 'float64' ? 'float64' : 'float32'} holds`
}

export function isByte(value: number): boolean {
  return (value & 0xff) === value
}

export function noByte(shown: string): string {
  return `${shown} is no whole number from 0 to 255`
}
