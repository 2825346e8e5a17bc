// The kernels that run before or after the optimizer's step: addPenalty, clipNorm, clipValue, maxNorm, nextLearningRate,
// scaleLearningRate and watchCost.
#include <algorithm>
#include <cmath>

#include "../program.h"
#include "../vectorized.h"
#include "define_kernel.h"

namespace descent {
namespace {

// values *= min(1, limit / |values|), where |values| is the Euclidean length of the vector `values`
template <class T>
void shorten(T* values, int64_t count, double limit) {
  double square = 0;
  for (int64_t i = 0; i < count; i++) square += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  const double length = std::sqrt(square);
  if (!(length > limit)) return;
  const T factor = static_cast<T>(limit / length);
  for (int64_t i = 0; i < count; i++) values[i] *= factor;
}

}  // namespace

// gradient += l1 * sign(w) + l2 * w
DESCENT_KERNEL(addPenalty, elements) {
  const T l1 = *values[1].at<T>();
  const T l2 = *values[2].at<T>();
  const T* DESCENT_RESTRICT w = values[3].at<T>();
  T* DESCENT_RESTRICT gradient = values[4].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t i = begin; i < end; i++) {
      const T sign = w[i] > 0 ? T(1) : w[i] < 0 ? T(-1) : w[i];  // 0 for 0, NaN for NaN
      gradient[i] += l1 * sign + l2 * w[i];
    }
  });
}

// gradient *= min(1, limit / |gradient|), where |gradient| is the Euclidean length of the gradient
DESCENT_KERNEL(clipNorm, nullptr) {
  shorten(values[2].at<T>(), values[0].count, values[1].number);
}

// Limits each element of `gradient` to the range from -limit to limit.
DESCENT_KERNEL(clipValue, elements) {
  const T limit = static_cast<T>(values[1].number);
  T* DESCENT_RESTRICT gradient = values[2].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t i = begin; i < end; i++) {
      const T g = gradient[i];
      gradient[i] = g > limit ? limit : g < -limit ? -limit : g;
    }
  });
}

// For each row of w (rows x columns): row *= min(1, limit / |row|), where |row| is the Euclidean length of the row
DESCENT_KERNEL(maxNorm, costlyRows) {
  const int64_t columns = values[1].count;
  T* w = values[3].at<T>();
  for (int64_t r = begin; r < end; r++) shorten(w + r * columns, columns, values[2].number);
}

// out = learningRates[index of the current batch]
DESCENT_KERNEL(nextLearningRate, nullptr) {
  const Array& rates = run.source.learningRates;
  (void)begin, (void)end;
  if (rates.type == ElementType::none) throw ProgramError("the run has no learningRates");
  const int64_t batch = (run.position - run.source.first) / values[0].count;
  if (batch >= rates.length) {
    throw ProgramError("batch " + std::to_string(batch) + " of the run: learningRates has " + std::to_string(rates.length));
  }
  *values[1].at<T>() = static_cast<T>(static_cast<const double*>(rates.data)[batch]);
}

// out = factor * learningRate
DESCENT_KERNEL(scaleLearningRate, nullptr) {
  (void)begin, (void)end;
  *values[2].at<T>() = static_cast<T>(values[0].number * static_cast<double>(*values[1].at<T>()));
}

// Checks the cost of the current batch. `sum` is the total cost of all batches so far. Throws an error if `sum` is not
// finite, or if the batch has added more than `most` to it. Before throwing, sets values[4] to 1 plus the index of the
// batch's first row.
DESCENT_KERNEL(watchCost, nullptr) {
  (void)begin, (void)end;
  const double most = static_cast<double>(values[0].count) * *values[1].at<double>();
  const double sum = *values[2].at<double>();
  double* before = values[3].at<double>();
  const bool finite = std::isfinite(sum);
  if (finite && sum - *before <= most) {
    *before = sum;
    return;
  }
  *values[4].at<double>() = static_cast<double>(run.position + 1);
  throw ProgramError(std::string("the cost is ") + (finite ? "above its limit" : "not finite") + " at row " +
                     std::to_string(run.position) + " of the run");
}

}  // namespace descent
