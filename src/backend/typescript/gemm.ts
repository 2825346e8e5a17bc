import type { FloatArray } from '../../memory.js'
import type { Operands } from './bind.js'

// The product is computed in blocks that fit the caches (Goto and van de Geijn, "Anatomy of high-performance matrix
// multiplication", 2008). A block of a and one of b are copied into panels of three rows and four columns, in which the
// k-th three or four lie side by side; one small loop over two panels then keeps twelve sums in registers.
//
// What bought the speed, in cycles for a multiplication and an addition on a Zen 3 (docs/benchmarks.md): sums in registers
// instead of one at a time, 8 -> 2.3; indices that V8 knows to be small integers (`| 0`), -> 1.9; panels that are constants
// of the module, so that their addresses and lengths are part of the machine code, -> 1.6. Panels are float64 whatever the
// matrices are, so the loop sees one type only. The plain twin is in test/support/plain-kernels.ts.
const tileRows = 3
const tileColumns = 4
const blockRows = 48
const blockColumns = 64
const blockDepth = 512
const panelsOfA = new Float64Array(blockRows * blockDepth)
const panelsOfB = new Float64Array(blockColumns * blockDepth)
const sums = new Float64Array(tileRows * tileColumns)

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
  for (let j = 0; j < n; j += blockColumns) {
    const columns = Math.min(blockColumns, n - j)
    for (let p = 0; p < k; p += depth) {
      const deep = Math.min(depth, k - p)
      packB(b, j * columnStrideOfB + p * depthStrideOfB, columns, deep, columnStrideOfB, depthStrideOfB)
      for (let i = 0; i < m; i += blockRows) {
        const rows = Math.min(blockRows, m - i)
        packA(a, i * rowStrideOfA + p * depthStrideOfA, rows, deep, rowStrideOfA, depthStrideOfA, factor)
        multiplyBlock(rows, columns, deep, out, i * n + j, n)
      }
    }
  }
}

/**
 * Copies a block of a, which starts at `from`, times the factor, into panels of three rows. Where the last panel has fewer
 * rows, the first of them fills it: what is computed from that is never stored.
 */
function packA(
  a: FloatArray,
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
    let to = row * depth
    for (const end = to + depth * tileRows; to < end; to = (to + tileRows) | 0) {
      panelsOfA[to] = factor * a[at0]
      panelsOfA[(to + 1) | 0] = factor * a[at1]
      panelsOfA[(to + 2) | 0] = factor * a[at2]
      at0 = (at0 + depthStride) | 0
      at1 = (at1 + depthStride) | 0
      at2 = (at2 + depthStride) | 0
    }
  }
}

/** The same for b, in panels of four columns, without a factor. */
function packB(b: FloatArray, from: number, columns: number, depth: number, stride: number, depthStride: number): void {
  for (let column = 0; column < columns; column += tileColumns) {
    let at0 = from + column * stride
    let at1 = column + 1 < columns ? at0 + stride : at0
    let at2 = column + 2 < columns ? at1 + stride : at0
    let at3 = column + 3 < columns ? at2 + stride : at0
    let to = column * depth
    for (const end = to + depth * tileColumns; to < end; to = (to + tileColumns) | 0) {
      panelsOfB[to] = b[at0]
      panelsOfB[(to + 1) | 0] = b[at1]
      panelsOfB[(to + 2) | 0] = b[at2]
      panelsOfB[(to + 3) | 0] = b[at3]
      at0 = (at0 + depthStride) | 0
      at1 = (at1 + depthStride) | 0
      at2 = (at2 + depthStride) | 0
      at3 = (at3 + depthStride) | 0
    }
  }
}

/** Multiplies the panels: out (rows x columns, from `at`, rows n apart) += a b. */
function multiplyBlock(rows: number, columns: number, depth: number, out: FloatArray, at: number, n: number): void {
  for (let i = 0; i < rows; i += tileRows) {
    const tileHeight = Math.min(tileRows, rows - i)
    for (let j = 0; j < columns; j += tileColumns) {
      multiplyTile(i * depth, j * depth, depth)
      addTile(tileHeight, Math.min(tileColumns, columns - j), out, at + i * n + j, n)
    }
  }
}

/**
 * The sums of one tile: the panel of a at p times the panel of b at q. It touches nothing but the module's own arrays and
 * takes every tile the same way, edges too: V8 compiles it once and never has to give that up. (With the stores in here,
 * one run in four stayed in slow code after the first edge, five times slower.)
 */
function multiplyTile(p: number, q: number, depth: number): void {
  let s00 = 0
  let s01 = 0
  let s02 = 0
  let s03 = 0
  let s10 = 0
  let s11 = 0
  let s12 = 0
  let s13 = 0
  let s20 = 0
  let s21 = 0
  let s22 = 0
  let s23 = 0
  for (const end = p + depth * tileRows; p < end; p = (p + tileRows) | 0, q = (q + tileColumns) | 0) {
    const b0 = panelsOfB[q]
    const b1 = panelsOfB[(q + 1) | 0]
    const b2 = panelsOfB[(q + 2) | 0]
    const b3 = panelsOfB[(q + 3) | 0]
    const a0 = panelsOfA[p]
    s00 += a0 * b0
    s01 += a0 * b1
    s02 += a0 * b2
    s03 += a0 * b3
    const a1 = panelsOfA[(p + 1) | 0]
    s10 += a1 * b0
    s11 += a1 * b1
    s12 += a1 * b2
    s13 += a1 * b3
    const a2 = panelsOfA[(p + 2) | 0]
    s20 += a2 * b0
    s21 += a2 * b1
    s22 += a2 * b2
    s23 += a2 * b3
  }
  sums[0] = s00
  sums[1] = s01
  sums[2] = s02
  sums[3] = s03
  sums[4] = s10
  sums[5] = s11
  sums[6] = s12
  sums[7] = s13
  sums[8] = s20
  sums[9] = s21
  sums[10] = s22
  sums[11] = s23
}

/** Adds the sums of a tile, as far as it lies within out, to the place that starts at `at`. */
function addTile(rows: number, columns: number, out: FloatArray, at: number, n: number): void {
  for (let r = 0, s = 0; r < rows; r++, at = (at + n) | 0, s = (s + tileColumns) | 0) {
    if (columns === tileColumns) {
      out[at] += sums[s]
      out[(at + 1) | 0] += sums[(s + 1) | 0]
      out[(at + 2) | 0] += sums[(s + 2) | 0]
      out[(at + 3) | 0] += sums[(s + 3) | 0]
    } else {
      for (let c = 0; c < columns; c++) out[at + c] += sums[s + c]
    }
  }
}
