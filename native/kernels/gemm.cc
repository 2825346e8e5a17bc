// The kernel gemm: out (m x n) = beta * out + alpha * scale * product, where `product` is the matrix product of `a` and
// `b`. The kernel uses tiled_gemm.h, narrow_gemm.h or OpenBLAS.
#include <cblas.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "define_kernel.h"
#include "narrow_gemm.h"
#include "product.h"
#include "tiled_gemm.h"
#include "../vectorized.h"

namespace descent {
namespace {

// OpenBLAS's Haswell kernels, which OpenBLAS also uses on Zen, compute rows in groups of twelve. Dividing a product at
// multiples of twelve rows therefore does not change its bits.
constexpr int64_t kExactRows = 12;
// The number of rows or columns in a tile. A tile is a part of a matrix product that one call of OpenBLAS computes. The
// bits of some products depend on how the product is divided. Such products are always divided into tiles of this size,
// so that any number of threads gives the same bits. Smaller tiles would be slower, because OpenBLAS copies one of the
// two matrices again for each tile.
constexpr int64_t kTile = 256;
// A product in tiles is divided among threads at multiples of this number of rows or columns.
constexpr int64_t kUnit = 16;
// A product with fewer multiplications than this is not divided among threads: about 6 us of work for a product in
// tiles, and about 25 us for a product that OpenBLAS computes.
constexpr int64_t kSmallestSharedTiles = int64_t{1} << 19;
constexpr int64_t kSmallestSharedBlas = int64_t{1} << 21;
// The minimum number of multiplications for each thread (about 6 us of work). This is more work than the minimum in
// define_kernel.h, because OpenBLAS may copy one of the two matrices again for each thread.
constexpr int64_t kSmallestShare = int64_t{1} << 18;
// The number of pieces in each thread's share of a product in tiles.
constexpr int64_t kPieces = 4;

CBLAS_TRANSPOSE transposition(bool trans) { return trans ? CblasTrans : CblasNoTrans; }

void multiplyByBlas(const Product<float>& p) {
  cblas_sgemm(CblasRowMajor, transposition(p.transA), transposition(p.transB), static_cast<int>(p.m), static_cast<int>(p.n),
              static_cast<int>(p.k), p.alpha, p.a, static_cast<int>(p.lda), p.b, static_cast<int>(p.ldb), p.beta, p.out,
              static_cast<int>(p.ldout));
}

void multiplyByBlas(const Product<double>& p) {
  cblas_dgemm(CblasRowMajor, transposition(p.transA), transposition(p.transB), static_cast<int>(p.m), static_cast<int>(p.n),
              static_cast<int>(p.k), p.alpha, p.a, static_cast<int>(p.lda), p.b, static_cast<int>(p.ldb), p.beta, p.out,
              static_cast<int>(p.ldout));
}

void multiplyVector(int rows, int columns, float alpha, const float* matrix, int ld, const float* x, float beta,
                    float* out) {
  cblas_sgemv(CblasRowMajor, CblasTrans, rows, columns, alpha, matrix, ld, x, 1, beta, out, 1);
}

void multiplyVector(int rows, int columns, double alpha, const double* matrix, int ld, const double* x, double beta,
                    double* out) {
  cblas_dgemv(CblasRowMajor, CblasTrans, rows, columns, alpha, matrix, ld, x, 1, beta, out, 1);
}

// Computes the product of a single row and `b`. Uses gemv instead of gemm, because gemm would first copy `b`. If beta is
// 0, `out` is cleared first, because gemv may multiply the old numbers in `out` by 0, and NaN times 0 is NaN.
template <class T>
void multiplyRow(const Product<T>& p) {
  if (p.beta == 0) std::fill(p.out, p.out + p.n, T(0));
  multiplyVector(static_cast<int>(p.k), static_cast<int>(p.n), p.alpha, p.b, static_cast<int>(p.ldb), p.a, p.beta, p.out);
}

// Returns whether dividing a product after a multiple of twelve rows leaves its bits unchanged. This depends on the
// kernels that OpenBLAS chose for this machine, so it is tested here, with sums of `k` terms.
// The test divides each product after 12, 24 and 36 rows. If it divided only after 24 rows, kernels with groups of
// eight rows would pass too. The numbers of rows and columns are not multiples of four, so that the last groups are
// incomplete.
template <class T>
bool twelvesAreExact(int64_t k) {
  constexpr int64_t m = 61;
  std::vector<T> a(m * k), b(k * 131);
  uint32_t state = 1;
  for (std::vector<T>* matrix : {&a, &b}) {
    for (T& value : *matrix) value = static_cast<T>(static_cast<int32_t>(state = state * 1664525u + 1013904223u)) * T(1e-10);
  }
  for (const int64_t n : {129, 130, 131}) {
    for (const auto& [transA, transB] : {std::pair{false, true}, {false, false}, {true, false}}) {
      std::vector<T> whole(m * n, T(0.1));
      const Product<T> p = {transA, transB, m, n, k, T(0.37), a.data(), transA ? m : k, b.data(), transB ? k : n, T(1), whole.data(), n};
      multiplyByBlas(p);
      for (const int64_t cut : {kExactRows, 2 * kExactRows, 3 * kExactRows}) {
        std::vector<T> parts(m * n, T(0.1));
        Product<T> again = p;
        again.out = parts.data();
        multiplyByBlas(rowsOf(again, 0, cut));
        multiplyByBlas(rowsOf(again, cut, m));
        if (std::memcmp(whole.data(), parts.data(), whole.size() * sizeof(T)) != 0) return false;
      }
    }
  }
  return true;
}

// Returns whether dividing this product after a multiple of twelve rows leaves its bits unchanged. On processors with
// AVX-512, OpenBLAS has special kernels for products of few multiplications: up to 100 x 100 x 100 in version 0.3.21.
// Their bits differ from those of the usual kernels. So some products may be divided only if even the smallest part,
// which has twelve rows, is too large for these kernels.
template <class T>
bool rowsAreExact(const Product<T>& p) {
  // Of a product with 500 terms, the whole has too many multiplications for the special kernels, and the smallest part
  // does not. Of a product with 5000 terms, both have too many.
  static const bool alwaysExact = twelvesAreExact<T>(500);
  static const bool exactIfLarge = alwaysExact || twelvesAreExact<T>(5000);
  // More than any version of OpenBLAS has used as the limit so far.
  constexpr int64_t kLargestSpecial = int64_t{28} * 512 * 512;
  return alwaysExact || (exactIfLarge && p.n > kLargestSpecial / kExactRows / p.k);
}

// How a product is divided among threads: along its rows or its columns, into units of `size` rows or columns.
struct Sharing {
  bool alongRows;
  int64_t length;
  int64_t size;
  int64_t units;
  // Whether adjacent units may be computed in one call.
  bool joined;

  int64_t edge(int64_t unit) const { return unit == units ? length : unit * size; }
};

// Returns whether the product is so small that one thread computes it. The product of three counts of up to 2^31 does
// not fit in an int64, and a division would take as long as a small product.
template <class T>
bool isUnshared(const Product<T>& p, bool inTiles) {
  const int64_t smallest = inTiles ? kSmallestSharedTiles : kSmallestSharedBlas;
  return static_cast<double>(p.m * p.n) * static_cast<double>(p.k) < static_cast<double>(smallest);
}

Sharing sharingInUnits(bool alongRows, int64_t length, int64_t size, bool joined) {
  return {alongRows, length, size, std::max<int64_t>(1, length / size), joined};
}

template <class T>
Sharing sharingOf(const Product<T>& p) {
  const bool inTiles = hasTiles(p);
  if (isUnshared(p, inTiles)) return {true, p.m, p.m, 1, true};
  // A product in tiles has the same bits however it is divided among threads. If its sums have few terms, the result is
  // the largest matrix. The kernels that read it divide it along its rows. If the product does so too, fewer numbers
  // move between the caches of the processors.
  if (inTiles) {
    const bool alongRows = p.m >= p.n || 2 * p.k <= p.m;
    return sharingInUnits(alongRows, alongRows ? p.m : p.n, kUnit, true);
  }
  if (p.m >= 2 * kExactRows && rowsAreExact(p)) return sharingInUnits(true, p.m, kExactRows, true);
  return sharingInUnits(p.m > p.n, std::max(p.m, p.n), kTile, false);
}

template <class T>
Product<T> productOf(const Values& values) {
  const bool transA = values[0].flag;
  const bool transB = values[1].flag;
  const int64_t m = values[2].count;
  const int64_t n = values[3].count;
  const int64_t k = values[4].count;
  const T alpha = static_cast<T>(values[5].number) * *values[6].at<T>();
  return {transA, transB, m, n, k, alpha, values[7].at<T>(), transA ? m : k, values[8].at<T>(), transB ? k : n,
          static_cast<T>(values[9].number), values[10].at<T>(), n};
}

template <class T>
Work workOf(const Product<T>& p) {
  const int64_t units = sharingOf(p).units;
  // OpenBLAS would copy a matrix again for each piece.
  const int64_t pieces = hasTiles(p) ? kPieces : 1;
  return {units, 1, std::max<int64_t>(1, kSmallestShare / (p.m * p.n / units) / p.k), pieces};
}

// The functions that compute products. One of them is chosen for a whole product, because they give different bits.
enum class Method { tiles, narrowRows, narrowColumns, row, blas };

template <class T>
Method methodOf(const Product<T>& p) {
  if (hasTiles(p)) return hasNarrowRows(p) ? Method::narrowRows : hasNarrowColumns(p) ? Method::narrowColumns : Method::tiles;
  return p.m == 1 && !p.transA && !p.transB ? Method::row : Method::blas;
}

template <class T>
void multiply(const Product<T>& p, Method method) {
  switch (method) {
    case Method::tiles:
      return multiplyTiles(p);
    case Method::narrowRows:
      return multiplyNarrowRows(p);
    case Method::narrowColumns:
      return multiplyNarrowColumns(p);
    case Method::row:
      return multiplyRow(p);
    case Method::blas:
      return multiplyByBlas(p);
  }
}

Work gemmWork(const Values& values, Dtype dtype) {
  return dtype == Dtype::float32 ? workOf(productOf<float>(values)) : workOf(productOf<double>(values));
}

}  // namespace

DESCENT_KERNEL(gemm, gemmWork) {
  const Product<T> product = productOf<T>(values);
  const Method method = methodOf(product);
  const bool inTiles = method != Method::blas && method != Method::row;
  if (isUnshared(product, inTiles)) return multiply(product, method);
  const Sharing sharing = sharingOf(product);
  const int64_t step = sharing.joined ? end - begin : 1;
  for (int64_t unit = begin; unit < end; unit += step) {
    const int64_t first = sharing.edge(unit);
    const int64_t last = sharing.edge(unit + step);
    multiply(sharing.alongRows ? rowsOf(product, first, last) : columnsOf(product, first, last), method);
  }
}

}  // namespace descent
