#include "executor.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

namespace descent {
namespace {

using Clock = std::chrono::steady_clock;

int64_t partsOf(const Command& command) { return (command.units + command.kernel->grain - 1) / command.kernel->grain; }

// The parts of a command that are one thread's, which lie side by side: a kernel may do neighbours as one.
void runParts(const Program& program, const Command& command, const Run& run, int64_t thread, int64_t threads) {
  const KernelFunction function = program.dtype() == Dtype::float32 ? command.kernel->float32 : command.kernel->float64;
  const int64_t grain = command.kernel->grain;
  const int64_t parts = partsOf(command);
  const int64_t begin = parts * thread / threads * grain;
  const int64_t end = std::min(parts * (thread + 1) / threads * grain, command.units);
  if (begin < end) function(command.values, run, begin, end);
}

// Where threads wait for each other after every command. It spins, since a command takes microseconds, and yields where
// the others need longer.
class Barrier {
 public:
  // How many threads meet here; set before the calling thread first waits.
  std::atomic<int> threads{1};

  void wait() {
    const unsigned generation = generation_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads.load(std::memory_order_relaxed)) {
      arrived_.store(0, std::memory_order_relaxed);
      generation_.store(generation + 1, std::memory_order_release);
      return;
    }
    for (int spins = 0; generation_.load(std::memory_order_acquire) == generation; spins++) {
      if (spins >= 4000) std::this_thread::yield();
    }
  }

 private:
  std::atomic<int> arrived_{0};
  std::atomic<unsigned> generation_{0};
};

// One call of `execute` by several threads: all walk through the same commands, each takes its parts of those that have
// several, and they meet after each.
class Team {
 public:
  Team(const Program& program, const Source& source) : program_(program), source_(source) {}

  int64_t run(int threads, int64_t from, int64_t to, bool limited, Clock::time_point end, int64_t& executed) {
    position_ = from;
    std::vector<std::thread> others;
    others.reserve(static_cast<size_t>(threads) - 1);
    barrier_.threads.store(threads, std::memory_order_relaxed);
    try {
      for (int thread = 1; thread < threads; thread++) others.emplace_back([this, thread] { walk(thread); });
    } catch (const std::system_error&) {
      // The system gives no more threads: those that started, and this one, do the work. None passes the barrier before
      // this thread comes to it.
      barrier_.threads.store(static_cast<int>(others.size()) + 1, std::memory_order_relaxed);
    }
    while (position_ + program_.rows() <= to && !failed_.load() && (!limited || Clock::now() < end)) {
      barrier_.wait();
      commands(0);
      executed += static_cast<int64_t>(program_.commands().size());
      if (!failed_.load()) position_ += program_.rows();
    }
    finished_.store(true);
    barrier_.wait();
    for (std::thread& other : others) other.join();
    if (error_) std::rethrow_exception(error_);
    return position_;
  }

 private:
  void walk(int thread) {
    for (;;) {
      barrier_.wait();
      if (finished_.load()) return;
      commands(thread);
    }
  }

  void commands(int thread) {
    const Run run{source_, position_};
    for (const Command& command : program_.commands()) {
      try {
        if (!failed_.load(std::memory_order_relaxed)) runParts(program_, command, run, thread, barrier_.threads.load(std::memory_order_relaxed));
      } catch (...) {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!error_) error_ = std::current_exception();
        failed_.store(true);
      }
      barrier_.wait();
    }
  }

  const Program& program_;
  const Source& source_;
  Barrier barrier_;
  int64_t position_ = 0;
  std::atomic<bool> finished_{false};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::exception_ptr error_;
};

}  // namespace

int64_t execute(const Program& program, const Source& source, int64_t from, int64_t to, double milliseconds, int threads,
                int64_t& executed) {
  const bool limited = milliseconds >= 0;
  const Clock::time_point end =
      limited ? Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double, std::milli>(milliseconds))
              : Clock::time_point::max();
  // More threads than parts would only wait; a program of small commands stays on this thread.
  int64_t parts = 1;
  for (const Command& command : program.commands()) parts = std::max(parts, partsOf(command));
  const int team = static_cast<int>(std::min<int64_t>(threads, parts));
  if (team > 1) return Team(program, source).run(team, from, to, limited, end, executed);

  int64_t position = from;
  while (position + program.rows() <= to) {
    const Run run{source, position};
    for (const Command& command : program.commands()) runParts(program, command, run, 0, 1);
    executed += static_cast<int64_t>(program.commands().size());
    position += program.rows();
    if (limited && Clock::now() >= end) break;
  }
  return position;
}

}  // namespace descent
