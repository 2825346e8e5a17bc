// The interface between the kernels and the processes that train a network together.
#pragma once

#include <cstdint>

#include "kernels.h"

namespace descent {

// The ranks (processes) of a communicator, seen from one of them. All ranks must call the same functions in the same
// order with the same counts.
class Ranks {
 public:
  virtual int rank() const = 0;
  virtual int size() const = 0;

  // Begins to replace the numbers at `values` by their sums over all ranks, and returns at once. Another thread does the
  // work, in the order of the calls. Until `wait` has returned, the numbers may not be used.
  virtual void beginSum(void* values, int64_t count, Dtype dtype) = 0;

  // Waits until all sums that this rank has begun are complete. Throws ProgramError if one of them failed.
  virtual void wait() = 0;

 protected:
  Ranks() = default;
  ~Ranks() = default;
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
};

}  // namespace descent
