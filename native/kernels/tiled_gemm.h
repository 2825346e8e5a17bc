// Multiplies matrices in tiles (small blocks of the result). OpenBLAS copies both matrices before it multiplies them.
// For a mini-batch of ten rows, this copying takes longer than the multiplication, so the functions below avoid most of
// it.
//
// The terms of each element are added in the same order for all tile sizes. So the bits of an element depend neither on
// the tile size nor on the number of rows and columns of the result.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "../vectorized.h"
#include "product.h"
#include "tiles.h"

namespace descent {

#ifdef DESCENT_HAS_TILES

namespace tiles {

// Calls part(size), where `size` is a compile-time constant from 1 to `Most`.
template <int Most, class Part>
DESCENT_INLINE inline void withConstant(int64_t size, const Part& part) {
  if constexpr (Most > 1) {
    if (size < Most) return withConstant<Most - 1>(size, part);
  }
  part(std::integral_constant<int, Most>());
}

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
    withConstant<Most>(size, [&](auto constant) { part(first, constant); });
    first += size;
  }
}

// Defines a struct for one vector length, such as that of AVX2. Its functions compute tiles with the given instructions.
// They are marked `noinline`, because compilers would run out of registers if they inlined these functions into the
// loops that call them. `dotRows` x `dotColumns` and `outerRows` x `outerVectors` are the sizes of the largest tiles. The
// vectors of sums of such a tile take most of the registers. `Narrower` has vectors of half the length or less.
#define DESCENT_TILES(Name, Narrower_, attributes, bytes, dotRows, dotColumns, outerRows, outerVectors)        \
  struct Name {                                                                                                \
    using Narrower = Narrower_;                                                                                \
    static constexpr int kVectorBytes = bytes;                                                                 \
    template <class T>                                                                                         \
    static constexpr int kLanes = std::max<int>(1, bytes / sizeof(T));                                         \
    static constexpr int kDotRows = dotRows, kDotColumns = dotColumns;                                         \
    static constexpr int kOuterRows = outerRows, kOuterVectors = outerVectors;                                 \
    template <class T, int Rows, int Columns>                                                                  \
    __attribute__((noinline)) attributes static void dot(const Product<T>& p, int64_t row, int64_t column) {   \
      dotTile<T, kLanes<T>, Rows, Columns>(p, row, column);                                                    \
    }                                                                                                          \
    template <class T, bool TransA, int Rows, int Vectors, bool Partial>                                       \
    __attribute__((noinline)) attributes static void outer(const Product<T>& p, int64_t row, int64_t column,   \
                                                           int64_t fresh) {                                    \
      outerTile<T, kLanes<T>, TransA, Rows, Vectors, Partial>(p, row, column, fresh);                          \
    }                                                                                                          \
  }

#ifdef __x86_64__
#define DESCENT_TARGET(features) __attribute__((target(features)))
// 16 registers.
DESCENT_TILES(Baseline1, void, , 1, 2, 2, 2, 2);
DESCENT_TILES(Baseline, Baseline1, , 16, 3, 3, 3, 3);
// Rows shorter than a vector of AVX2 use the fused multiply-add instructions of AVX2 too. Otherwise the bits of an
// element would depend on the number of columns.
DESCENT_TILES(Avx2Short1, void, DESCENT_TARGET("avx2,fma"), 1, 2, 2, 2, 2);
DESCENT_TILES(Avx2Short, Avx2Short1, DESCENT_TARGET("avx2,fma"), 16, 3, 3, 3, 3);
DESCENT_TILES(Avx2, Avx2Short, DESCENT_TARGET("avx2,fma"), 32, 4, 3, 4, 3);
// 32 registers.
DESCENT_TILES(Avx512, Avx2, DESCENT_TARGET("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"), 64, 5, 5, 8, 3);
#else
// NEON has 32 registers. With larger tiles, compilers would keep some of the sums in memory.
DESCENT_TILES(Baseline1, void, , 1, 2, 2, 2, 2);
DESCENT_TILES(Baseline, Baseline1, , 16, 5, 4, 7, 3);
#endif

// Computes a product of `a` and the transposed `b`. Each row of both must fill at least one vector.
template <class Level, class T>
void dotProduct(const Product<T>& p) {
  // Process the matrix `a` in blocks of this many bytes, so that a block fits into the L2 cache. Processors with AVX-512
  // have at least 1 MB of it, except for a few mobile ones with 512 KB.
  constexpr int64_t kBlockBytes = Level::kVectorBytes == 64 ? 1 << 18 : 1 << 17;
  const int64_t block = std::clamp<int64_t>(kBlockBytes / sizeof(T) / p.k, 2 * Level::kDotRows, 24 * Level::kDotRows);
  for (int64_t begin = 0; begin < p.m; begin += block) {
    const int64_t rows = std::min(p.m - begin, block);
    evenly<Level::kDotColumns>(p.n, [&](int64_t column, auto columns) {
      evenly<Level::kDotRows>(
          rows, [&](int64_t row, auto height) { Level::template dot<T, height, columns>(p, begin + row, column); });
    });
  }
}

template <class Level, class T, bool TransA, int Vectors, bool Partial = false>
void outerRows(const Product<T>& p, int64_t column, int64_t fresh = 0) {
  evenly<Level::kOuterRows>(p.m, [&](int64_t row, auto height) {
    Level::template outer<T, TransA, height, Vectors, Partial>(p, row, column, fresh);
  });
}

// The maximum number of terms that are added in one pass over the result.
constexpr int64_t kDepth = 256;

// Computes the same as `outerRows`, but reads the columns of `b` from a copy in `panel`. Reading the copy is faster if
// the rows of `b` are on many different memory pages. The copy is made only if `b` has more than kFewRows rows, and if
// the copy is read at least kReadings times.
template <class Level, class T, bool TransA, int Vectors>
void outerPanel(const Product<T>& p, int64_t column) {
  constexpr int64_t kWidth = Vectors * Level::template kLanes<T>;
  constexpr int64_t kFewRows = 32;
  constexpr int64_t kReadings = 4;
  if (p.k <= kFewRows || p.m < kReadings * Level::kOuterRows) return outerRows<Level, T, TransA, Vectors>(p, column);
  // Aligned, so that no vector lies in two cache lines.
  alignas(64) T panel[kDepth * kWidth];
  for (int64_t q = 0; q < p.k; q++) std::memcpy(panel + q * kWidth, p.b + q * p.ldb + column, kWidth * sizeof(T));
  Product<T> part = p;
  part.b = panel;
  part.ldb = kWidth;
  part.out = p.out + column;
  outerRows<Level, T, TransA, Vectors>(part, 0);
}

// Computes a product of `a`, which is transposed if `TransA` is true, and `b`. Each row of `b` must fill at least one
// vector.
template <class Level, class T, bool TransA>
void outerProduct(const Product<T>& p) {
  constexpr int64_t kLanes = Level::template kLanes<T>;
  const int64_t whole = p.n / kLanes;
  for (int64_t term = 0; term < p.k; term += kDepth) {
    const Product<T> part = termsOf(p, term, std::min(p.k, term + kDepth));
    evenly<Level::kOuterVectors>(
        whole, [&](int64_t vector, auto vectors) { outerPanel<Level, T, TransA, vectors>(part, vector * kLanes); });
    // If the number of columns is not a multiple of the vector length, the last vector of a row overlaps the vector
    // before it. Skip the columns that have already been computed.
    if (whole * kLanes < p.n) outerRows<Level, T, TransA, 1, true>(part, p.n - kLanes, p.n - whole * kLanes);
  }
}

// Uses the widest vectors that a row can fill.
template <class Level, class T>
void multiply(const Product<T>& p) {
  if constexpr (!std::is_void_v<typename Level::Narrower>) {
    if ((p.transB ? p.k : p.n) < Level::template kLanes<T>) return multiply<typename Level::Narrower>(p);
  }
  if (p.transB) return dotProduct<Level>(p);
  if (p.transA) return outerProduct<Level, T, true>(p);
  outerProduct<Level, T, false>(p);
}

}  // namespace tiles

// Returns whether a product is computed in tiles, and not by OpenBLAS.
//
// Products of `a` and the transposed `b` always are. A forward pass consists of them, and the bits of its rows must not
// depend on the number of rows. Other products are computed in tiles if that is faster: OpenBLAS is faster for large
// products, and for many sums of few terms where `a` is transposed. The limits were measured on Zen 3 and Zen 5 processors
// (docs/internals/benchmarks.md). No network needs a product of two transposed matrices.
template <class T>
bool hasTiles(const Product<T>& p) {
  constexpr int64_t kFewTerms = 4;
  constexpr int64_t kFewSums = 1024;
  if (p.transB) return !p.transA;
#ifdef __x86_64__
  if (vectorLevel() == VectorLevel::baseline) return false;
#endif
  const int64_t limit = int64_t{1} << (vectorLevel() == VectorLevel::avx512 ? 27 : 23);
  return p.m * p.n <= limit / p.k && !(p.transA && p.k < kFewTerms && p.m * p.n > kFewSums);
}

template <class T>
void multiplyTiles(const Product<T>& p) {
#ifdef __x86_64__
  switch (vectorLevel()) {
    case VectorLevel::avx512:
      return tiles::multiply<tiles::Avx512>(p);
    case VectorLevel::avx2:
      return tiles::multiply<tiles::Avx2>(p);
    case VectorLevel::baseline:
      break;
  }
#endif
  tiles::multiply<tiles::Baseline>(p);
}

#else

template <class T>
bool hasTiles(const Product<T>&) {
  return false;
}

template <class T>
void multiplyTiles(const Product<T>&) {}

#endif

}  // namespace descent
