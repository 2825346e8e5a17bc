import type { FloatArray } from '../../base/memory.js'
import type { Operands } from './bind.js'
import { multiplyRow } from './gemm-row.js'

// The product is computed in blocks that fit into the caches (Goto and van de Geijn, "Anatomy of high-performance
// matrix multiplication", 2008). Blocks of the matrix `a` are copied into panels of two rows, and blocks of the matrix
// `b` into panels of three columns. The inner loop multiplies one panel of `a` by one panel of `b` and keeps the six
// sums in registers.
//
// Five properties make the inner loop fast (measured on a Zen 3 processor):
// - It keeps several sums in registers instead of one.
// - It keeps only six sums. V8 has fifteen registers for floats, and each sum takes two of them, because V8 computes
//   all products of an iteration before it adds any.
// - `| 0` tells V8 that the indices are small integers.
// - The arrays are constants of the module, so their addresses and lengths are part of the machine code. They are
//   always float64, so the loop handles only one type.
// - Each row and column of a panel has its own array. The arrays of one matrix have the same length, so one bounds
//   check is enough for all of them.
const tileRows = 2
const tileColumns = 3
const blockRows = 40
const blockColumns = 96
const blockDepth = 512
const a0 = new Float64Array((blockRows / tileRows) * blockDepth)
const a1 = new Float64Array(a0.length)
const b0 = new Float64Array((blockColumns / tileColumns) * blockDepth)
const b1 = new Float64Array(b0.length)
const b2 = new Float64Array(b0.length)
const sums = new Float64Array(blockRows * blockColumns)

/**
 * Computes out = beta * out + alpha * scale * a * b, where `out` is (m x n). The matrix `a` is stored as (m x k), or
 * transposed as (k x m) if `transA` is true. The matrix `b` is stored as (k x n), or transposed as (n x k) if `transB`
 * is true.
 */
export function gemm({ transA, transB, m, n, k, alpha, scale, a, b, beta, out }: Operands<'gemm'>): void {
  const rowStrideOfA = transA ? 1 : k
  const depthStrideOfA = transA ? m : 1
  const columnStrideOfB = transB ? k : 1
  const depthStrideOfB = transB ? 1 : n
  const factor = alpha * scale[0]
  // All code below adds to `out`, so `out` is first multiplied by beta. If beta is 0, `out` is filled with 0 instead,
  // because its old content may be NaN, and NaN times 0 is NaN.
  if (beta === 0) out.fill(0, 0, m * n)
  else if (beta !== 1) for (let i = 0; i < m * n; i++) out[i] *= beta
  // Split each sum of k terms into parts of about the same length. For example, 784 terms become two parts of 392
  // terms, not parts of 512 and 272 terms.
  const depth = Math.ceil(k / Math.ceil(k / blockDepth))
  if (m === 1 && transB) {
    multiplyRow(n, k, depth, factor, a, b, out)
    return
  }
  for (let j = 0; j < n; j += blockColumns) {
    const columns = Math.min(blockColumns, n - j)
    for (let p = 0; p < k; p += depth) {
      const deep = Math.min(depth, k - p)
      packB(b, j * columnStrideOfB + p * depthStrideOfB, columns, deep, columnStrideOfB, depthStrideOfB)
      for (let i = 0; i < m; i += blockRows) {
        const rows = Math.min(blockRows, m - i)
        packA(a, i * rowStrideOfA + p * depthStrideOfA, rows, deep, rowStrideOfA, depthStrideOfA, factor)
        multiplyBlock(rows, columns, deep)
        addBlock(rows, columns, out, i * n + j, n)
      }
    }
  }
}

/**
 * Copies a block of the matrix `a` into panels of two rows, and multiplies the numbers by `factor`. The block starts at
 * index `from`. If the last panel has only one row, the row is copied twice, and `addBlock` ignores the results for the
 * second copy.
 *
 * The inner loop reads two numbers before it writes any, because V8 checks the array `matrix` again after each write.
 */
function packA(
  matrix: FloatArray,
  from: number,
  rows: number,
  depth: number,
  stride: number,
  depthStride: number,
  factor: number,
): void {
  let to = 0
  for (let row = 0; row < rows; row += tileRows) {
    let at0 = from + row * stride
    let at1 = row + 1 < rows ? at0 + stride : at0
    for (const end = to + depth; to < end; to = (to + 1) | 0) {
      const v0 = factor * matrix[at0]
      const v1 = factor * matrix[at1]
      a0[to] = v0
      a1[to] = v1
      at0 = (at0 + depthStride) | 0
      at1 = (at1 + depthStride) | 0
    }
  }
}

/** Copies a block of the matrix `b` into panels of three columns. The block starts at index `from`. */
function packB(
  matrix: FloatArray,
  from: number,
  columns: number,
  depth: number,
  stride: number,
  depthStride: number,
): void {
  let to = 0
  for (let column = 0; column < columns; column += tileColumns) {
    let at0 = from + column * stride
    let at1 = column + 1 < columns ? at0 + stride : at0
    let at2 = column + 2 < columns ? at1 + stride : at0
    for (const end = to + depth; to < end; to = (to + 1) | 0) {
      const v0 = matrix[at0]
      const v1 = matrix[at1]
      const v2 = matrix[at2]
      b0[to] = v0
      b1[to] = v1
      b2[to] = v2
      at0 = (at0 + depthStride) | 0
      at1 = (at1 + depthStride) | 0
      at2 = (at2 + depthStride) | 0
    }
  }
}

/**
 * Multiplies the panels of `a` by the panels of `b` and stores the result in `sums`. The result has `rows` x `columns`
 * numbers. Its row r begins at index r * blockColumns of `sums`.
 */
function multiplyBlock(rows: number, columns: number, depth: number): void {
  for (let j = 0, q = 0; j < columns; j += tileColumns, q += depth) multiplyPanel(q, rows, depth, j)
}

/**
 * Multiplies all panels of `a` by the panel of `b` that starts at index `from`. This gives three columns of `sums`.
 *
 * The function does not write to the result matrix directly. A version that did so needed separate code for the edges
 * of the matrix. V8 sometimes deoptimized that version, which then stayed five times slower.
 */
function multiplyPanel(from: number, rows: number, depth: number, column: number): void {
  const last = (from + depth) | 0
  let p = 0
  for (let row = 0, to = column; row < rows; row = (row + tileRows) | 0, to = (to + tileRows * blockColumns) | 0) {
    let s00 = 0
    let s01 = 0
    let s02 = 0
    let s10 = 0
    let s11 = 0
    let s12 = 0
    for (let q = from; q < last; q = (q + 1) | 0, p = (p + 1) | 0) {
      const x0 = a0[p]
      const x1 = a1[p]
      const y0 = b0[q]
      const y1 = b1[q]
      const y2 = b2[q]
      s00 += x0 * y0
      s01 += x0 * y1
      s02 += x0 * y2
      s10 += x1 * y0
      s11 += x1 * y1
      s12 += x1 * y2
    }
    sums[to] = s00
    sums[(to + 1) | 0] = s01
    sums[(to + 2) | 0] = s02
    const next = (to + blockColumns) | 0
    sums[next] = s10
    sums[(next + 1) | 0] = s11
    sums[(next + 2) | 0] = s12
  }
}

/**
 * Adds `sums` (rows x columns) to the block of the matrix `out` that begins at index `at`. Each row of `out` has `n`
 * elements.
 */
function addBlock(rows: number, columns: number, out: FloatArray, at: number, n: number): void {
  for (let r = 0; r < rows; r++) addRow(out, at + r * n, r * blockColumns, columns)
}

function addRow(out: FloatArray, at: number, from: number, columns: number): void {
  const end = at + columns
  for (const last = end - 3; at < last; at = (at + 4) | 0, from = (from + 4) | 0) {
    const v0 = out[at] + sums[from]
    const v1 = out[(at + 1) | 0] + sums[(from + 1) | 0]
    const v2 = out[(at + 2) | 0] + sums[(from + 2) | 0]
    const v3 = out[(at + 3) | 0] + sums[(from + 3) | 0]
    out[at] = v0
    out[(at + 1) | 0] = v1
    out[(at + 2) | 0] = v2
    out[(at + 3) | 0] = v3
  }
  for (; at < end; at = (at + 1) | 0, from = (from + 1) | 0) out[at] += sums[from]
}
