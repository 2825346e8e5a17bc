// exp(x) for x <= 0, written so that a compiler can turn a loop over it into vector instructions: no branches, no calls,
// no conversions between floats and integers. x = k ln 2 + r with |r| <= ln 2 / 2, exp(x) = 2^k exp(r).
#pragma once

#include <cstdint>
#include <cstring>

#include "../vectorised.h"

namespace descent {

template <class To, class From>
DESCENT_INLINE inline To bitCast(From from) {
  static_assert(sizeof(To) == sizeof(From), "a bit cast keeps the size");
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

template <class T>
DESCENT_INLINE inline T expOfNegative(T x);

// Below -87 the result is 0 instead of a subnormal number. The polynomial is Cephes' (expf.c, S. Moshier), good to 1 ulp.
template <>
DESCENT_INLINE inline float expOfNegative<float>(float x) {
  const float clamped = x < -87.0f ? -87.0f : x;  // NaN stays NaN
  // Adding 1.5 x 2^23 rounds to a whole number, which then stands in the lowest bits.
  const float shifted = clamped * 1.44269504f + 12582912.0f;
  const float k = shifted - 12582912.0f;
  const float r = clamped - k * 0.693359375f + k * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const float powerOfTwo = bitCast<float>((bitCast<uint32_t>(shifted) << 23) + 0x3f800000u);
  return x < -87.0f ? 0.0f : p * powerOfTwo;
}

// Below -708 the result is 0 instead of a subnormal number. Taylor series of degree 13: truncation error below 1e-17.
template <>
DESCENT_INLINE inline double expOfNegative<double>(double x) {
  const double clamped = x < -708.0 ? -708.0 : x;
  const double shifted = clamped * 1.4426950408889634 + 6755399441055744.0;  // 1.5 x 2^52
  const double k = shifted - 6755399441055744.0;
  const double r = clamped - k * 6.93147180369123816490e-1 - k * 1.90821492927058770002e-10;
  double p = 1.0 / 6227020800;
  p = p * r + 1.0 / 479001600;
  p = p * r + 1.0 / 39916800;
  p = p * r + 1.0 / 3628800;
  p = p * r + 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  const double powerOfTwo = bitCast<double>((bitCast<uint64_t>(shifted) << 52) + 0x3ff0000000000000u);
  return x < -708.0 ? 0.0 : p * powerOfTwo;
}

}  // namespace descent
