import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createChunkedLoop } from '#src/base/chunked-loop'
import { inverseHessian, stateLength } from '#src/training/inverse-hessian'
import { normals, normwiseError, sameBits } from '../support/numbers.js'
import { drawing } from '../support/random-networks.js'

const inner = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0)

interface Pair {
  readonly s: number[]
  readonly y: number[]
}

/** The full matrix of BFGS (Nocedal and Wright, equation 6.17), from gamma times the identity (7.20). */
function wholeMatrix(size: number, pairs: readonly Pair[]): number[][] {
  const newest = pairs.at(-1)
  const gamma = newest ? inner(newest.s, newest.y) / inner(newest.y, newest.y) : 1
  let h = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? gamma : 0)))
  for (const { s, y } of pairs) {
    const rho = 1 / inner(s, y)
    const left = s.map((si, i) => y.map((yj, j) => (i === j ? 1 : 0) - rho * si * yj))
    const half = left.map((row) => h[0].map((_, j) => row.reduce((sum, value, k) => sum + value * h[k][j], 0)))
    h = half.map((row, i) => left.map((other, j) => inner(row, other) + rho * s[i] * s[j]))
  }
  return h
}

/** Steps on a quadratic function, whose gradient changes by a symmetric positive definite matrix. */
function pairsOnBowl(size: number, count: number, seed: number): Pair[] {
  const root = Array.from({ length: size }, (_, i) => [...normals(size, seed, 'root', i)])
  const bowl = root.map((a, i) => root.map((b, j) => inner(a, b) + (i === j ? 1 : 0)))
  return Array.from({ length: count }, (_, k) => {
    const s = [...normals(size, seed, 's', k)]
    return { s, y: bowl.map((row) => inner(row, s)) }
  })
}

async function remembered(size: number, memory: number, pairs: readonly Pair[]) {
  const kept = { state: new Float64Array(stateLength(size, memory)), standardization: undefined, inputNames: undefined }
  const hessian = inverseHessian(kept, size, memory)
  const zero = new Float64Array(size)
  for (const { s, y } of pairs) {
    const to = { parameters: Float64Array.from(s), gradient: Float64Array.from(y) }
    await hessian.add(createChunkedLoop(), { parameters: zero, gradient: zero }, to)
  }
  return { hessian, kept }
}

describe('the inverse Hessian from the last steps', () => {
  // Up to nine steps with a history of one, so that the ring buffer and its count wrap around.
  const trials = fc.record({
    size: fc.integer({ min: 1, max: 6 }),
    memory: fc.integer({ min: 1, max: 4 }),
    count: fc.integer({ min: 0, max: 9 }),
    seed: fc.nat(1000),
  })

  it('gives the same direction as the full BFGS matrix', async () => {
    const property = fc.asyncProperty(trials, async ({ size, memory, count, seed }) => {
      const pairs = pairsOnBowl(size, count, seed)
      const gradient = normals(size, seed, 'gradient')
      const direction = new Float64Array(size)
      const { hessian } = await remembered(size, memory, pairs)
      await hessian.descend(createChunkedLoop(), gradient, direction)
      const matrix = wholeMatrix(size, pairs.slice(-memory))
      const factor = count === 0 ? 1 / Math.max(1, Math.sqrt(inner(gradient, gradient))) : 1
      const expected = matrix.map((row) => -factor * inner(row, gradient))
      expect(normwiseError(direction, expected)).toBeLessThan(1e-9)
    })
    await fc.assert(property, drawing(1200, 200))
  })

  it('is back at its initial state after forget()', async () => {
    const gradient = normals(5, 1, 'gradient')
    const [fresh, forgotten] = [new Float64Array(5), new Float64Array(5)]
    await (await remembered(5, 2, [])).hessian.descend(createChunkedLoop(), gradient, fresh)
    const { hessian } = await remembered(5, 2, pairsOnBowl(5, 3, 1))
    hessian.forget()
    await hessian.descend(createChunkedLoop(), gradient, forgotten)
    expect(sameBits(forgotten, fresh)).toBe(true)
  })

  it('depends only on its state', async () => {
    const { hessian, kept } = await remembered(5, 2, pairsOnBowl(5, 3, 1))
    const other = inverseHessian({ state: kept.state.slice(), standardization: undefined, inputNames: undefined }, 5, 2)
    const [one, two] = [new Float64Array(5), new Float64Array(5)]
    await hessian.descend(createChunkedLoop(), normals(5, 1, 'gradient'), one)
    await other.descend(createChunkedLoop(), normals(5, 1, 'gradient'), two)
    expect(sameBits(one, two)).toBe(true)
  })
})
