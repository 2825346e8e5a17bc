import type { FloatArray } from '../../memory.js'
import type { Operands } from './bind.js'

// The matrices are first copied into panels of two rows of a and four columns of b, in which the k-th pair or quadruple
// lies side by side. One small loop over two panels then keeps eight sums in registers: 16 flops for 6 loads, in order.
// Panels are float64 whatever the matrices are, so V8 sees one type only, and edges are padded with zeros.
const panelRows = 2
const panelColumns = 4

let panelsOfA = new Float64Array(0)
let panelsOfB = new Float64Array(0)

/** out (m x n) = beta out + alpha scale a b; a is (m x k) or, if transA, (k x m), and b is (k x n) or, if transB, (n x k). */
export function gemm(operands: Operands<'gemm'>): void {
  const { transA, transB, m, n, k, alpha, scale, a, b, beta, out } = operands
  const lengthOfA = Math.ceil(m / panelRows) * panelRows * k
  const lengthOfB = Math.ceil(n / panelColumns) * panelColumns * k
  if (panelsOfA.length < lengthOfA) panelsOfA = new Float64Array(lengthOfA)
  if (panelsOfB.length < lengthOfB) panelsOfB = new Float64Array(lengthOfB)
  pack(a, panelsOfA, panelRows, m, k, transA ? 1 : k, transA ? m : 1)
  pack(b, panelsOfB, panelColumns, n, k, transB ? k : 1, transB ? 1 : n)
  const factor = alpha * scale[0]
  for (let i = 0; i < m; i += panelRows) {
    for (let j = 0; j < n; j += panelColumns) multiplyPanels(i, j, m, n, k, factor, beta, out)
  }
}

/** Copies a matrix of `count` vectors of length k, with the given strides, into panels of `width` vectors each. */
function pack(
  from: FloatArray,
  panels: Float64Array,
  width: number,
  count: number,
  k: number,
  vectorStride: number,
  elementStride: number,
): void {
  for (let v = 0; v < count; v += width) {
    for (let lane = 0; lane < width; lane++) {
      let to = v * k + lane
      if (v + lane >= count) {
        for (let p = 0; p < k; p++, to += width) panels[to] = 0
        continue
      }
      let at = (v + lane) * vectorStride
      for (let p = 0; p < k; p++, to += width, at += elementStride) panels[to] = from[at]
    }
  }
}

/** Computes the tile of out whose upper left element is (i, j). */
function multiplyPanels(
  i: number,
  j: number,
  m: number,
  n: number,
  k: number,
  factor: number,
  beta: number,
  out: FloatArray,
): void {
  const A = panelsOfA
  const B = panelsOfB
  let s00 = 0
  let s01 = 0
  let s02 = 0
  let s03 = 0
  let s10 = 0
  let s11 = 0
  let s12 = 0
  let s13 = 0
  for (let p = i * k, q = j * k, end = p + panelRows * k; p < end; p += panelRows, q += panelColumns) {
    const a0 = A[p]
    const a1 = A[p + 1]
    const b0 = B[q]
    const b1 = B[q + 1]
    const b2 = B[q + 2]
    const b3 = B[q + 3]
    s00 += a0 * b0
    s01 += a0 * b1
    s02 += a0 * b2
    s03 += a0 * b3
    s10 += a1 * b0
    s11 += a1 * b1
    s12 += a1 * b2
    s13 += a1 * b3
  }
  storeRow(i * n + j, n - j, factor, beta, out, s00, s01, s02, s03)
  if (i + 1 < m) storeRow((i + 1) * n + j, n - j, factor, beta, out, s10, s11, s12, s13)
}

/** Writes up to four sums of one row: out = beta out + factor sum, where beta = 0 never reads out. */
function storeRow(
  at: number,
  count: number,
  factor: number,
  beta: number,
  out: FloatArray,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
): void {
  out[at] = beta === 0 ? factor * s0 : beta * out[at] + factor * s0
  if (count > 1) out[at + 1] = beta === 0 ? factor * s1 : beta * out[at + 1] + factor * s1
  if (count > 2) out[at + 2] = beta === 0 ? factor * s2 : beta * out[at + 2] + factor * s2
  if (count > 3) out[at + 3] = beta === 0 ? factor * s3 : beta * out[at + 3] + factor * s3
}
