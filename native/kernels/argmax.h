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

}  // namespace descent
