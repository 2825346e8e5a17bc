// addPenalty, sgd
#include "../vectorised.h"
#include "declarations.h"

namespace descent {

// gradient += l1 sign(w) + l2 w
DESCENT_KERNEL(addPenalty) {
  const T l1 = *values[1].at<T>();
  const T l2 = *values[2].at<T>();
  const T* DESCENT_RESTRICT w = values[3].at<T>();
  T* DESCENT_RESTRICT gradient = values[4].at<T>();
  (void)run;
  vectorised([=]() DESCENT_INLINE {
    for (int64_t i = begin; i < end; i++) {
      const T sign = w[i] > 0 ? T(1) : w[i] < 0 ? T(-1) : w[i];  // 0 for 0, NaN for NaN
      gradient[i] += l1 * sign + l2 * w[i];
    }
  });
}

// parameters -= learningRate gradient
DESCENT_KERNEL(sgd) {
  const T learningRate = *values[1].at<T>();
  const T* DESCENT_RESTRICT gradient = values[2].at<T>();
  T* DESCENT_RESTRICT parameters = values[3].at<T>();
  (void)run;
  vectorised([=]() DESCENT_INLINE {
    for (int64_t i = begin; i < end; i++) parameters[i] -= learningRate * gradient[i];
  });
}

DESCENT_INSTANTIATE(addPenalty);
DESCENT_INSTANTIATE(sgd);

}  // namespace descent
