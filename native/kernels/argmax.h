#pragma once

#include <cmath>
#include <cstdint>

namespace descent {

// Returns the index of the first NaN among `count` numbers. If there is no NaN, returns the index of the largest
// number. If the largest number occurs several times, returns the lowest of its indices.
template <class T>
int64_t argmax(const T* values, int64_t count) {
  int64_t best = 0;
  for (int64_t j = 0; j < count; j++) {
    if (std::isnan(values[j])) return j;
    if (values[j] > values[best]) best = j;
  }
  return best;
}

// Returns the class that the outputs of a network stand for: the index of the largest output. A single output stands
// for two classes: from 0.5 up, and for NaN, it is class 1, and below 0.5 class 0.
template <class T>
int64_t classOf(const T* outputs, int64_t count) {
  if (count > 1) return argmax(outputs, count);
  return outputs[0] < T(0.5) ? 0 : 1;
}

}  // namespace descent
