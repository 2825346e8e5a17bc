// The kernels for costs and their derivatives, for row weights, and for label smoothing. Costs are summed in double
// precision.
#include <algorithm>
#include <cmath>

#include "../vectorized.h"
#include "define_kernel.h"

namespace descent {
namespace {

// Adds the weighted costs of all rows to a sum. ofRow(x, y, columns) returns the cost of one row, where `x` holds the
// outputs or logits of the row, and `y` holds the desired outputs.
template <class T, class F>
void addCost(const Values& values, const F& ofRow) {
  const int64_t rows = values[0].count;
  const int64_t columns = values[1].count;
  const T* weights = values[2].at<T>();
  const T* x = values[3].at<T>();
  const T* y = values[4].at<T>();
  double total = 0;
  for (int64_t r = 0; r < rows; r++) total += static_cast<double>(weights[r]) * ofRow(x + r * columns, y + r * columns, columns);
  *values[5].at<double>() += total;
}

}  // namespace

// For each row: sum += weight * cost. The cost of a row is the sum of (a - y)^2 / 2 over its columns, where `a` is an
// output and `y` is the desired output.
DESCENT_KERNEL(quadraticCost, nullptr) {
  addCost<T>(values, [](const T* a, const T* y, int64_t columns) {
    double total = 0;
    for (int64_t j = 0; j < columns; j++) {
      const double error = static_cast<double>(a[j]) - static_cast<double>(y[j]);
      total += error * error;
    }
    return 0.5 * total;
  });
}

// For each row: sum += weight * cost. The cost of a row is the sum of (ln(1 + exp(z)) - y z) over its logits z and the
// desired outputs y.
// Computes ln(1 + exp(z)) as max(z, 0) + ln(1 + exp(-|z|)), which does not overflow.
DESCENT_KERNEL(sigmoidCrossEntropyCost, nullptr) {
  addCost<T>(values, [](const T* z, const T* y, int64_t columns) {
    double total = 0;
    for (int64_t j = 0; j < columns; j++) {
      const double x = z[j];
      total += (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x))) - static_cast<double>(y[j]) * x;
    }
    return total;
  });
}

// For each row: sum += weight * cost. The cost of a row is the sum of -y ln softmax(z) over its logits z and the
// desired outputs y.
// Computes ln softmax(z) as z - m - ln(sum of exp(z - m)), where m is the largest logit of the row.
DESCENT_KERNEL(softmaxCrossEntropyCost, nullptr) {
  addCost<T>(values, [](const T* z, const T* y, int64_t columns) {
    double largest = z[0];
    for (int64_t j = 1; j < columns; j++) largest = z[j] > largest || std::isnan(z[j]) ? z[j] : largest;
    double exponentials = 0;
    for (int64_t j = 0; j < columns; j++) exponentials += std::exp(z[j] - largest);
    const double logSum = std::log(exponentials);
    double total = 0;
    for (int64_t j = 0; j < columns; j++) total += static_cast<double>(y[j]) * (logSum - (z[j] - largest));
    return total;
  });
}

// For each row: out = a * s - y. Here `a` holds the outputs, `y` holds the desired outputs, and `s` is the sum of the
// desired outputs.
DESCENT_KERNEL(softmaxCrossEntropyBackward, costlyRows) {
  const int64_t columns = values[1].count;
  const T* DESCENT_RESTRICT a = values[2].at<T>();
  const T* DESCENT_RESTRICT y = values[3].at<T>();
  T* DESCENT_RESTRICT out = values[4].at<T>();
  for (int64_t r = begin; r < end; r++) {
    T desired = 0;
    for (int64_t i = r * columns; i < (r + 1) * columns; i++) desired += y[i];
    for (int64_t i = r * columns; i < (r + 1) * columns; i++) out[i] = a[i] * desired - y[i];
  }
}

// For each row: sum += weight * cost. The cost of a row is a sum with one term for each column. The term is e^2 / 2 if
// |e| <= 1, and |e| - 1/2 otherwise. Here e = a - y, where `a` is an output and `y` is the desired output.
DESCENT_KERNEL(huberCost, nullptr) {
  addCost<T>(values, [](const T* a, const T* y, int64_t columns) {
    double total = 0;
    for (int64_t j = 0; j < columns; j++) {
      const double error = std::fabs(static_cast<double>(a[j]) - static_cast<double>(y[j]));
      total += error <= 1 ? 0.5 * error * error : error - 0.5;
    }
    return total;
  });
}

// out = a - y, limited to the range from -1 to 1. Here `a` holds the outputs, and `y` holds the desired outputs.
DESCENT_KERNEL(huberBackward, elements) {
  const T* DESCENT_RESTRICT a = values[1].at<T>();
  const T* DESCENT_RESTRICT y = values[2].at<T>();
  T* DESCENT_RESTRICT out = values[3].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t i = begin; i < end; i++) {
      const T error = a[i] - y[i];
      out[i] = error > 1 ? T(1) : error < -1 ? T(-1) : error;
    }
  });
}

// Multiplies each row of delta (rows x columns) by the weight of the row.
DESCENT_KERNEL(scaleRows, rows) {
  const int64_t columns = values[1].count;
  const T* DESCENT_RESTRICT weights = values[2].at<T>();
  T* DESCENT_RESTRICT delta = values[3].at<T>();
  for (int64_t r = begin; r < end; r++) {
    for (int64_t i = r * columns; i < (r + 1) * columns; i++) delta[i] *= weights[r];
  }
}

// Smooths the labels: y = y (1 - share) + share / classes. `share` is the fraction that is spread evenly over all
// classes. A single column stands for class 1 of two.
DESCENT_KERNEL(smoothLabels, rows) {
  const int64_t classes = values[1].count;
  const T share = static_cast<T>(values[2].number);
  const T spread = share / static_cast<T>(classes == 1 ? 2 : classes);
  T* DESCENT_RESTRICT y = values[3].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t i = begin * classes; i < end * classes; i++) y[i] = y[i] * (T(1) - share) + spread;
  });
}

}  // namespace descent
