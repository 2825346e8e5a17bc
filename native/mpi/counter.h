// Lets one thread wait until another thread has done something a number of times.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace descent {

// A number that grows. Any thread may increase it, and one thread at a time may wait. The waiting thread stays awake for
// some microseconds, because waking a sleeping thread takes longer than most waits, and then sleeps.
class Counter {
 public:
  void increase() {
    value_.fetch_add(1);
    if (!sleeping_.load()) return;
    // The thread that sleeps has checked the value under the lock. With the lock held here, it cannot miss the call.
    const std::lock_guard<std::mutex> lock(mutex_);
    increased_.notify_one();
  }

  void waitFor(int64_t least) {
    if (value_.load() >= least) return;
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(kAwake);
    while (std::chrono::steady_clock::now() < end) {
      if (value_.load() >= least) return;
      std::this_thread::yield();
    }
    std::unique_lock<std::mutex> lock(mutex_);
    sleeping_.store(true);
    increased_.wait(lock, [this, least] { return value_.load() >= least; });
    sleeping_.store(false);
  }

 private:
  static constexpr int kAwake = 50;  // microseconds

  std::atomic<int64_t> value_{0};
  std::atomic<bool> sleeping_{false};
  std::mutex mutex_;
  std::condition_variable increased_;
};

}  // namespace descent
