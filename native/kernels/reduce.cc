// The kernels sumRows, sumProducts and penaltyCost.
#include <cmath>
#include <type_traits>

#include "../vectorized.h"
#include "define_kernel.h"

namespace descent {
namespace {

// Calls block(from, width) for one block of columns after another, as long as `Width` columns are left before `end`. The
// compiler knows `width`. Returns the first column that is left.
template <int Width, class Block>
DESCENT_INLINE inline int64_t inBlocks(int64_t from, int64_t end, const Block& block) {
  for (; from + Width <= end; from += Width) block(from, std::integral_constant<int, Width>());
  return from;
}

}  // namespace

// For each column c of the matrix `in`: out[c] = beta * out[c] + factor * (sum of column c)
DESCENT_KERNEL(sumRows, columns) {
  const int64_t rows = values[0].count;
  const int64_t columns = values[1].count;
  const T factor = static_cast<T>(values[2].number) * *values[3].at<T>();
  const T* DESCENT_RESTRICT in = values[4].at<T>();
  const T beta = static_cast<T>(values[5].number);
  T* DESCENT_RESTRICT out = values[6].at<T>();
  // The columns are summed in blocks that are small enough to keep the sums in registers.
  const auto sumBlock = [=](int64_t from, auto width) DESCENT_INLINE {
    T total[width] = {};
    for (int64_t r = 0; r < rows; r++) {
      const T* DESCENT_RESTRICT row = in + r * columns + from;
      for (int j = 0; j < width; j++) total[j] += row[j];
    }
    T* DESCENT_RESTRICT to = out + from;
    if (beta == 0) {
      for (int j = 0; j < width; j++) to[j] = factor * total[j];
    } else {
      for (int j = 0; j < width; j++) to[j] = beta * to[j] + factor * total[j];
    }
  };
  vectorized([=]() DESCENT_INLINE {
    int64_t from = inBlocks<64>(begin, end, sumBlock);
    from = inBlocks<16>(from, end, sumBlock);
    from = inBlocks<4>(from, end, sumBlock);
    // At most three columns are left. They are summed at the same time, because each addition waits for the last one.
    from = inBlocks<3>(from, end, sumBlock);
    from = inBlocks<2>(from, end, sumBlock);
    inBlocks<1>(from, end, sumBlock);
  });
}

// For each column c: out[c] = beta * out[c] + factor * (sum of a * b in column c)
DESCENT_KERNEL(sumProducts, columns) {
  const int64_t rows = values[0].count;
  const int64_t columns = values[1].count;
  const T factor = static_cast<T>(values[2].number) * *values[3].at<T>();
  const T* DESCENT_RESTRICT a = values[4].at<T>();
  const T* DESCENT_RESTRICT b = values[5].at<T>();
  const T beta = static_cast<T>(values[6].number);
  T* DESCENT_RESTRICT out = values[7].at<T>();
  const auto sumBlock = [=](int64_t from, auto width) DESCENT_INLINE {
    T total[width] = {};
    for (int64_t r = 0; r < rows; r++) {
      const int64_t at = r * columns + from;
      for (int j = 0; j < width; j++) total[j] += a[at + j] * b[at + j];
    }
    T* DESCENT_RESTRICT to = out + from;
    if (beta == 0) {
      for (int j = 0; j < width; j++) to[j] = factor * total[j];
    } else {
      for (int j = 0; j < width; j++) to[j] = beta * to[j] + factor * total[j];
    }
  };
  vectorized([=]() DESCENT_INLINE {
    int64_t from = inBlocks<64>(begin, end, sumBlock);
    from = inBlocks<16>(from, end, sumBlock);
    from = inBlocks<4>(from, end, sumBlock);
    inBlocks<1>(from, end, sumBlock);
  });
}

// Adds the penalty for large weights to the cost: cost += rows * (l1 * sum of |w| + l2 / 2 * sum of w^2). The sums are
// over all weights w, and `rows` is the batch size.
DESCENT_KERNEL(penaltyCost, nullptr) {
  const T* w = values[4].at<T>();
  double absolute = 0;
  double square = 0;
  for (int64_t i = 0; i < values[0].count; i++) {
    const double value = w[i];
    absolute += std::fabs(value);
    square += value * value;
  }
  const double l1 = *values[2].at<T>();
  const double l2 = *values[3].at<T>();
  *values[5].at<double>() += static_cast<double>(values[1].count) * (l1 * absolute + 0.5 * l2 * square);
}

}  // namespace descent
