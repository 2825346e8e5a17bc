import { execFileSync } from 'node:child_process'

/** A level of the memory hierarchy, which is a cache or the main memory. */
export interface Level {
  readonly name: string
  /**
   * The size of this level in bytes. The smallest level that can hold the data of a training step limits the speed of
   * the step.
   */
  readonly holds: number
  /** The size in bytes of each of the two arrays with which the copying speed is measured. */
  readonly array: number
}

/**
 * The limits of the machine, measured in one round. `peak` is the speed of sgemm in floating-point operations per
 * second. `bandwidths` has the copying speed of each level in bytes per second.
 */
export interface Ceilings {
  readonly peak: number
  readonly bandwidths: readonly number[]
}

/**
 * Returns the caches and the main memory. The copying speed of a cache is measured with two arrays of a quarter of its
 * size, so that both fit into the cache with room to spare.
 */
export function levelsOf({ L2 = 2 ** 19, L3 }: Readonly<Record<string, number>>): Level[] {
  return [
    { name: 'L2', holds: L2, array: L2 / 4 },
    ...(L3 ? [{ name: 'L3', holds: L3, array: L3 / 4 }] : []),
    { name: 'memory', holds: Number.POSITIVE_INFINITY, array: 2 ** 28 },
  ]
}

/**
 * Runs the compiled program that measures the limits of the machine, on one thread.
 *
 * @throws Error if the program fails or does not print the figures
 */
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
