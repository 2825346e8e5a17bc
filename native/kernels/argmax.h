#pragma once

#include <cmath>
#include <cstdint>

namespace descent {

// The index of the largest of `count` numbers; the first one if several are equal. If there is a NaN, the index of the first NaN.
template <class T>
int64_t argmax(const T* values, int64_t count) {
  int64_t best = 0;
  for (int64_t j = 0; j < count; j++) {
    if (std::isnan(values[j])) return j;
    if (values[j] > values[best]) best = j;
  }
  return best;
}

}  // namespace descent
