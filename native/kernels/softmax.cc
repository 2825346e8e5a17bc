// softmax, softmaxBackward, softmaxCrossEntropyBackward
#include "../vectorized.h"
#include "apart.h"
#include "declarations.h"
#include "exponential.h"

namespace descent {

// out = exp(z - m) / (sum of the row's exp(z - m)), m the row's largest logit, or NaN where it has one
DESCENT_KERNEL(softmax) {
  const int64_t columns = values[1].count;
  const T* z = values[2].at<T>();  // may be out itself
  T* out = values[3].at<T>();
  (void)run;
  vectorized([=]() DESCENT_INLINE {
    for (int64_t r = begin; r < end; r++) {
      const T* in = z + r * columns;
      T* to = out + r * columns;
      T largest = in[0];
      for (int64_t j = 1; j < columns; j++) largest = in[j] > largest || in[j] != in[j] ? in[j] : largest;
      DESCENT_INDEPENDENT
      for (int64_t j = 0; j < columns; j++) to[j] = expOfNegative<T>(in[j] - largest);
      T sum = 0;
      for (int64_t j = 0; j < columns; j++) sum += to[j];
      for (int64_t j = 0; j < columns; j++) to[j] /= sum;
    }
  });
}

// delta = a (delta - sum of the row's a delta)
DESCENT_KERNEL(softmaxBackward) {
  const int64_t columns = values[1].count;
  const T* DESCENT_RESTRICT a = values[2].at<T>();
  T* DESCENT_RESTRICT delta = values[3].at<T>();
  (void)run;
  vectorized([=]() DESCENT_INLINE {
    for (int64_t r = begin; r < end; r++) {
      const T* DESCENT_RESTRICT in = a + r * columns;
      T* DESCENT_RESTRICT to = delta + r * columns;
      T sum = 0;
      for (int64_t j = 0; j < columns; j++) sum += in[j] * to[j];
      for (int64_t j = 0; j < columns; j++) to[j] = in[j] * (to[j] - sum);
    }
  });
}

// out = h - a (sum of the row's h) with h = (1 - y) a / (1 - a) - y, of two columns or more
DESCENT_KERNEL(softmaxCrossEntropyBackward) {
  const int64_t columns = values[1].count;
  const T* DESCENT_RESTRICT z = values[2].at<T>();
  const T* DESCENT_RESTRICT y = values[3].at<T>();
  T* DESCENT_RESTRICT out = values[4].at<T>();
  (void)run;
  vectorized([=]() DESCENT_INLINE {
    for (int64_t r = begin; r < end; r++) {
      const T* DESCENT_RESTRICT in = z + r * columns;
      const T* DESCENT_RESTRICT desired = y + r * columns;
      T* DESCENT_RESTRICT to = out + r * columns;
      const Apart<T> apart = setLargestApart<T>(in, columns);
      const T sum = T(1) + apart.rest;
      for (int64_t j = 0; j < columns; j++) to[j] = j == apart.at ? T(0) : expOfNegative<T>(in[j] - apart.second);
      // Minus the sum of h, without what the largest output's a / (1 - a) gives.
      T balance = 0;
      for (int64_t j = 0; j < columns; j++) {
        const T f = apart.behind * to[j];
        balance += desired[j] - (T(1) - desired[j]) * f / (sum - f);
      }
      const T ofLargest = (T(1) - desired[apart.at]) / sum / apart.others;
      T total = 0;
      for (int64_t j = 0; j < columns; j++) {
        const T f = apart.behind * to[j];
        const T error = (T(1) - desired[j]) * f / (sum - f) - desired[j] + f / sum * balance - to[j] * ofLargest;
        to[j] = j == apart.at ? T(0) : error;
        total += to[j];
      }
      to[apart.at] = -total;
    }
  });
}

DESCENT_INSTANTIATE(softmax);
DESCENT_INSTANTIATE(softmaxBackward);
DESCENT_INSTANTIATE(softmaxCrossEntropyBackward);

}  // namespace descent
