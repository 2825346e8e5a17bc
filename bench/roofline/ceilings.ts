import { execFileSync } from 'node:child_process'

/** One level of memory, and how large each of the two arrays is between which is copied there. */
export interface Level {
  readonly name: string
  /** A step of which all bytes lie in so many is served by it. */
  readonly holds: number
  readonly array: number
}

/** What the machine did at most in one round: floating-point operations a second, and bytes a second of each level. */
export interface Ceilings {
  readonly peak: number
  readonly bandwidths: readonly number[]
}

/** The caches that there are, and memory: arrays of a quarter of a cache lie in it with room to spare. */
export function levelsOf({ L2 = 2 ** 19, L3 }: Readonly<Record<string, number>>): Level[] {
  return [
    { name: 'L2', holds: L2, array: L2 / 4 },
    ...(L3 ? [{ name: 'L3', holds: L3, array: L3 / 4 }] : []),
    { name: 'memory', holds: Number.POSITIVE_INFINITY, array: 2 ** 28 },
  ]
}

/** Runs the built program, on one thread. @throws Error where it fails or prints something else */
export function measureCeilings(program: string, levels: readonly Level[]): Ceilings {
  const sizes = levels.map(({ array }) => String(array))
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' }
  const { gemm, copies }: { gemm: number; copies: number[] } = JSON.parse(
    execFileSync(program, sizes, { encoding: 'utf8', env }),
  )
  if (!(gemm > 0 && copies.length === levels.length && copies.every((rate) => rate > 0))) {
    throw new Error('the ceilings were not measured')
  }
  return { peak: gemm, bandwidths: copies }
}
