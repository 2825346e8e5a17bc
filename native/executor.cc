#include "executor.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "pool.h"

namespace descent {
namespace {

// Returns the number of threads that compute a command (a kernel call) together.
int64_t sharersOf(const Command& command, int64_t threads) { return std::min(threads, command.shares); }

// Computes one thread's part of a command (a kernel call). The part is a contiguous range of rows, elements or tiles.
void runShare(const Command& command, const Run& run, int64_t thread, int64_t sharers) {
  const int64_t block = command.work.block;
  const int64_t blocks = (command.work.units + block - 1) / block;
  const int64_t begin = blocks * thread / sharers * block;
  const int64_t end = std::min(blocks * (thread + 1) / sharers * block, command.work.units);
  command.function(command.values, run, begin, end);
}

// Tells the processor that this thread waits in a loop. This saves power, and the other hyperthread of the core gets
// more resources.
inline void pause() {
#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)
  __builtin_ia32_pause();
#elif (defined(__GNUC__) || defined(__clang__)) && defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

// Lets threads wait for each other. A waiting thread first spins for about 2 us, because threads with equal amounts of
// work finish at almost the same time. After that it yields, because on a busy machine it may occupy the processor that
// another thread needs.
class Barrier {
 public:
  void wait(int threads) {
    const unsigned generation = generation_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads) {
      arrived_.store(0, std::memory_order_relaxed);
      generation_.store(generation + 1, std::memory_order_release);
      return;
    }
    for (int spins = 0; generation_.load(std::memory_order_acquire) == generation; spins++) {
      if (spins < kSpins) {
        pause();
      } else {
        std::this_thread::yield();
      }
    }
  }

 private:
  static constexpr int kSpins = 100;

  // The members are on separate cache lines, so that arriving threads do not slow down waiting threads.
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<unsigned> generation_{0};
};

// The threads that work on one call of `execute`. All threads step through the same list of commands (kernel calls). If
// the work of a command can be divided among the threads, each thread computes its part. Otherwise the first thread
// runs the command alone.
class Team {
 public:
  Team(const Program& program, const Source& source, int64_t from, int64_t to, const std::function<bool(int64_t)>& goOn)
      : program_(program), source_(source), from_(from), goOn_(goOn), until_(to - (to - from) % program.rows()) {}

  void work(int thread, int threads) {
    const std::vector<Command>& commands = program_.commands();
    // Thread 0 may lower `until_`, the row at which all threads stop, before a slow thread has checked the loop
    // condition of the same iteration. The slow thread still runs this iteration, because `until_` is lowered only to
    // the end of the iteration.
    for (int64_t position = from_; position < until_.load(std::memory_order_relaxed); position += program_.rows()) {
      const Run run{source_, position};
      for (size_t i = 0; i < commands.size(); i++) {
        const int64_t sharers = sharersOf(commands[i], threads);
        if (thread < sharers) attempt(commands[i], run, thread, sharers);
        const bool last = i + 1 == commands.size();
        if (last && thread == 0 && (failed_.load() || !goOn_(position + program_.rows()))) until_.store(position + program_.rows());
        // Wait before and after each command that is divided among threads, and at the end of the iteration. Only
        // thread 0 runs the other commands, so no thread needs to wait between two such commands.
        if (last || sharers > 1 || sharersOf(commands[i + 1], threads) > 1) barrier_.wait(threads);
      }
    }
  }

  // Returns the index of the first row that was not processed. If a kernel call failed, throws its error.
  int64_t result() const {
    if (error_) std::rethrow_exception(error_);
    return until_.load();
  }

 private:
  void attempt(const Command& command, const Run& run, int64_t thread, int64_t sharers) {
    if (failed_.load(std::memory_order_relaxed)) return;
    try {
      runShare(command, run, thread, sharers);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!error_) error_ = std::current_exception();
      failed_.store(true);
    }
  }

  const Program& program_;
  const Source& source_;
  const int64_t from_;
  const std::function<bool(int64_t)>& goOn_;
  Barrier barrier_;
  std::atomic<int64_t> until_;
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::exception_ptr error_;
};

// Does the work of a team of one thread, which waits for nobody. In a small network, waiting and dividing the work would
// take as long as the kernels.
int64_t executeAlone(const Program& program, const Source& source, int64_t from, int64_t to,
                     const std::function<bool(int64_t)>& goOn) {
  int64_t position = from;
  while (to - position >= program.rows()) {
    const Run run{source, position};
    for (const Command& command : program.commands()) command.function(command.values, run, 0, command.work.units);
    position += program.rows();
    if (!goOn(position)) break;
  }
  return position;
}

// Does the work on several threads.
int64_t executeTogether(const Program& program, const Source& source, int64_t from, int64_t to, int threads,
                        const std::function<bool(int64_t)>& goOn) {
  Team team(program, source, from, to, goOn);
  together(threads, [&team](int thread, int count) { team.work(thread, count); });
  return team.result();
}

}  // namespace

int64_t execute(const Program& program, const Source& source, int64_t from, int64_t to, int threads,
                const std::function<bool(int64_t)>& goOn, int64_t& executed) {
  if (to <= from) return from;
  if (from < source.first) {
    throw ProgramError("row " + std::to_string(from) + " of the run: its source begins at row " + std::to_string(source.first));
  }
  // More threads than can share a kernel call would only wait.
  const int useful = static_cast<int>(std::min<int64_t>(threads, program.shares()));
  const int64_t next = useful > 1 ? executeTogether(program, source, from, to, useful, goOn) : executeAlone(program, source, from, to, goOn);
  executed += (next - from) / program.rows() * static_cast<int64_t>(program.commands().size());
  return next;
}

}  // namespace descent
