// The kernels softmax and softmaxBackward.
#include "../vectorized.h"
#include "define_kernel.h"
#include "exponential.h"

namespace descent {

// For each row of logits z: out = exp(z - m) / (sum of exp(z - m) over the row), where m is the largest logit of the
// row. If the row contains NaN, all outputs of the row are NaN.
DESCENT_KERNEL(softmax, costlyRows) {
  const int64_t columns = values[1].count;
  const T* z = values[2].at<T>();  // may be the same array as out
  T* out = values[3].at<T>();
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

// `delta` contains the derivatives of the cost with respect to the softmax outputs `a`. The kernel converts them to the
// derivatives with respect to the logits. For each row: delta = a * (delta - s), where s is the sum of a * delta over
// the row.
DESCENT_KERNEL(softmaxBackward, costlyRows) {
  const int64_t columns = values[1].count;
  const T* DESCENT_RESTRICT a = values[2].at<T>();
  T* DESCENT_RESTRICT delta = values[3].at<T>();
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

}  // namespace descent
