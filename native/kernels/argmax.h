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

// Returns the class that the outputs of a network stand for. This is the index of the largest output. If there is only
// one output, it stands for two classes: the class is 0 if the output is below 0.5, and 1 otherwise (also for NaN).
template <class T>
int64_t classOf(const T* outputs, int64_t count) {
  if (count > 1) return argmax(outputs, count);
  return outputs[0] < T(0.5) ? 0 : 1;
}

}  // namespace descent
