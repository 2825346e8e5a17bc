// The kernels subtract, addBias, scaleColumns and standardize.
#include "../vectorized.h"
#include "define_kernel.h"

namespace descent {

// out = a - b; `out` may be the same array as `a` or `b`
DESCENT_KERNEL(subtract, elements) {
  const T* a = values[1].at<T>();
  const T* b = values[2].at<T>();
  T* out = values[3].at<T>();
  vectorized([=]() DESCENT_INLINE {
    DESCENT_INDEPENDENT
    for (int64_t i = begin; i < end; i++) out[i] = a[i] - b[i];
  });
}

// Adds the vector `bias` to each row of the matrix `out` (rows x columns).
DESCENT_KERNEL(addBias, rows) {
  const int64_t columns = values[1].count;
  const T* DESCENT_RESTRICT bias = values[2].at<T>();
  T* DESCENT_RESTRICT out = values[3].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t r = begin; r < end; r++) {
      T* DESCENT_RESTRICT row = out + r * columns;
      for (int64_t j = 0; j < columns; j++) row[j] += bias[j];
    }
  });
}

// For each row of the matrix `in`: row of out = row * factors
DESCENT_KERNEL(scaleColumns, rows) {
  const int64_t columns = values[1].count;
  const T* DESCENT_RESTRICT factors = values[2].at<T>();
  const T* DESCENT_RESTRICT in = values[3].at<T>();
  T* DESCENT_RESTRICT out = values[4].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t r = begin; r < end; r++) {
      const T* DESCENT_RESTRICT from = in + r * columns;
      T* DESCENT_RESTRICT to = out + r * columns;
      for (int64_t j = 0; j < columns; j++) to[j] = from[j] * factors[j];
    }
  });
}

// For each row of the matrix `x`: row = (row - means) * factors
DESCENT_KERNEL(standardize, rows) {
  const int64_t columns = values[1].count;
  const T* DESCENT_RESTRICT means = values[2].at<T>();
  const T* DESCENT_RESTRICT factors = values[3].at<T>();
  T* DESCENT_RESTRICT x = values[4].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t r = begin; r < end; r++) {
      T* DESCENT_RESTRICT row = x + r * columns;
      for (int64_t j = 0; j < columns; j++) row[j] = (row[j] - means[j]) * factors[j];
    }
  });
}

}  // namespace descent
