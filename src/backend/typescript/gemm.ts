import type { FloatArray } from '../../memory.js'
import type { Operands } from './bind.js'
import { multiplyRow } from './gemm-row.js'

// The product is computed in blocks that fit the caches (Goto and van de Geijn, "Anatomy of high-performance matrix
// multiplication", 2008). A block of a and one of b are copied into panels of five rows and three columns, in which the
// k-th five or three lie side by side; one small loop over two panels then keeps fifteen sums in registers.
//
// What bought the speed, in cycles for a multiplication and an addition on a Zen 3 (docs/benchmarks.md): sums in registers
// instead of one at a time, 8 -> 2.3; indices that V8 knows to be small integers (`| 0`), -> 1.9; panels that are constants
// of the module, so that their addresses and lengths are part of the machine code, -> 1.6; five rows by three columns rather
// than three by four, -> 1.5 and nothing wasted on batches of ten. Panels are float64 whatever the matrices are, so the
// loop sees one type only. The plain twin is in test/support/plain-kernels.ts.
const tileRows = 5
const tileColumns = 3
const blockRows = 40
const blockColumns = 96
const blockDepth = 512
const panelsOfA = new Float64Array(blockRows * blockDepth)
const panelsOfB = new Float64Array(blockColumns * blockDepth)
const sums = new Float64Array(blockRows * blockColumns)

/** out (m x n) = beta out + alpha scale a b; a is (m x k) or, if transA, (k x m), and b is (k x n) or, if transB, (n x k). */
export function gemm({ transA, transB, m, n, k, alpha, scale, a, b, beta, out }: Operands<'gemm'>): void {
  const rowStrideOfA = transA ? 1 : k
  const depthStrideOfA = transA ? m : 1
  const columnStrideOfB = transB ? k : 1
  const depthStrideOfB = transB ? 1 : n
  const factor = alpha * scale[0]
  // Everything after this adds to out. beta = 0 does not read it: NaN is overwritten.
  if (beta === 0) out.fill(0, 0, m * n)
  else if (beta !== 1) for (let i = 0; i < m * n; i++) out[i] *= beta
  // Blocks of equal depth: 784 is twice 392, not 512 and a rest.
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
 * Copies a block of a, which starts at `from`, times the factor, into panels of five rows. Where the last panel has fewer
 * rows, the first of them fills it: what is computed from that is never added to out. Here as below all reads come before
 * all writes: after a write V8 looks again whether the array is still what it was.
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
  for (let row = 0; row < rows; row += tileRows) {
    let at0 = from + row * stride
    let at1 = row + 1 < rows ? at0 + stride : at0
    let at2 = row + 2 < rows ? at1 + stride : at0
    let at3 = row + 3 < rows ? at2 + stride : at0
    let at4 = row + 4 < rows ? at3 + stride : at0
    let to = row * depth
    for (const end = to + depth * tileRows; to < end; to = (to + tileRows) | 0) {
      const v0 = factor * matrix[at0]
      const v1 = factor * matrix[at1]
      const v2 = factor * matrix[at2]
      const v3 = factor * matrix[at3]
      const v4 = factor * matrix[at4]
      panelsOfA[to] = v0
      panelsOfA[(to + 1) | 0] = v1
      panelsOfA[(to + 2) | 0] = v2
      panelsOfA[(to + 3) | 0] = v3
      panelsOfA[(to + 4) | 0] = v4
      at0 = (at0 + depthStride) | 0
      at1 = (at1 + depthStride) | 0
      at2 = (at2 + depthStride) | 0
      at3 = (at3 + depthStride) | 0
      at4 = (at4 + depthStride) | 0
    }
  }
}

/** The same for b, in panels of three columns, without a factor. */
function packB(
  matrix: FloatArray,
  from: number,
  columns: number,
  depth: number,
  stride: number,
  depthStride: number,
): void {
  for (let column = 0; column < columns; column += tileColumns) {
    let at0 = from + column * stride
    let at1 = column + 1 < columns ? at0 + stride : at0
    let at2 = column + 2 < columns ? at1 + stride : at0
    let to = column * depth
    for (const end = to + depth * tileColumns; to < end; to = (to + tileColumns) | 0) {
      const v0 = matrix[at0]
      const v1 = matrix[at1]
      const v2 = matrix[at2]
      panelsOfB[to] = v0
      panelsOfB[(to + 1) | 0] = v1
      panelsOfB[(to + 2) | 0] = v2
      at0 = (at0 + depthStride) | 0
      at1 = (at1 + depthStride) | 0
      at2 = (at2 + depthStride) | 0
    }
  }
}

/** sums (rows x columns, rows blockColumns apart) = the panels of a times those of b. */
function multiplyBlock(rows: number, columns: number, depth: number): void {
  for (let i = 0; i < rows; i += tileRows) {
    for (let j = 0; j < columns; j += tileColumns) {
      multiplyTile(i * depth, j * depth, depth, i * blockColumns + j)
    }
  }
}

/**
 * The sums of one tile, which starts at `to`: the panel of a at p times the panel of b at q. It touches nothing but the
 * module's own arrays and takes every tile the same way, edges too: V8 compiles it once and never has to give that up. (With
 * the stores to the result in here, one run in four stayed in slow code after the first edge, five times slower.)
 */
function multiplyTile(p: number, q: number, depth: number, to: number): void {
  let s00 = 0
  let s01 = 0
  let s02 = 0
  let s10 = 0
  let s11 = 0
  let s12 = 0
  let s20 = 0
  let s21 = 0
  let s22 = 0
  let s30 = 0
  let s31 = 0
  let s32 = 0
  let s40 = 0
  let s41 = 0
  let s42 = 0
  for (const end = p + depth * tileRows; p < end; p = (p + tileRows) | 0, q = (q + tileColumns) | 0) {
    const b0 = panelsOfB[q]
    const b1 = panelsOfB[(q + 1) | 0]
    const b2 = panelsOfB[(q + 2) | 0]
    const a0 = panelsOfA[p]
    s00 += a0 * b0
    s01 += a0 * b1
    s02 += a0 * b2
    const a1 = panelsOfA[(p + 1) | 0]
    s10 += a1 * b0
    s11 += a1 * b1
    s12 += a1 * b2
    const a2 = panelsOfA[(p + 2) | 0]
    s20 += a2 * b0
    s21 += a2 * b1
    s22 += a2 * b2
    const a3 = panelsOfA[(p + 3) | 0]
    s30 += a3 * b0
    s31 += a3 * b1
    s32 += a3 * b2
    const a4 = panelsOfA[(p + 4) | 0]
    s40 += a4 * b0
    s41 += a4 * b1
    s42 += a4 * b2
  }
  sums[to] = s00
  sums[(to + 1) | 0] = s01
  sums[(to + 2) | 0] = s02
  to = (to + blockColumns) | 0
  sums[to] = s10
  sums[(to + 1) | 0] = s11
  sums[(to + 2) | 0] = s12
  to = (to + blockColumns) | 0
  sums[to] = s20
  sums[(to + 1) | 0] = s21
  sums[(to + 2) | 0] = s22
  to = (to + blockColumns) | 0
  sums[to] = s30
  sums[(to + 1) | 0] = s31
  sums[(to + 2) | 0] = s32
  to = (to + blockColumns) | 0
  sums[to] = s40
  sums[(to + 1) | 0] = s41
  sums[(to + 2) | 0] = s42
}

/** Adds the sums to out (rows x columns, from `at`, rows n apart). */
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
