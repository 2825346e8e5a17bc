// Multiplies matrices that are narrower than a vector, such as the inputs of a layer with few inputs. For these, the
// tiles of tiled_gemm.h would consist of short vectors. The functions below transpose a matrix, and then compute tiles of
// long vectors.
#pragma once

#include <algorithm>
#include <cstdint>

#include "product.h"
#include "tiled_gemm.h"

namespace descent {

// The number of elements in a vector of the chosen level.
template <class T>
int64_t lanesOf() {
  const VectorLevel level = vectorLevel();
  return (level == VectorLevel::avx512 ? 64 : level == VectorLevel::avx2 ? 32 : 16) / static_cast<int64_t>(sizeof(T));
}

constexpr int64_t kMostLanes = 16;
// The transposed matrices have at most this many columns, so that they take less time than the product.
constexpr int64_t kMostColumns = 64;

// Writes the transposed matrix `from` (rows x columns) to `to` (columns x rows). `ldFrom` and `ldTo` are the distances
// between two rows.
template <class T>
void transpose(const T* from, int64_t rows, int64_t columns, int64_t ldFrom, T* to, int64_t ldTo) {
  for (int64_t j = 0; j < columns; j++) {
    for (int64_t i = 0; i < rows; i++) to[j * ldTo + i] = from[i * ldFrom + j];
  }
}

// Returns whether `multiplyNarrowRows` computes the product. The answer does not depend on the number of rows of `a`,
// because the bits of a network's answer must not depend on the number of rows.
template <class T>
bool hasNarrowRows(const Product<T>& p) {
  return p.transB && !p.transA && p.beta == 0 && p.k < lanesOf<T>() && p.n <= kMostColumns;
}

// Computes a product of `a` and the transposed `b`, whose rows are shorter than a vector. First transposes `b`. Otherwise
// each element would be a vector whose lanes must be added up.
template <class T>
void multiplyNarrowRows(const Product<T>& p) {
  const int64_t lanes = lanesOf<T>();
  // The rows of the transposed matrix are filled up with zeros, so that they consist of whole vectors.
  const int64_t width = (p.n + lanes - 1) / lanes * lanes;
  T transposed[kMostLanes * kMostColumns];
  transpose(p.b, p.n, p.k, p.ldb, transposed, width);
  for (int64_t q = 0; q < p.k; q++) std::fill(transposed + q * width + p.n, transposed + (q + 1) * width, T(0));
  Product<T> whole = p;
  whole.transB = false;
  whole.n = width;
  whole.b = transposed;
  whole.ldb = width;
  if (width == p.n) return multiplyTiles(whole);
  // `out` has no room for the columns that were filled up, so the rows are computed elsewhere and copied.
  constexpr int64_t kRows = 16;
  T rows[kRows * kMostColumns];
  for (int64_t begin = 0; begin < p.m; begin += kRows) {
    Product<T> part = rowsOf(whole, begin, std::min(p.m, begin + kRows));
    part.out = rows;
    part.ldout = width;
    multiplyTiles(part);
    T* to = p.out + begin * p.ldout;
    for (int64_t i = 0; i < part.m; i++) {
      for (int64_t j = 0; j < p.n; j++) to[i * p.ldout + j] = rows[i * width + j];
    }
  }
}

// Returns whether `multiplyNarrowColumns` computes the product. It gives the same bits as `multiplyTiles`.
template <class T>
bool hasNarrowColumns(const Product<T>& p) {
  // A longer sum is added to `out` in several parts, see `outerProduct`.
  constexpr int64_t kMostTerms = 256;
  return p.transA && !p.transB && (p.beta == 0 || p.beta == 1) && p.n < lanesOf<T>() && p.m >= lanesOf<T>() &&
         p.m <= kMostColumns && p.k <= kMostTerms;
}

// Computes a product of the transposed `a` and `b`, whose rows are shorter than a vector. Computes the transposed result
// first, because its rows are long.
template <class T>
void multiplyNarrowColumns(const Product<T>& p) {
  T transposed[kMostLanes * kMostColumns];
  Product<T> turned = p;
  turned.m = p.n;
  turned.n = p.m;
  turned.a = p.b;
  turned.lda = p.ldb;
  turned.b = p.a;
  turned.ldb = p.lda;
  turned.beta = 0;
  turned.out = transposed;
  turned.ldout = p.m;
  multiplyTiles(turned);
  if (p.beta == 0) return transpose(transposed, p.n, p.m, p.m, p.out, p.ldout);
  const auto [transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, out, ldout] = p;
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) out[i * ldout + j] += transposed[j * m + i];
  }
}

}  // namespace descent
