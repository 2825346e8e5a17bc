// gemm: out (m x n) = beta out + alpha scale a b, on OpenBLAS
#include <cblas.h>

#include <algorithm>

#include "declarations.h"

namespace descent {
namespace {

// A large product is cut into tiles along its longer side, the same ones for every number of threads. Tiles of less than
// this many columns or rows would pack the other matrix too often.
constexpr int64_t kTile = 256;
// Multiplications below which a product is one tile: about 50 us of work.
constexpr int64_t kSmallProduct = int64_t{1} << 21;

int64_t tilesAlong(int64_t length) { return length < 2 * kTile ? 1 : length / kTile; }

void multiply(CBLAS_TRANSPOSE transA, CBLAS_TRANSPOSE transB, int m, int n, int k, float alpha, const float* a, int lda,
              const float* b, int ldb, float beta, float* out, int ldout) {
  cblas_sgemm(CblasRowMajor, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, out, ldout);
}

void multiply(CBLAS_TRANSPOSE transA, CBLAS_TRANSPOSE transB, int m, int n, int k, double alpha, const double* a,
              int lda, const double* b, int ldb, double beta, double* out, int ldout) {
  cblas_dgemm(CblasRowMajor, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, out, ldout);
}

void multiplyVector(CBLAS_TRANSPOSE trans, int rows, int columns, float alpha, const float* matrix, int ld,
                    const float* x, float beta, float* out) {
  cblas_sgemv(CblasRowMajor, trans, rows, columns, alpha, matrix, ld, x, 1, beta, out, 1);
}

void multiplyVector(CBLAS_TRANSPOSE trans, int rows, int columns, double alpha, const double* matrix, int ld,
                    const double* x, double beta, double* out) {
  cblas_dgemv(CblasRowMajor, trans, rows, columns, alpha, matrix, ld, x, 1, beta, out, 1);
}

// out (n) = beta out + alpha a b for one row of a: gemv reads b once, where gemm would pack it first. Its beta = 0 may
// multiply what was there, so NaN is cleared by hand.
template <class T>
void multiplyRow(bool transB, int64_t n, int64_t k, T alpha, const T* a, const T* b, int ldb, T beta, T* out) {
  if (beta == 0) std::fill(out, out + n, T(0));
  if (transB) {
    multiplyVector(CblasNoTrans, static_cast<int>(n), static_cast<int>(k), alpha, b, ldb, a, beta, out);
  } else {
    multiplyVector(CblasTrans, static_cast<int>(k), static_cast<int>(n), alpha, b, ldb, a, beta, out);
  }
}

}  // namespace

int64_t gemmTiles(const Values& values) {
  const int64_t m = values[2].count;
  const int64_t n = values[3].count;
  const int64_t k = values[4].count;
  // Divided, not multiplied: three counts of up to 2^31 do not fit an int64.
  if (m * n < kSmallProduct / k) return 1;
  return tilesAlong(m > n ? m : n);
}

DESCENT_KERNEL(gemm) {
  const bool transA = values[0].flag;
  const bool transB = values[1].flag;
  const int64_t m = values[2].count;
  const int64_t n = values[3].count;
  const int64_t k = values[4].count;
  const T alpha = static_cast<T>(values[5].number) * *values[6].at<T>();
  const T* a = values[7].at<T>();
  const T* b = values[8].at<T>();
  const T beta = static_cast<T>(values[9].number);
  T* out = values[10].at<T>();
  const int lda = static_cast<int>(transA ? m : k);
  const int ldb = static_cast<int>(transB ? k : n);
  (void)run;
  const int64_t tiles = gemmTiles(values);
  for (int64_t tile = begin; tile < end; tile++) {
    int64_t row = 0, rows = m, column = 0, columns = n;
    if (m > n) {
      row = m * tile / tiles;
      rows = m * (tile + 1) / tiles - row;
    } else {
      column = n * tile / tiles;
      columns = n * (tile + 1) / tiles - column;
    }
    if (m == 1) {
      multiplyRow(transB, columns, k, alpha, a, b + (transB ? column * k : column), ldb, beta, out + column);
      continue;
    }
    multiply(transA ? CblasTrans : CblasNoTrans, transB ? CblasTrans : CblasNoTrans, static_cast<int>(rows),
             static_cast<int>(columns), static_cast<int>(k), alpha, a + (transA ? row : row * k), lda,
             b + (transB ? column * k : column), ldb, beta, out + row * n + column, static_cast<int>(n));
  }
}

DESCENT_INSTANTIATE(gemm);

}  // namespace descent
