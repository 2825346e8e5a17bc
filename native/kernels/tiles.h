// Computes tiles (small blocks) of the product of two matrices, `a` and `b`, with the compiler's vector types.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "../vectorized.h"
#include "product.h"

#if defined(__GNUC__) || defined(__clang__)
#define DESCENT_HAS_TILES

// Hides from the compiler what a variable in a vector register holds.
#ifdef __x86_64__
#define DESCENT_OPAQUE(value) asm("" : "+v"(value))
#elif defined(__aarch64__)
#define DESCENT_OPAQUE(value) asm("" : "+w"(value))
#else
#define DESCENT_OPAQUE(value)
#endif

namespace descent {
namespace tiles {

template <class T, int Lanes>
struct VectorOf {
  typedef T type __attribute__((vector_size(Lanes * sizeof(T))));
};
template <class T, int Lanes>
using Vector = typename VectorOf<T, Lanes>::type;

template <class T>
using Bits = std::conditional_t<sizeof(T) == 4, int32_t, int64_t>;

// Turn off the compiler's warning about how functions pass vectors, from here to the end of the file. The warning does
// not matter, because all these functions are inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

template <class V, class T>
DESCENT_INLINE inline V load(const T* from) {
  V v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

template <class V, class T>
DESCENT_INLINE inline void store(T* to, const V& v) {
  std::memcpy(to, &v, sizeof v);
}

// Returns the lanes of two vectors at the given positions. The lanes of `y` are counted after those of `x`.
template <class V, class I, int... Positions>
DESCENT_INLINE inline V lanesOf(const V& x, const V& y, std::integer_sequence<int, Positions...>) {
#ifdef __clang__
  return __builtin_shufflevector(x, y, Positions...);
#else
  return __builtin_shuffle(x, y, I{Positions...});
#endif
}

// Returns the positions of one half of each group of `Group` lanes: the first half if `Half` is 0, and the second half
// if `Half` is 1.
template <int Group, int Half, int... Indices>
constexpr auto halves(std::integer_sequence<int, Indices...>) {
  constexpr int kHalf = Group / 2;
  return std::integer_sequence<int, (Indices / kHalf * Group + Half * kHalf + Indices % kHalf)...>();
}

// Adds the two halves of each group of `Group` lanes. The groups of `x` come first in the result, then those of `y`.
template <class T, int Lanes, int Group>
DESCENT_INLINE inline Vector<T, Lanes> halved(const Vector<T, Lanes>& x, const Vector<T, Lanes>& y) {
  using V = Vector<T, Lanes>;
  using I = Vector<Bits<T>, Lanes>;
  constexpr auto all = std::make_integer_sequence<int, Lanes>();
  return lanesOf<V, I>(x, y, halves<Group, 0>(all)) + lanesOf<V, I>(x, y, halves<Group, 1>(all));
}

// Returns a vector whose lane i is the sum of all lanes of `vectors[From + i]`, or 0 if there is no such vector.
// `Count` is the number of vectors. The lanes of a vector are always added in the same order. In a vector of 16 lanes,
// for example, lane 0 is first added to lane 8, lane 1 to lane 9, and so on.
template <class T, int Lanes, int Count, int From = 0, int Group = 2>
DESCENT_INLINE inline Vector<T, Lanes> sumsOf(const Vector<T, Lanes>* vectors) {
  using V = Vector<T, Lanes>;
  if constexpr (From >= Count) {
    return V{};
  } else if constexpr (Group > Lanes) {
    return vectors[From];
  } else {
    const V x = sumsOf<T, Lanes, Count, From, Group * 2>(vectors);
    const V y = sumsOf<T, Lanes, Count, From + Lanes / Group, Group * 2>(vectors);
    return halved<T, Lanes, Group>(x, y);
  }
}

// Returns a mask that selects the last `count` lanes.
template <class T, int Lanes>
DESCENT_INLINE inline Vector<Bits<T>, Lanes> lastLanes(int64_t count) {
  Vector<Bits<T>, Lanes> lane;
  for (int i = 0; i < Lanes; i++) lane[i] = i;
  return lane >= static_cast<Bits<T>>(Lanes - count);
}

// Returns a vector with the last `count` lanes of `last` and the other lanes of `first`.
template <class T, int Lanes>
DESCENT_INLINE inline Vector<T, Lanes> joined(const Vector<T, Lanes>& first, const Vector<T, Lanes>& last, int64_t count) {
  using I = Vector<Bits<T>, Lanes>;
  const I mask = lastLanes<T, Lanes>(count);
  return (Vector<T, Lanes>)(((I)last & mask) | ((I)first & ~mask));
}

// Keeps the compiler from fusing the multiplication that computed `value` with a later addition. In `x * a + y * b`,
// the compiler could fuse either multiplication with the addition. The product of a fused multiplication is not
// rounded, so the choice affects the result. The compiler would choose differently for different tile sizes.
template <class T, int Lanes>
DESCENT_INLINE inline void round(Vector<T, Lanes>& value) {
  if constexpr (Lanes == 1) {
    // A compiler may keep a vector of one number in a register for integers.
    T lane = value[0];
    DESCENT_OPAQUE(lane);
    value[0] = lane;
  } else {
    DESCENT_OPAQUE(value);
  }
}

// Writes the sums of the lanes of `Count` vectors, multiplied by `alpha`, to `products`.
template <class T, int Lanes, int Count, int From = 0>
DESCENT_INLINE inline void addUp(const Vector<T, Lanes>* sums, T alpha, T* products) {
  if constexpr (From < Count) {
    Vector<T, Lanes> product = alpha * sumsOf<T, Lanes, Count, From>(sums);
    round<T, Lanes>(product);
    store(products + From, product);
    addUp<T, Lanes, Count, From + Lanes>(sums, alpha, products);
  }
}

// Computes a tile (a small block) of the product of `a` and the transposed `b`. Each element is the dot product of a
// row of `a` and a row of `b`. The numbers of a row are contiguous in memory, so the function multiplies whole vectors
// of them. At the end, it adds up the numbers in each vector of sums.
template <class T, int Lanes, int Rows, int Columns>
DESCENT_INLINE inline void dotTile(const Product<T>& p, int64_t row, int64_t column) {
  using V = Vector<T, Lanes>;
  // Copy the fields of `p` into variables. Otherwise the compiler would load the fields again after each write to
  // `out`, because the write might have changed them.
  const auto [transA, transB, m, n, k, alpha, wholeA, lda, wholeB, ldb, beta, wholeOut, ldout] = p;
  const T* a = wholeA + row * lda;
  const T* b = wholeB + column * ldb;
  T* out = wholeOut + row * ldout + column;
  V sums[Rows][Columns];
  for (int i = 0; i < Rows; i++) {
    for (int j = 0; j < Columns; j++) sums[i][j] = V{};
  }
  // Each row of `a` and `b` has enough numbers for at least one vector. The loop is a `do` loop, so that it does not
  // check this before the first vector.
  int64_t q = 0;
  do {
    V right[Columns];
    for (int j = 0; j < Columns; j++) right[j] = load<V>(b + j * ldb + q);
    for (int i = 0; i < Rows; i++) {
      const V left = load<V>(a + i * lda + q);
      for (int j = 0; j < Columns; j++) sums[i][j] += left * right[j];
    }
    q += Lanes;
  } while (q + Lanes <= k);
  if (q < k) {
    // The last vector of a row overlaps the vector before it, so some of its lanes have been added already. Set these
    // lanes to 0 in the vectors from `a` and also in those from `b`, because 0 x infinity would be NaN.
    const int64_t fresh = k - q;
    V right[Columns];
    for (int j = 0; j < Columns; j++) right[j] = joined<T, Lanes>(V{}, load<V>(b + j * ldb + k - Lanes), fresh);
    for (int i = 0; i < Rows; i++) {
      const V left = joined<T, Lanes>(V{}, load<V>(a + i * lda + k - Lanes), fresh);
      for (int j = 0; j < Columns; j++) sums[i][j] += left * right[j];
    }
  }
  constexpr int kCount = Rows * Columns;
  constexpr int kPacks = (kCount + Lanes - 1) / Lanes;
  T products[kPacks * Lanes];
  addUp<T, Lanes, kCount>(&sums[0][0], alpha, products);
  for (int i = 0; i < Rows; i++) {
    for (int j = 0; j < Columns; j++) {
      T& to = out[i * ldout + j];
      const T product = products[i * Columns + j];
      to = beta == 0 ? product : product + beta * to;
    }
  }
}

// Computes a tile (a small block) of the product of `a` and `b`, where `a` is transposed if `TransA` is true. The
// function multiplies each number of `a` by vectors from a row of `b`. If `Partial` is true, it writes only the last
// `fresh` lanes of each vector.
template <class T, int Lanes, bool TransA, int Rows, int Vectors, bool Partial>
DESCENT_INLINE inline void outerTile(const Product<T>& p, int64_t row, int64_t column, [[maybe_unused]] int64_t fresh) {
  using V = Vector<T, Lanes>;
  const auto [transA, transB, m, n, k, alpha, wholeA, lda, wholeB, ldb, beta, wholeOut, ldout] = p;
  const T* a = wholeA + (TransA ? row : row * lda);
  const T* b = wholeB + column;
  T* out = wholeOut + row * ldout + column;
  V sums[Rows][Vectors];
  for (int i = 0; i < Rows; i++) {
    for (int j = 0; j < Vectors; j++) sums[i][j] = V{};
  }
  // Each element of the result is a sum of at least one term. The loop is a `do` loop, so that it does not check this
  // before the first term.
  int64_t q = 0;
  do {
    V right[Vectors];
    for (int j = 0; j < Vectors; j++) right[j] = load<V>(b + j * Lanes);
    for (int i = 0; i < Rows; i++) {
      const T left = TransA ? a[i] : a[i * lda];
      for (int j = 0; j < Vectors; j++) sums[i][j] += left * right[j];
    }
    a += TransA ? lda : 1;
    b += ldb;
  } while (++q < k);
  for (int i = 0; i < Rows; i++) {
    for (int j = 0; j < Vectors; j++) {
      T* to = out + i * ldout + j * Lanes;
      V product = alpha * sums[i][j];
      round<T, Lanes>(product);
      if (beta != 0) product += beta * load<V>(to);
      if constexpr (Partial) product = joined<T, Lanes>(load<V>(to), product, fresh);
      store(to, product);
    }
  }
}

}  // namespace tiles
}  // namespace descent

#endif
