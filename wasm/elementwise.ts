/**
 * Kernels that compute each element by itself. They give the bits of the TypeScript functions of the same kernels. These
 * compute in float64, and round the result to float32 once. A single addition or multiplication of float32 numbers has
 * the same bits if it is computed in float32, so only longer computations use float64 here.
 *
 * At most 12 bytes after the end of an array are read. They do not affect the result.
 */

/** Stores the first `count` lanes of a vector, or all 4 if `count` is larger. */
function storeLanes(at: usize, values: v128, count: i32): void {
  if (count > 3) {
    v128.store(at, values)
  } else if (count === 1) {
    v128.store_lane<f32>(at, values, 0)
  } else {
    v128.store_lane<f64>(at, values, 0)
    if (count > 2) v128.store_lane<f32>(at, values, 2, 8)
  }
}

/** out = max(0, z), for `count` numbers. NaN stays NaN. The addresses `z` and `out` may be the same. */
export function relu(count: i32, z: usize, out: usize): void {
  const zero = f32x4.splat(0)
  for (; count > 0; count -= 4) {
    const x = v128.load(z)
    storeLanes(out, v128.bitselect(zero, x, f32x4.le(x, zero)), count)
    z += 16
    out += 16
  }
}

/** delta *= (1 if a > 0, else 0), for `count` numbers. Where `a` is NaN, delta becomes NaN. */
export function reluBackward(count: i32, a: usize, delta: usize): void {
  const zero = f32x4.splat(0)
  for (; count > 0; count -= 4) {
    const x = v128.load(a)
    const inactive = v128.bitselect(zero, x, f32x4.le(x, zero))
    storeLanes(delta, v128.bitselect(v128.load(delta), inactive, f32x4.gt(x, zero)), count)
    a += 16
    delta += 16
  }
}

/** out (rows x columns) += bias (columns) */
export function addBias(rows: i32, columns: i32, bias: usize, out: usize): void {
  for (; rows > 0; rows--) {
    for (let j = 0; j < columns; j += 4) {
      const at = out + ((j as usize) << 2)
      storeLanes(at, f32x4.add(v128.load(at), v128.load(bias + ((j as usize) << 2))), columns - j)
    }
    out += (columns as usize) << 2
  }
}

/** out = 1 / (1 + exp(-z)), for `count` numbers. The addresses `z` and `out` may be the same. */
export function sigmoid(count: i32, z: usize, out: usize): void {
  for (; count > 0; count -= 4) {
    const x = v128.load(z)
    const low = logistic(f64x2.promote_low_f32x4(x))
    const high = logistic(f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3)))
    storeLanes(out, v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2), count)
    z += 16
    out += 16
  }
}

/** Returns 1 / (1 + exp(-x)) for two numbers, computed from the exponential of -|x|, which cannot overflow. */
function logistic(x: v128): v128 {
  const one = f64x2.splat(1)
  const e = expOfNegative(f64x2.neg(f64x2.abs(x)))
  return f64x2.div(v128.bitselect(one, e, f64x2.gt(x, f64x2.splat(0))), f64x2.add(one, e))
}

/**
 * Returns exp(x) for two numbers x <= 0, as `expOfNegative` of src/base/exact-math.ts does. Takes numbers below -700 as
 * -700: both exponentials are 0 in float32, and are lost in a sum with 1. NaN stays NaN.
 */
function expOfNegative(x: v128): v128 {
  x = f64x2.max(x, f64x2.splat(-700))
  const k = f64x2.floor(f64x2.add(f64x2.mul(x, f64x2.splat(Math.LOG2E)), f64x2.splat(0.5)))
  const high = f64x2.sub(x, f64x2.mul(k, f64x2.splat(0.6931471803691238)))
  const r = f64x2.sub(high, f64x2.mul(k, f64x2.splat(1.9082149292705877e-10)))
  let p = f64x2.splat(1.0 / 6227020800)
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 479001600))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 39916800))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 3628800))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 362880))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 40320))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 5040))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 720))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 120))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 24))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 6))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1))
  // Adding 1.5 x 2^52 puts the integer k into the lowest bits. They become the exponent of 2^k.
  const shifted = f64x2.add(k, f64x2.splat(6755399441055744.0))
  const power = i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52)
  return f64x2.mul(f64x2.add(f64x2.mul(p, r), f64x2.splat(1)), power)
}

/**
 * Converts rows of bytes to float32 numbers, and multiplies them by `factor`. Row r has `width` numbers from the address
 * out + 4 * r * width. Its bytes lie in the last quarter of the memory of these numbers. No byte is overwritten before it
 * is read, because the numbers are written from the front.
 */
export function scaleBytes(rows: i32, width: i32, factor: f32, out: usize): void {
  const factors = f32x4.splat(factor)
  for (; rows > 0; rows--) {
    let bytes = out + 3 * (width as usize)
    let left = width
    for (; left > 15; left -= 16) {
      const all = v128.load(bytes)
      const low = i16x8.extend_low_i8x16_u(all)
      const high = i16x8.extend_high_i8x16_u(all)
      v128.store(out, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low)), factors))
      v128.store(out, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low)), factors), 16)
      v128.store(out, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high)), factors), 32)
      v128.store(out, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(high)), factors), 48)
      bytes += 16
      out += 64
    }
    for (; left > 0; left--) {
      store<f32>(out, (load<u8>(bytes) as f32) * factor)
      bytes += 1
      out += 4
    }
  }
}
