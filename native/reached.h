// How far a run has come: the row that it has reached, and the sum of the cost of the rows before it.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace descent {

// A row and a sum that one thread writes while others read them. Readers never get the row of one write and the sum of
// another. The writer never waits. Different threads may write one after another, but not at the same time.
class Reached {
 public:
  struct Place {
    int64_t row;
    double sum;
  };

  void set(int64_t row, double sum) {
    const uint64_t version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    // A reader that sees one of these two numbers also sees the version above, or a later one.
    row_.store(row, std::memory_order_release);
    sum_.store(sum, std::memory_order_release);
    version_.store(version + 2, std::memory_order_release);
  }

  Place get() const {
    for (;; std::this_thread::yield()) {
      const uint64_t version = version_.load(std::memory_order_acquire);
      const int64_t row = row_.load(std::memory_order_acquire);
      const double sum = sum_.load(std::memory_order_acquire);
      if (version % 2 == 0 && version_.load(std::memory_order_relaxed) == version) return {row, sum};
    }
  }

 private:
  std::atomic<uint64_t> version_{0};  // odd while a write goes on
  std::atomic<int64_t> row_{0};
  std::atomic<double> sum_{0};
};

}  // namespace descent
