import { createRandom } from '#src/base/random'

export type Floats = Float32Array | Float64Array

/** |a - b| / |b| in the Euclidean norm; |a - b| if b is zero. NaN and infinities must be at the same indices. */
export function normwiseError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`compared ${a.length} numbers with ${b.length}`)
  let difference = 0
  let size = 0
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i]) || a[i] === b[i]) {
      if (Number.isFinite(b[i])) size += b[i] ** 2
      continue
    }
    if (!Number.isFinite(a[i]) || !Number.isFinite(b[i])) return Number.POSITIVE_INFINITY
    difference += (a[i] - b[i]) ** 2
    size += b[i] ** 2
  }
  return Math.sqrt(difference) / (Math.sqrt(size) || 1)
}

/** Normally distributed numbers from a seeded stream. */
export function normals(length: number, seed: number, ...stream: (string | number)[]): Float64Array {
  const values = new Float64Array(length)
  createRandom(seed, ...stream).fillNormal(values, 1)
  return values
}

/** Whether two arrays hold the same bits: NaN equals NaN, and 0 differs from -0. */
export function sameBits(a: Floats, b: Floats): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]))
}
