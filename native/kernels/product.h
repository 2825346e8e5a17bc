// Defines Product, which describes a product of row-major matrices. `rowsOf`, `columnsOf` and `termsOf` return a part of a
// product (some of its rows, its columns, or the terms of its sums).
#pragma once

#include <cstdint>

namespace descent {

// Describes out = beta * out + alpha * a * b, where `out` is (m x n). The matrices `a` (m x k) and `b` (k x n) may be
// stored transposed.
template <class T>
struct Product {
  bool transA, transB;
  int64_t m, n, k;
  T alpha;
  const T* a;
  int64_t lda;
  const T* b;
  int64_t ldb;
  T beta;
  T* out;
  int64_t ldout;
};

template <class T>
Product<T> rowsOf(const Product<T>& p, int64_t begin, int64_t end) {
  Product<T> part = p;
  part.m = end - begin;
  part.a += p.transA ? begin : begin * p.lda;
  part.out += begin * p.ldout;
  return part;
}

template <class T>
Product<T> columnsOf(const Product<T>& p, int64_t begin, int64_t end) {
  Product<T> part = p;
  part.n = end - begin;
  part.b += p.transB ? begin * p.ldb : begin;
  part.out += begin;
  return part;
}

// Returns the part of a product with the terms from `begin` to `end` of each sum. The parts are computed in order: all
// but the first are added to `out`.
template <class T>
Product<T> termsOf(const Product<T>& p, int64_t begin, int64_t end) {
  Product<T> part = p;
  part.k = end - begin;
  part.a += p.transA ? begin * p.lda : begin;
  part.b += p.transB ? begin : begin * p.ldb;
  if (begin > 0) part.beta = 1;
  return part;
}

}  // namespace descent
