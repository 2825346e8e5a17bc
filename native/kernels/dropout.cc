#include "../vectorized.h"
#include "define_kernel.h"

namespace descent {
namespace {

// The final mixing step of MurmurHash3. Every bit of the input affects every bit of the result.
DESCENT_INLINE inline uint32_t mix(uint32_t hash) {
  hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
  return hash ^ (hash >> 16);
}

}  // namespace

// For a dropped neuron, out = 0. For any other neuron, out = in / (1 - share). A neuron is dropped if its hash, an
// unsigned 32-bit number, is below share x 2^32. `share` is therefore the probability that a neuron is dropped. The
// hash is computed from a random number (`key`), the layer, the column, and the row. Rows are numbered in the order in
// which they are processed.
DESCENT_KERNEL(dropout, costlyRows) {
  const int64_t columns = values[1].count;
  const uint32_t layer = static_cast<uint32_t>(values[2].count);
  const double share = values[3].number;
  const uint32_t key = static_cast<uint32_t>(*values[4].at<T>());
  const T* in = values[5].at<T>();  // may be the same array as out
  T* out = values[6].at<T>();
  const T factor = static_cast<T>(1 / (1 - share));
  const uint32_t silent = static_cast<uint32_t>(share * 4294967296.0);
  const uint32_t ofLayer = mix((layer * 0x9e3779b9u) ^ key);
  const uint32_t first = static_cast<uint32_t>(run.row);
  vectorized([=]() DESCENT_INLINE {
    for (int64_t r = begin; r < end; r++) {
      const uint32_t ofRow = mix(ofLayer + first + static_cast<uint32_t>(r));
      const T* from = in + r * columns;
      T* to = out + r * columns;
      DESCENT_INDEPENDENT
      for (int64_t j = 0; j < columns; j++) {
        to[j] = mix(mix(ofRow + static_cast<uint32_t>(j)) ^ ofRow) < silent ? T(0) : from[j] * factor;
      }
    }
  });
}

}  // namespace descent
