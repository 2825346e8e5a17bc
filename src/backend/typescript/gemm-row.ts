import type { FloatArray } from '../../base/memory.js'

const rowLength = 512
const row = new Float64Array(rowLength)

/**
 * Computes out += factor * a * (the transpose of b), where `a` has k numbers, `b` is (n x k), and `out` has n numbers.
 * `gemm` copies `b` before it multiplies, but for a single row the copying takes more time than it saves. Each sum is
 * computed in parts of `depth` terms, as in `gemm`, so that both functions give the same bits.
 */
export function multiplyRow(
  n: number,
  k: number,
  depth: number,
  factor: number,
  a: FloatArray,
  b: FloatArray,
  out: FloatArray,
): void {
  for (let p = 0; p < k; p += depth) {
    const deep = Math.min(depth, k - p)
    for (let i = 0; i < deep; i++) row[i] = factor * a[p + i]
    let j = 0
    for (; j + 3 < n; j += 4) addFour(deep, b, j * k + p, k, out, j)
    for (; j < n; j++) addOne(deep, b, j * k + p, out, j)
  }
}

/**
 * Computes four elements of `out` at the same time. If there were only one sum, each addition would have to wait for
 * the result of the previous addition.
 */
function addFour(deep: number, b: FloatArray, at0: number, stride: number, out: FloatArray, to: number): void {
  let at1 = (at0 + stride) | 0
  let at2 = (at1 + stride) | 0
  let at3 = (at2 + stride) | 0
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (let i = 0; i < deep; i = (i + 1) | 0) {
    const x = row[i]
    s0 += x * b[at0]
    s1 += x * b[at1]
    s2 += x * b[at2]
    s3 += x * b[at3]
    at0 = (at0 + 1) | 0
    at1 = (at1 + 1) | 0
    at2 = (at2 + 1) | 0
    at3 = (at3 + 1) | 0
  }
  out[to] += s0
  out[(to + 1) | 0] += s1
  out[(to + 2) | 0] += s2
  out[(to + 3) | 0] += s3
}

function addOne(deep: number, b: FloatArray, at: number, out: FloatArray, to: number): void {
  let sum = 0
  for (let i = 0; i < deep; i = (i + 1) | 0, at = (at + 1) | 0) sum += row[i] * b[at]
  out[to] += sum
}
