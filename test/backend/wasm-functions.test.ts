import { describe, expect, it } from 'vitest'
import { createHeap } from '#src/backend/wasm/heap'
import { type Functions, loadModule, type WasmModule } from '#src/backend/wasm/module'
import { createStaging } from '#src/backend/wasm/staging'
import { MemoryError } from '#src/base/errors'
import { normals } from '../support/numbers.js'

const pageLength = 16_384

/** The compiled module for shared memory, or for memory of a fixed size. */
function moduleFor(shared: boolean): WasmModule {
  const loaded = loadModule(undefined, shared)
  if ('reason' in loaded) throw new Error(loaded.reason)
  return loaded.module
}

const addressOf = (index: number) => index * Float32Array.BYTES_PER_ELEMENT

const { memory, functions } = moduleFor(true).plain
memory.grow(63)
const floats = new Float32Array(memory.buffer)

/** The number of elements before and behind each matrix. */
const guard = 5
/** Surrounds the result, so that a stray write is seen. */
const sentinel = 12345.5

/** `a` is the matrix (m x k), and `b` the matrix (k x n), row-major. */
interface Product {
  readonly m: number
  readonly n: number
  readonly k: number
  readonly factor: number
  readonly beta: number
  readonly a: ArrayLike<number>
  readonly b: ArrayLike<number>
  readonly out: ArrayLike<number>
}

/** How the compiled functions take the matrices. */
const ways = ['a and the transpose of b', 'a and b', 'the transpose of a, and b'] as const
type Way = (typeof ways)[number]

/** Computes a product in the memory of the compiled functions. Returns the result. */
function multiply(way: Way, { m, n, k, factor, beta, a, b, out }: Product): Float32Array {
  const atA = guard
  const atB = atA + m * k + guard
  const atOut = atB + k * n + 2 * guard
  const end = atOut + m * n + guard
  // What is read beside `a` and `b` must not affect the result. With NaN it would.
  floats.fill(Number.NaN, 0, atOut - guard)
  floats.fill(sentinel, atOut - guard, end)
  const transA = way === ways[2]
  const transB = way === ways[0]
  for (let i = 0; i < m; i++) for (let q = 0; q < k; q++) floats[atA + (transA ? q * m + i : i * k + q)] = a[i * k + q]
  for (let q = 0; q < k; q++) for (let j = 0; j < n; j++) floats[atB + (transB ? j * k + q : q * n + j)] = b[q * n + j]
  floats.set(out, atOut)
  if (transB) functions.dot(m, n, k, factor, beta, addressOf(atA), addressOf(atB), addressOf(atOut))
  else {
    const [rowStride, depthStride] = transA ? [addressOf(1), addressOf(m)] : [addressOf(k), addressOf(1)]
    functions.outer(m, n, k, factor, beta, addressOf(atA), rowStride, depthStride, addressOf(atB), addressOf(atOut))
  }
  for (const at of [atOut - guard, end - guard]) {
    const around = floats.subarray(at, at + guard)
    if (!around.every((found) => found === sentinel)) throw new Error(`a stray write beside ${m} x ${n} x ${k}`)
  }
  return floats.slice(atOut, atOut + m * n)
}

/** Whole numbers from -3 to 3. Sums of their products are exact in float32. */
const wholeNumbers = (length: number, seed: number) => Array.from({ length }, (_, i) => ((i * 37 + seed * 11) % 7) - 3)

/** Multiplies matrices of whole numbers, and compares each element with the sum of its terms. */
function expectExact(way: Way, sizes: Pick<Product, 'm' | 'n' | 'k' | 'factor' | 'beta'>): void {
  const { m, n, k, factor, beta } = sizes
  const [a, b, before] = [wholeNumbers(m * k, 1), wholeNumbers(k * n, 2), wholeNumbers(m * n, 3)]
  // With beta 0, the old elements do not count, even if they are NaN.
  const out = beta === 0 ? before.map(() => Number.NaN) : before
  const found = multiply(way, { ...sizes, a, b, out })
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let q = 0; q < k; q++) sum += a[i * k + q] * b[q * n + j]
      const expected = factor * sum + (beta === 0 ? 0 : beta * before[i * n + j])
      if (found[i * n + j] === expected) continue
      throw new Error(`${m} x ${n} x ${k} has ${found[i * n + j]} at ${i}, ${j} instead of ${expected}`)
    }
  }
}

describe.each(ways)('the compiled function for products of %s', (way) => {
  // Tiles have up to 4 rows and 12 columns. Terms are added 4 or 8 at a time, and in parts of 1,024 or 256.
  it.each([
    [1, 0],
    [-0.5, 1],
    [2, 0.5],
  ])('is exact for whole numbers in every tile: factor %d, beta %d', (factor, beta) => {
    for (const k of [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 16, 21]) {
      for (let m = 1; m <= 9; m++) for (let n = 1; n <= 26; n++) expectExact(way, { m, n, k, factor, beta })
    }
  })

  it.each([
    [1, 0],
    [2, 0.5],
  ])('is exact for whole numbers in several parts: factor %d, beta %d', (factor, beta) => {
    for (const k of [255, 256, 257, 513, 1023, 1024, 1025, 2100]) {
      for (const [m, n] of [
        [1, 5],
        [5, 13],
      ]) {
        expectExact(way, { m, n, k, factor, beta })
      }
    }
    for (const n of [47, 48, 49, 95, 96, 97, 150]) {
      for (const m of [1, 2, 3, 7]) expectExact(way, { m, n, k: 6, factor, beta })
    }
  })

  it.each([0, 0.7])('gives an element the same bits in every tile: beta %d', (beta) => {
    const [mostRows, mostColumns] = [17, 29]
    for (const k of way === ways[0] ? [1, 2, 3, 5, 11, 16, 30, 33, 1030] : [4, 16, 300]) {
      const [a, b, before] = [normals(mostRows * k, 1), normals(k * mostColumns, 2), normals(mostRows * mostColumns, 3)]
      /** The first m x n elements of the product. */
      const product = (m: number, n: number) => {
        const out = Array.from({ length: m * n }, (_, i) => before[Math.floor(i / n) * mostColumns + (i % n)])
        const columns = Array.from({ length: k * n }, (_, i) => b[Math.floor(i / n) * mostColumns + (i % n)])
        return multiply(way, { m, n, k, factor: -0.3, beta, a, b: columns, out })
      }
      const whole = product(mostRows, mostColumns)
      const different: string[] = []
      for (const m of [1, 2, 3, 4, 5, 6, 7, 8, 9, 17]) {
        for (let n = 1; n <= mostColumns; n++) {
          for (const [i, element] of product(m, n).entries()) {
            const [row, column] = [Math.floor(i / n), i % n]
            if (element !== whole[row * mostColumns + column]) different.push(`${m} x ${n}, k ${k}: ${row}, ${column}`)
          }
        }
      }
      expect(different).toEqual([])
    }
  })
})

describe('a vector that begins with the last element of an array lies in memory', () => {
  /** Computes the last of `length` elements, in a vector of four. The call throws if the vector does not lie in memory. */
  function expectToCompute({ relu }: Functions, array: Float32Array, length: number): void {
    array[length - 1] = -2
    relu(1, addressOf(length - 1), addressOf(length - 1))
    expect(array[length - 1]).toBe(0)
  }

  it('of a heap in shared memory, which grows', () => {
    const heap = createHeap(moduleFor(true), 4)
    const array = heap?.allocate(pageLength)
    if (!heap || !array) throw new Error('the heap has no room')
    expectToCompute(heap.functions, array, pageLength)
  })

  it('of a heap of a fixed size, which has no room for an array that ends with the memory', () => {
    // A heap for up to a page of parameters has eight pages, and 64 more.
    const heap = createHeap(moduleFor(false), 4)
    const length = 72 * pageLength
    expect(heap?.allocate(length)).toBeUndefined()
    const array = heap?.allocate(length - 16)
    if (!heap || !array) throw new Error('the heap has no room')
    expectToCompute(heap.functions, array, length - 16)
  })

  it('of the memory for copies', () => {
    const staging = createStaging(moduleFor(true))
    expectToCompute(staging.functions, staging.reserve(pageLength), pageLength)
  })
})

it('a heap in shared memory refuses an array for which it cannot grow, and goes on', () => {
  const heap = createHeap(moduleFor(true), 4)
  expect(heap?.allocate(5000 * pageLength)).toBeUndefined()
  expect(heap?.allocate(2 * pageLength)).toHaveLength(2 * pageLength)
})

it('the memory for copies says if it cannot grow', () => {
  const staging = createStaging(moduleFor(true))
  expect(() => staging.reserve(2 ** 30)).toThrow(
    new MemoryError('this machine cannot allocate 4.29 GB of memory in one block'),
  )
})
