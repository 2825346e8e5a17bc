// Multiplies matrices that fit in the caches. OpenBLAS copies both matrices before it multiplies them. For a mini-batch
// of ten rows, this copying takes longer than the multiplication, so the functions below avoid most of it.
//
// The product is computed in tiles (small blocks of the result). The terms of each element are added in the same order
// for all tile sizes, so the bits of the result do not depend on the tile size.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "../vectorized.h"
#include "product.h"
#include "tiles.h"

namespace descent {

#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)

namespace small {

// Divides a length into parts of nearly equal size. No part is longer than `Most`. Calls part(first, size) for each
// part, where `first` is the position at which the part begins. `size` is a compile-time constant.
template <int Most, class Part>
void evenly(int64_t length, const Part& part) {
  const int64_t parts = (length + Most - 1) / Most;
  if (parts == 0) return;
  const int64_t shorter = length / parts;
  int64_t longer = length % parts;
  int64_t first = 0;
  while (first < length) {
    const int64_t size = longer-- > 0 ? shorter + 1 : shorter;
    switch (size) {
      case 1:
        part(first, std::integral_constant<int, 1>());
        break;
      case 2:
        part(first, std::integral_constant<int, 2>());
        break;
      case 3:
        part(first, std::integral_constant<int, 3>());
        break;
      default:
        part(first, std::integral_constant<int, Most>());
    }
    first += size;
  }
}

// Defines a struct for one vector level, such as AVX2. Its functions compute tiles (small blocks of the result) with
// the instructions of this level. They are marked `noinline`, because compilers would run out of registers if they
// inlined these functions into the loops that call them.
#define DESCENT_TILES(Level, features, bytes)                                                                  \
  struct Level {                                                                                               \
    template <class T>                                                                                         \
    static constexpr int kLanes = bytes / sizeof(T);                                                           \
    template <class T, int Rows, int Columns>                                                                  \
    __attribute__((target(features), noinline)) static void dot(const Product<T>& p, int64_t row,              \
                                                                int64_t column) {                              \
      dotTile<T, kLanes<T>, Rows, Columns>(p, row, column);                                                    \
    }                                                                                                          \
    template <class T, bool TransA, int Rows, int Vectors, bool Partial>                                       \
    __attribute__((target(features), noinline)) static void outer(const Product<T>& p, int64_t row,            \
                                                                  int64_t column, int64_t fresh) {             \
      outerTile<T, kLanes<T>, TransA, Rows, Vectors, Partial>(p, row, column, fresh);                          \
    }                                                                                                          \
  }

DESCENT_TILES(Avx2, "avx2,fma", 32);
DESCENT_TILES(Avx512, "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma", 64);

template <class Level, class T>
void dotProduct(const Product<T>& p) {
  // Process the matrix `a` in blocks of this many rows, so that a block and the matrix `b` fit into the L2 cache
  // together.
  constexpr int64_t kBlock = 32;
  for (int64_t begin = 0; begin < p.m; begin += kBlock) {
    const int64_t rows = p.m - begin < kBlock ? p.m - begin : kBlock;
    evenly<kVectors>(p.n, [&](int64_t column, auto columns) {
      evenly<kRows>(rows, [&](int64_t row, auto height) { Level::template dot<T, height, columns>(p, begin + row, column); });
    });
  }
}

template <class Level, class T, bool TransA, int Vectors, bool Partial = false>
void outerRows(const Product<T>& p, int64_t column, int64_t fresh = 0) {
  evenly<kRows>(p.m, [&](int64_t row, auto height) {
    Level::template outer<T, TransA, height, Vectors, Partial>(p, row, column, fresh);
  });
}

// Computes the same as `outerRows`, but reads the columns of `b` from a copy in `panel`. Reading the copy is faster if
// each row of `b` is on a different memory page. The copy is made only if it fits into `panel` and is read at least
// kReadings times.
template <class Level, class T, bool TransA, int Vectors>
void outerPanel(const Product<T>& p, int64_t column) {
  constexpr int64_t kLanes = Level::template kLanes<T>;
  constexpr int64_t kDepth = 256;
  constexpr int64_t kWidth = Vectors * kLanes;
  constexpr int64_t kReadings = 4;
  if (p.k > kDepth || p.m < kReadings * kRows) return outerRows<Level, T, TransA, Vectors>(p, column);
  T panel[kDepth * kWidth];
  for (int64_t q = 0; q < p.k; q++) std::memcpy(panel + q * kWidth, p.b + q * p.ldb + column, kWidth * sizeof(T));
  Product<T> part = p;
  part.b = panel;
  part.ldb = kWidth;
  part.out = p.out + column;
  outerRows<Level, T, TransA, Vectors>(part, 0);
}

template <class Level, class T, bool TransA>
void outerProduct(const Product<T>& p) {
  constexpr int64_t kLanes = Level::template kLanes<T>;
  const int64_t whole = p.n / kLanes;
  evenly<kVectors>(whole, [&](int64_t vector, auto vectors) { outerPanel<Level, T, TransA, vectors>(p, vector * kLanes); });
  // If the number of columns is not a multiple of the vector length, the last vector of a row overlaps the vector
  // before it. Skip the columns that have already been computed.
  if (whole * kLanes < p.n) outerRows<Level, T, TransA, 1, true>(p, p.n - kLanes, p.n - whole * kLanes);
}

template <class Level, class T>
void multiply(const Product<T>& p) {
  if (p.transB) return dotProduct<Level>(p);
  if (p.transA) return outerProduct<Level, T, true>(p);
  outerProduct<Level, T, false>(p);
}

}  // namespace small

// Returns whether multiplySmall supports a product and is faster than OpenBLAS. multiplySmall is slower if the product
// takes more than kLimit multiplications. It is also slower if the matrix `a` is transposed and each element of
// the result is a sum of fewer than kFewTerms terms. Both limits were measured on a Zen 3 processor
// (docs/internals/benchmarks.md).
template <class T>
bool isSmallProduct(const Product<T>& p) {
  constexpr int64_t kLimit = int64_t{1} << 23;
  constexpr int64_t kFewTerms = 4;
  if (vectorLevel() == VectorLevel::baseline || p.m * p.n > kLimit / p.k) return false;
  // multiplySmall reads only complete vectors, so the rows of `b` must have at least `lanes` numbers. It does not
  // support products of two transposed matrices, because no network needs such a product.
  const int64_t lanes = (vectorLevel() == VectorLevel::avx512 ? 64 : 32) / sizeof(T);
  if (p.transB) return !p.transA && p.k >= lanes;
  return p.n >= lanes && !(p.transA && p.k < kFewTerms);
}

template <class T>
void multiplySmall(const Product<T>& p) {
  if (vectorLevel() == VectorLevel::avx512) {
    small::multiply<small::Avx512>(p);
  } else {
    small::multiply<small::Avx2>(p);
  }
}

#else

template <class T>
bool isSmallProduct(const Product<T>&) {
  return false;
}

template <class T>
void multiplySmall(const Product<T>&) {}

#endif

}  // namespace descent
