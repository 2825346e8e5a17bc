// Computes exp(x) and exp(x) - 1 for x <= 0 in a form that compilers can vectorize: without branches, function calls,
// or conversions between floats and integers. It uses exp(x) = 2^k exp(r), where x = k ln 2 + r, k is an integer, and
// |r| <= ln 2 / 2.
#pragma once

#include <cstdint>
#include <cstring>

#include "../vectorized.h"

namespace descent {

template <class To, class From>
DESCENT_INLINE inline To bitCast(From from) {
  static_assert(sizeof(To) == sizeof(From), "a bit cast keeps the size");
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

// exp(x) in two parts: exp(x) = power * (1 + rest)
template <class T>
struct Exponential {
  T power;
  T rest;
};

template <class T>
DESCENT_INLINE inline Exponential<T> exponentialOf(T clamped);

// Approximates exp(r) - 1, where r is the remainder computed below, by a polynomial from Cephes (expf.c, S. Moshier).
// The approximation is accurate to 1 ulp.
template <>
DESCENT_INLINE inline Exponential<float> exponentialOf<float>(float clamped) {
  // Rounds clamped / ln 2 to an integer by adding 1.5 x 2^23. The integer is then in the lowest bits of `shifted`.
  const float shifted = clamped * 1.44269504f + 12582912.0f;
  const float k = shifted - 12582912.0f;
  const float r = clamped - k * 0.693359375f + k * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  return {bitCast<float>((bitCast<uint32_t>(shifted) << 23) + 0x3f800000u), p * r * r + r};
}

// Approximates exp(r) - 1, where r is the remainder computed below, by a Taylor series of degree 13. The truncation
// error is below 1e-17.
template <>
DESCENT_INLINE inline Exponential<double> exponentialOf<double>(double clamped) {
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
  return {bitCast<double>((bitCast<uint64_t>(shifted) << 52) + 0x3ff0000000000000u), p * r};
}

// For x below this limit, exp(x) is taken as 0, to avoid subnormal numbers.
template <class T>
constexpr T kSmallestExponent = sizeof(T) == sizeof(float) ? T(-87) : T(-708);

// Returns exp(x) for x <= 0, and NaN for NaN. The last operation is an addition, because a compiler may fuse a last
// multiplication with an addition of the caller. It would do so in some loops only, and the bits would differ.
template <class T>
DESCENT_INLINE inline T expOfNegative(T x) {
  const T smallest = kSmallestExponent<T>;
  const Exponential<T> e = exponentialOf<T>(x < smallest ? smallest : x);
  return x < smallest ? T(0) : e.rest * e.power + e.power;
}

// Returns exp(x) - 1 for x <= 0, and NaN for NaN. The result is accurate to the last bits even if x is near 0.
template <class T>
DESCENT_INLINE inline T expm1OfNegative(T x) {
  const T smallest = T(-40);
  const Exponential<T> e = exponentialOf<T>(x < smallest ? smallest : x);
  return e.power * e.rest + (e.power - T(1));
}

// Computes 1 / (1 + exp(-x)). It uses exp only for arguments that are not positive, so nothing overflows.
template <class T>
DESCENT_INLINE inline T logistic(T x) {
  const T e = expOfNegative<T>(x > 0 ? -x : x);
  return (x > 0 ? T(1) : e) / (T(1) + e);
}

}  // namespace descent
