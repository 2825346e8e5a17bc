/**
 * Products of float32 matrices, with the vector instructions of WebAssembly. AssemblyScript compiles this file. Its
 * types `usize`, `v128` and so on are those of AssemblyScript (https://www.assemblyscript.org/types.html).
 *
 * Matrices are row-major, and are given by the address of their first element. The result is computed in tiles, whose
 * sums stay in registers. The terms of each element are added in an order that depends only on `k`. So an element has
 * the same bits in every tile, and a row of the result has the same bits whatever the other rows are.
 *
 * Vectors may be read up to 12 bytes past the end of a matrix, so the memory must not end there. What is read there
 * does not affect the result, and is never overwritten.
 */

/** The number of terms that `dot` and `outer` add before they add the sum to the result. */
const dotDepth = 1024
const outerDepth = 256
/** The number of rows of `b` that `dot` multiplies by all rows of `a` before it takes the next ones. */
const dotColumns = 48

/** Splits `length` into parts of nearly equal length. Returns this length, a multiple of 4 that is at most `most`. */
function partOf(length: i32, most: i32): i32 {
  const parts = (length + most - 1) / most
  return ((length + parts - 1) / parts + 3) & ~3
}

/** out (m x n) = beta * out + factor * a * (the transpose of b), where `a` is (m x k) and `b` is (n x k). */
export function dot(m: i32, n: i32, k: i32, factor: f32, beta: f32, a: usize, b: usize, out: usize): void {
  const stride = (k as usize) << 2
  const outStride = (n as usize) << 2
  const depth = partOf(k, dotDepth)
  for (let p = 0; p < k; p += depth) {
    const deep = min(depth, k - p)
    const start = (p as usize) << 2
    for (let from = 0; from < n; from += dotColumns) {
      const to = min(from + dotColumns, n)
      for (let i = 0; i < m; ) {
        const left = m - i
        const rowOfA = a + start + (i as usize) * stride
        const rowOfOut = out + (i as usize) * outStride
        if (left > 2) {
          for (let j = from; j < to; j += 3) {
            const rowOfB = b + start + (j as usize) * stride
            dot4x3(
              min(left, 4),
              min(to - j, 3),
              deep,
              stride,
              rowOfA,
              rowOfB,
              factor,
              beta,
              rowOfOut + ((j as usize) << 2),
              outStride,
            )
          }
          i += 4
        } else {
          for (let j = from; j < to; j += 4) {
            const rowOfB = b + start + (j as usize) * stride
            dot2x4(
              left,
              min(to - j, 4),
              deep,
              stride,
              rowOfA,
              rowOfB,
              factor,
              beta,
              rowOfOut + ((j as usize) << 2),
              outStride,
            )
          }
          i += 2
        }
      }
    }
    beta = 1
  }
}

/**
 * Computes a tile of up to 4 rows and 3 columns. If it has fewer, the last row or column is computed several times, and
 * is stored once.
 */
function dot4x3(
  rows: i32,
  columns: i32,
  deep: i32,
  stride: usize,
  a: usize,
  b: usize,
  factor: f32,
  beta: f32,
  out: usize,
  outStride: usize,
): void {
  let a0 = a
  let a1 = a + stride
  let a2 = a1 + stride
  let a3 = rows > 3 ? a2 + stride : a2
  let b0 = b
  let b1 = columns > 1 ? b0 + stride : b0
  let b2 = columns > 2 ? b1 + stride : b1
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s02 = s00
  let s10 = s00
  let s11 = s00
  let s12 = s00
  let s20 = s00
  let s21 = s00
  let s22 = s00
  let s30 = s00
  let s31 = s00
  let s32 = s00
  // Two vectors per iteration, because the overhead of the loop takes as long as the sums of one.
  for (const end = a + (((deep as usize) >> 3) << 5); a0 < end; ) {
    let y0 = v128.load(b0)
    let y1 = v128.load(b1)
    let y2 = v128.load(b2)
    let x = v128.load(a0)
    s00 = f32x4.add(s00, f32x4.mul(x, y0))
    s01 = f32x4.add(s01, f32x4.mul(x, y1))
    s02 = f32x4.add(s02, f32x4.mul(x, y2))
    x = v128.load(a1)
    s10 = f32x4.add(s10, f32x4.mul(x, y0))
    s11 = f32x4.add(s11, f32x4.mul(x, y1))
    s12 = f32x4.add(s12, f32x4.mul(x, y2))
    x = v128.load(a2)
    s20 = f32x4.add(s20, f32x4.mul(x, y0))
    s21 = f32x4.add(s21, f32x4.mul(x, y1))
    s22 = f32x4.add(s22, f32x4.mul(x, y2))
    x = v128.load(a3)
    s30 = f32x4.add(s30, f32x4.mul(x, y0))
    s31 = f32x4.add(s31, f32x4.mul(x, y1))
    s32 = f32x4.add(s32, f32x4.mul(x, y2))
    y0 = v128.load(b0, 16)
    y1 = v128.load(b1, 16)
    y2 = v128.load(b2, 16)
    x = v128.load(a0, 16)
    s00 = f32x4.add(s00, f32x4.mul(x, y0))
    s01 = f32x4.add(s01, f32x4.mul(x, y1))
    s02 = f32x4.add(s02, f32x4.mul(x, y2))
    x = v128.load(a1, 16)
    s10 = f32x4.add(s10, f32x4.mul(x, y0))
    s11 = f32x4.add(s11, f32x4.mul(x, y1))
    s12 = f32x4.add(s12, f32x4.mul(x, y2))
    x = v128.load(a2, 16)
    s20 = f32x4.add(s20, f32x4.mul(x, y0))
    s21 = f32x4.add(s21, f32x4.mul(x, y1))
    s22 = f32x4.add(s22, f32x4.mul(x, y2))
    x = v128.load(a3, 16)
    s30 = f32x4.add(s30, f32x4.mul(x, y0))
    s31 = f32x4.add(s31, f32x4.mul(x, y1))
    s32 = f32x4.add(s32, f32x4.mul(x, y2))
    a0 += 32
    a1 += 32
    a2 += 32
    a3 += 32
    b0 += 32
    b1 += 32
    b2 += 32
  }
  for (let rest = deep & 7; rest > 0; rest -= 4) {
    const mask = maskOf(rest)
    const y0 = v128.and(v128.load(b0), mask)
    const y1 = v128.and(v128.load(b1), mask)
    const y2 = v128.and(v128.load(b2), mask)
    let x = v128.and(v128.load(a0), mask)
    s00 = f32x4.add(s00, f32x4.mul(x, y0))
    s01 = f32x4.add(s01, f32x4.mul(x, y1))
    s02 = f32x4.add(s02, f32x4.mul(x, y2))
    x = v128.and(v128.load(a1), mask)
    s10 = f32x4.add(s10, f32x4.mul(x, y0))
    s11 = f32x4.add(s11, f32x4.mul(x, y1))
    s12 = f32x4.add(s12, f32x4.mul(x, y2))
    x = v128.and(v128.load(a2), mask)
    s20 = f32x4.add(s20, f32x4.mul(x, y0))
    s21 = f32x4.add(s21, f32x4.mul(x, y1))
    s22 = f32x4.add(s22, f32x4.mul(x, y2))
    x = v128.and(v128.load(a3), mask)
    s30 = f32x4.add(s30, f32x4.mul(x, y0))
    s31 = f32x4.add(s31, f32x4.mul(x, y1))
    s32 = f32x4.add(s32, f32x4.mul(x, y2))
    a0 += 16
    a1 += 16
    a2 += 16
    a3 += 16
    b0 += 16
    b1 += 16
    b2 += 16
  }
  store(out, total(s00, s01, s02, s02), columns, factor, beta)
  out += outStride
  store(out, total(s10, s11, s12, s12), columns, factor, beta)
  out += outStride
  store(out, total(s20, s21, s22, s22), columns, factor, beta)
  if (rows > 3) store(out + outStride, total(s30, s31, s32, s32), columns, factor, beta)
}

/** Computes a tile of up to 2 rows and 4 columns. If it has fewer, the last row or column is computed several times. */
function dot2x4(
  rows: i32,
  columns: i32,
  deep: i32,
  stride: usize,
  a: usize,
  b: usize,
  factor: f32,
  beta: f32,
  out: usize,
  outStride: usize,
): void {
  let a0 = a
  let a1 = rows > 1 ? a0 + stride : a0
  let b0 = b
  let b1 = columns > 1 ? b0 + stride : b0
  let b2 = columns > 2 ? b1 + stride : b1
  let b3 = columns > 3 ? b2 + stride : b2
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s02 = s00
  let s03 = s00
  let s10 = s00
  let s11 = s00
  let s12 = s00
  let s13 = s00
  for (const end = a + (((deep as usize) >> 2) << 4); a0 < end; ) {
    const x0 = v128.load(a0)
    const x1 = v128.load(a1)
    let y = v128.load(b0)
    s00 = f32x4.add(s00, f32x4.mul(x0, y))
    s10 = f32x4.add(s10, f32x4.mul(x1, y))
    y = v128.load(b1)
    s01 = f32x4.add(s01, f32x4.mul(x0, y))
    s11 = f32x4.add(s11, f32x4.mul(x1, y))
    y = v128.load(b2)
    s02 = f32x4.add(s02, f32x4.mul(x0, y))
    s12 = f32x4.add(s12, f32x4.mul(x1, y))
    y = v128.load(b3)
    s03 = f32x4.add(s03, f32x4.mul(x0, y))
    s13 = f32x4.add(s13, f32x4.mul(x1, y))
    a0 += 16
    a1 += 16
    b0 += 16
    b1 += 16
    b2 += 16
    b3 += 16
  }
  const rest = deep & 3
  if (rest !== 0) {
    const mask = maskOf(rest)
    const x0 = v128.and(v128.load(a0), mask)
    const x1 = v128.and(v128.load(a1), mask)
    let y = v128.and(v128.load(b0), mask)
    s00 = f32x4.add(s00, f32x4.mul(x0, y))
    s10 = f32x4.add(s10, f32x4.mul(x1, y))
    y = v128.and(v128.load(b1), mask)
    s01 = f32x4.add(s01, f32x4.mul(x0, y))
    s11 = f32x4.add(s11, f32x4.mul(x1, y))
    y = v128.and(v128.load(b2), mask)
    s02 = f32x4.add(s02, f32x4.mul(x0, y))
    s12 = f32x4.add(s12, f32x4.mul(x1, y))
    y = v128.and(v128.load(b3), mask)
    s03 = f32x4.add(s03, f32x4.mul(x0, y))
    s13 = f32x4.add(s13, f32x4.mul(x1, y))
  }
  store(out, total(s00, s01, s02, s03), columns, factor, beta)
  if (rows > 1) store(out + outStride, total(s10, s11, s12, s13), columns, factor, beta)
}

/** Returns a vector whose first `count` lanes have all bits set, and whose other lanes are 0. All are set from 4 up. */
function maskOf(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3))
}

/** Returns a vector with the sums of the lanes of four vectors. Each sum is (lane 0 + lane 2) + (lane 1 + lane 3). */
function total(s0: v128, s1: v128, s2: v128, s3: v128): v128 {
  const first = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 4, 1, 5), v128.shuffle<f32>(s0, s1, 2, 6, 3, 7))
  const second = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 4, 1, 5), v128.shuffle<f32>(s2, s3, 2, 6, 3, 7))
  return f32x4.add(v128.shuffle<f32>(first, second, 0, 1, 4, 5), v128.shuffle<f32>(first, second, 2, 3, 6, 7))
}

/** Stores beta * (the old elements) + factor * sums in the first `count` elements, at most 4, at the address `at`. */
function store(at: usize, sums: v128, count: i32, factor: f32, beta: f32): void {
  let values = f32x4.mul(f32x4.splat(factor), sums)
  // If beta is 0, the old elements are ignored, because they may be NaN, and NaN times 0 is NaN.
  if (beta !== 0) values = f32x4.add(f32x4.mul(f32x4.splat(beta), v128.load(at)), values)
  if (count > 3) {
    v128.store(at, values)
  } else if (count === 1) {
    v128.store_lane<f32>(at, values, 0)
  } else {
    v128.store_lane<f64>(at, values, 0)
    if (count > 2) v128.store_lane<f32>(at, values, 2, 8)
  }
}

/**
 * out (m x n) = beta * out + factor * a * b, where `b` is (k x n). Element (i, q) of `a` is at the address
 * a + i * rowStride + q * depthStride.
 */
export function outer(
  m: i32,
  n: i32,
  k: i32,
  factor: f32,
  beta: f32,
  a: usize,
  rowStride: usize,
  depthStride: usize,
  b: usize,
  out: usize,
): void {
  const stride = (n as usize) << 2
  const depth = partOf(k, outerDepth)
  for (let p = 0; p < k; p += depth) {
    const deep = min(depth, k - p)
    const rowOfB = b + (p as usize) * stride
    const columnOfA = a + (p as usize) * depthStride
    for (let j = 0; j < n; ) {
      const left = n - j
      const wide = left > 8
      const columns = min(left, wide ? 12 : 4)
      const shift = (j as usize) << 2
      for (let i = 0; i < m; ) {
        const rows = min(m - i, 4)
        const atA = columnOfA + (i as usize) * rowStride
        const to = out + (i as usize) * stride + shift
        if (!wide) {
          outer4x1(rows, columns, deep, stride, atA, rowStride, depthStride, rowOfB + shift, factor, beta, to)
          i += 4
        } else if (rows > 2) {
          outer4x3(rows, columns, deep, stride, atA, rowStride, depthStride, rowOfB + shift, factor, beta, to)
          i += 4
        } else {
          outer2x3(rows, columns, deep, stride, atA, rowStride, depthStride, rowOfB + shift, factor, beta, to)
          i += 2
        }
      }
      j += columns
    }
    beta = 1
  }
}

/** Computes a tile of 3 or 4 rows and 9 to 12 columns. A missing fourth row is computed as the third, but not stored. */
function outer4x3(
  rows: i32,
  columns: i32,
  deep: i32,
  stride: usize,
  a: usize,
  rowStride: usize,
  depthStride: usize,
  b: usize,
  factor: f32,
  beta: f32,
  out: usize,
): void {
  let a0 = a
  let a1 = a0 + rowStride
  let a2 = a1 + rowStride
  let a3 = rows > 3 ? a2 + rowStride : a2
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s02 = s00
  let s10 = s00
  let s11 = s00
  let s12 = s00
  let s20 = s00
  let s21 = s00
  let s22 = s00
  let s30 = s00
  let s31 = s00
  let s32 = s00
  // Two terms per iteration, because the overhead of the loop takes as long as the sums of one.
  for (let pairs = deep >> 1; pairs > 0; pairs--) {
    let y0 = v128.load(b)
    let y1 = v128.load(b, 16)
    let y2 = v128.load(b, 32)
    let x = v128.load32_splat(a0)
    s00 = f32x4.add(s00, f32x4.mul(x, y0))
    s01 = f32x4.add(s01, f32x4.mul(x, y1))
    s02 = f32x4.add(s02, f32x4.mul(x, y2))
    x = v128.load32_splat(a1)
    s10 = f32x4.add(s10, f32x4.mul(x, y0))
    s11 = f32x4.add(s11, f32x4.mul(x, y1))
    s12 = f32x4.add(s12, f32x4.mul(x, y2))
    x = v128.load32_splat(a2)
    s20 = f32x4.add(s20, f32x4.mul(x, y0))
    s21 = f32x4.add(s21, f32x4.mul(x, y1))
    s22 = f32x4.add(s22, f32x4.mul(x, y2))
    x = v128.load32_splat(a3)
    s30 = f32x4.add(s30, f32x4.mul(x, y0))
    s31 = f32x4.add(s31, f32x4.mul(x, y1))
    s32 = f32x4.add(s32, f32x4.mul(x, y2))
    a0 += depthStride
    a1 += depthStride
    a2 += depthStride
    a3 += depthStride
    b += stride
    y0 = v128.load(b)
    y1 = v128.load(b, 16)
    y2 = v128.load(b, 32)
    x = v128.load32_splat(a0)
    s00 = f32x4.add(s00, f32x4.mul(x, y0))
    s01 = f32x4.add(s01, f32x4.mul(x, y1))
    s02 = f32x4.add(s02, f32x4.mul(x, y2))
    x = v128.load32_splat(a1)
    s10 = f32x4.add(s10, f32x4.mul(x, y0))
    s11 = f32x4.add(s11, f32x4.mul(x, y1))
    s12 = f32x4.add(s12, f32x4.mul(x, y2))
    x = v128.load32_splat(a2)
    s20 = f32x4.add(s20, f32x4.mul(x, y0))
    s21 = f32x4.add(s21, f32x4.mul(x, y1))
    s22 = f32x4.add(s22, f32x4.mul(x, y2))
    x = v128.load32_splat(a3)
    s30 = f32x4.add(s30, f32x4.mul(x, y0))
    s31 = f32x4.add(s31, f32x4.mul(x, y1))
    s32 = f32x4.add(s32, f32x4.mul(x, y2))
    a0 += depthStride
    a1 += depthStride
    a2 += depthStride
    a3 += depthStride
    b += stride
  }
  if (deep & 1) {
    const y0 = v128.load(b)
    const y1 = v128.load(b, 16)
    const y2 = v128.load(b, 32)
    let x = v128.load32_splat(a0)
    s00 = f32x4.add(s00, f32x4.mul(x, y0))
    s01 = f32x4.add(s01, f32x4.mul(x, y1))
    s02 = f32x4.add(s02, f32x4.mul(x, y2))
    x = v128.load32_splat(a1)
    s10 = f32x4.add(s10, f32x4.mul(x, y0))
    s11 = f32x4.add(s11, f32x4.mul(x, y1))
    s12 = f32x4.add(s12, f32x4.mul(x, y2))
    x = v128.load32_splat(a2)
    s20 = f32x4.add(s20, f32x4.mul(x, y0))
    s21 = f32x4.add(s21, f32x4.mul(x, y1))
    s22 = f32x4.add(s22, f32x4.mul(x, y2))
    x = v128.load32_splat(a3)
    s30 = f32x4.add(s30, f32x4.mul(x, y0))
    s31 = f32x4.add(s31, f32x4.mul(x, y1))
    s32 = f32x4.add(s32, f32x4.mul(x, y2))
  }
  store(out, s00, 4, factor, beta)
  store(out + 16, s01, 4, factor, beta)
  store(out + 32, s02, columns - 8, factor, beta)
  out += stride
  store(out, s10, 4, factor, beta)
  store(out + 16, s11, 4, factor, beta)
  store(out + 32, s12, columns - 8, factor, beta)
  out += stride
  store(out, s20, 4, factor, beta)
  store(out + 16, s21, 4, factor, beta)
  store(out + 32, s22, columns - 8, factor, beta)
  if (rows < 4) return
  out += stride
  store(out, s30, 4, factor, beta)
  store(out + 16, s31, 4, factor, beta)
  store(out + 32, s32, columns - 8, factor, beta)
}

/** Computes a tile of 1 or 2 rows and 9 to 12 columns. A missing second row is computed as the first, but not stored. */
function outer2x3(
  rows: i32,
  columns: i32,
  deep: i32,
  stride: usize,
  a: usize,
  rowStride: usize,
  depthStride: usize,
  b: usize,
  factor: f32,
  beta: f32,
  out: usize,
): void {
  let a0 = a
  let a1 = rows > 1 ? a0 + rowStride : a0
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s02 = s00
  let s10 = s00
  let s11 = s00
  let s12 = s00
  for (const end = b + (deep as usize) * stride; b < end; b += stride) {
    const y0 = v128.load(b)
    const y1 = v128.load(b, 16)
    const y2 = v128.load(b, 32)
    let x = v128.load32_splat(a0)
    s00 = f32x4.add(s00, f32x4.mul(x, y0))
    s01 = f32x4.add(s01, f32x4.mul(x, y1))
    s02 = f32x4.add(s02, f32x4.mul(x, y2))
    x = v128.load32_splat(a1)
    s10 = f32x4.add(s10, f32x4.mul(x, y0))
    s11 = f32x4.add(s11, f32x4.mul(x, y1))
    s12 = f32x4.add(s12, f32x4.mul(x, y2))
    a0 += depthStride
    a1 += depthStride
  }
  store(out, s00, 4, factor, beta)
  store(out + 16, s01, 4, factor, beta)
  store(out + 32, s02, columns - 8, factor, beta)
  if (rows < 2) return
  out += stride
  store(out, s10, 4, factor, beta)
  store(out + 16, s11, 4, factor, beta)
  store(out + 32, s12, columns - 8, factor, beta)
}

/** Computes a tile of up to 4 rows and up to 4 columns. If it has fewer rows, the last row is computed several times. */
function outer4x1(
  rows: i32,
  columns: i32,
  deep: i32,
  stride: usize,
  a: usize,
  rowStride: usize,
  depthStride: usize,
  b: usize,
  factor: f32,
  beta: f32,
  out: usize,
): void {
  let a0 = a
  let a1 = rows > 1 ? a0 + rowStride : a0
  let a2 = rows > 2 ? a1 + rowStride : a1
  let a3 = rows > 3 ? a2 + rowStride : a2
  let s0 = f32x4.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  for (const end = b + (deep as usize) * stride; b < end; b += stride) {
    const y = v128.load(b)
    s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(a0), y))
    s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(a1), y))
    s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(a2), y))
    s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(a3), y))
    a0 += depthStride
    a1 += depthStride
    a2 += depthStride
    a3 += depthStride
  }
  store(out, s0, columns, factor, beta)
  if (rows > 1) store(out + stride, s1, columns, factor, beta)
  if (rows > 2) store(out + 2 * stride, s2, columns, factor, beta)
  if (rows > 3) store(out + 3 * stride, s3, columns, factor, beta)
}
