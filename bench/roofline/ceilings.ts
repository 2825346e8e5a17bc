import { execFileSync } from 'node:child_process'

/** A level of memory. */
export interface Level {
  readonly name: string
  /** The size of this level in bytes. A step whose data fit into it counts as running from this level. */
  readonly holds: number
  /** The size in bytes of each of the two arrays that measure its copying speed. */
  readonly array: number
}

/** The limits measured in one round: floating-point operations per second, and bytes per second for each level. */
export interface Ceilings {
  readonly peak: number
  readonly bandwidths: readonly number[]
}

/** The caches and memory. The arrays take a quarter of a cache each, so both fit with room to spare. */
export function levelsOf({ L2 = 2 ** 19, L3 }: Readonly<Record<string, number>>): Level[] {
  return [
    { name: 'L2', holds: L2, array: L2 / 4 },
    ...(L3 ? [{ name: 'L3', holds: L3, array: L3 / 4 }] : []),
    { name: 'memory', holds: Number.POSITIVE_INFINITY, array: 2 ** 28 },
  ]
}

/** Runs the compiled program on one thread. @throws Error if it fails or prints something else */
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
