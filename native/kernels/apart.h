// A row's logits with the largest set apart: its output a comes so close to 1 that 1 - a, taken as a difference, would be
// rounding or 0. See backend/typescript/softmax-cross-entropy.ts.
#pragma once

#include <cstdint>
#include <limits>

#include "argmax.h"
#include "exponential.h"

namespace descent {

template <class S>
struct Apart {
  int64_t at;  // the place of the largest logit; the first of equal ones
  S largest;
  S second;  // the largest of the others
  S others;  // sum of exp(z - second) over the others: from 1 to their number
  S behind;  // exp(second - largest)
  S rest;    // sum of exp(z - largest) over the others, which is (1 - a) / a: 0 where they are far behind
};

// Of logits of type T, computed in S.
template <class S, class T>
DESCENT_INLINE inline Apart<S> setLargestApart(const T* z, int64_t columns) {
  const int64_t at = argmax(z, columns);
  S second = -std::numeric_limits<S>::infinity();
  for (int64_t j = 0; j < columns; j++) second = j != at && z[j] > second ? static_cast<S>(z[j]) : second;
  S others = 0;
  for (int64_t j = 0; j < columns; j++) others += j == at ? S(0) : expOfNegative<S>(static_cast<S>(z[j]) - second);
  const S largest = z[at];
  const S behind = expOfNegative<S>(second - largest);
  return {at, largest, second, others, behind, behind * others};
}

}  // namespace descent
