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

// Computes one of `pieces` equal pieces of a command (a kernel call). A piece is a contiguous range of rows, elements or
// tiles.
void runPiece(const Command& command, const Run& run, int64_t piece, int64_t pieces) {
  const int64_t block = command.work.block;
  const int64_t blocks = (command.work.units + block - 1) / block;
  const int64_t begin = blocks * piece / pieces * block;
  const int64_t end = std::min(blocks * (piece + 1) / pieces * block, command.work.units);
  command.function(command.values, run, begin, end);
}

// Describes the batch at a row of the run to its kernels.
Run runAt(const Program& program, const Source& source, int64_t position) {
  const int64_t done = position - source.first;
  const int64_t row = position + source.offset;
  if (source.own) return {source, position, row, done / program.batchRows() * program.rows(), program.rows()};
  return {source, position, row, done + source.offset, program.batchRows()};
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

// The threads that work on one call of `execute`. The commands (kernel calls) run one after another. A command whose
// work can be divided is a step of the team. Each thread has an equal share of the step, and computes it in a few pieces.
// A thread that has finished its share takes pieces of the other shares. So no thread waits for one that is slower, or
// that the operating system has suspended, for longer than a piece takes. The thread that finishes the last piece runs
// the commands that follow and cannot be divided, and then begins the next step.
class Team {
 public:
  Team(const Program& program, const Source& source, int64_t from, int64_t to, int threads,
       const std::function<bool(int64_t)>& goOn)
      : program_(program), source_(source), to_(to), goOn_(goOn), shares_(threads), position_(from) {}

  void work(int thread, int threads) {
    if (thread == 0) begin(0, 0, threads);
    for (uint64_t step = 0;;) {
      step = stepAfter(step);
      if (step == kEnded) return;
      // If the step ends meanwhile, another thread overwrites these members, and `take` returns false.
      const Command& command = *command_.load(std::memory_order_relaxed);
      const Run run = runAt(program_, source_, position_.load(std::memory_order_relaxed));
      const int64_t sharers = sharersOf(command, threads);
      if (thread >= sharers) continue;
      const int64_t pieces = sharers * command.work.pieces;
      for (int64_t i = 0; i < sharers; i++) {
        const int64_t share = (thread + i) % sharers;
        for (int64_t piece; take(share, step, command.work.pieces, piece);) {
          attempt(command, run, share * command.work.pieces + piece, pieces);
          if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) begin(step, index_ + 1, threads);
        }
      }
    }
  }

  // Returns the index of the first row that was not processed. If a kernel call failed, throws its error.
  int64_t result() const {
    if (error_) std::rethrow_exception(error_);
    return position_.load();
  }

 private:
  static constexpr uint64_t kEnded = UINT64_MAX;
  static constexpr int kSpins = 100;

  // `next` is the number of pieces of a thread's share that have been taken (the lower 8 bits) and the number of the step
  // (the other bits). A thread that was suspended for a while sees from the latter that its step has ended. Each share
  // has its own cache line.
  struct alignas(64) Share {
    std::atomic<uint64_t> next{0};
  };
  static uint64_t taken(uint64_t step, uint64_t pieces) { return step << 8 | pieces; }

  // Takes a piece of a share. Returns false if there is none left, or if the step has ended.
  bool take(int64_t share, uint64_t step, int64_t pieces, int64_t& piece) {
    std::atomic<uint64_t>& next = shares_[share].next;
    uint64_t seen = next.load(std::memory_order_acquire);
    while (seen >= taken(step, 0) && seen < taken(step, pieces)) {
      if (!next.compare_exchange_weak(seen, seen + 1, std::memory_order_acq_rel)) continue;
      piece = static_cast<int64_t>(seen - taken(step, 0));
      return true;
    }
    return false;
  }

  // Waits until a later step than `step` has begun, and returns its number. A waiting thread first spins for about 2 us,
  // because threads with equal amounts of work finish at almost the same time. After that it yields, because on a busy
  // machine it may occupy the processor that another thread needs.
  uint64_t stepAfter(uint64_t step) {
    for (int spins = 0;; spins++) {
      const uint64_t current = step_.load(std::memory_order_acquire);
      if (current != step) return current;
      if (spins < kSpins) {
        pause();
      } else {
        std::this_thread::yield();
      }
    }
  }

  // Runs the commands from index `i` up to the next one that can be divided. Begins the step after `step` with that one.
  // Only one thread at a time calls this, and no other thread runs a command meanwhile.
  void begin(uint64_t step, size_t i, int threads) {
    const std::vector<Command>& commands = program_.commands();
    int64_t position = position_.load(std::memory_order_relaxed);
    for (;; i++) {
      if (i == commands.size()) {
        i = 0;
        position += program_.batchRows();
        position_.store(position, std::memory_order_relaxed);
        if (failed_.load() || !goOn_(position) || to_ - position < program_.batchRows()) {
          step_.store(kEnded, std::memory_order_release);
          return;
        }
      }
      if (sharersOf(commands[i], threads) > 1) break;
      attempt(commands[i], runAt(program_, source_, position), 0, 1);
    }
    const int64_t sharers = sharersOf(commands[i], threads);
    index_ = i;
    command_.store(&commands[i], std::memory_order_relaxed);
    left_.store(sharers * commands[i].work.pieces, std::memory_order_relaxed);
    for (int64_t share = 0; share < sharers; share++) shares_[share].next.store(taken(step + 1, 0), std::memory_order_release);
    step_.store(step + 1, std::memory_order_release);
  }

  void attempt(const Command& command, const Run& run, int64_t piece, int64_t pieces) {
    if (failed_.load(std::memory_order_relaxed)) return;
    try {
      runPiece(command, run, piece, pieces);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!error_) error_ = std::current_exception();
      failed_.store(true);
    }
  }

  const Program& program_;
  const Source& source_;
  const int64_t to_;
  const std::function<bool(int64_t)>& goOn_;
  std::vector<Share> shares_;
  // The command of the current step, and the row at which the current pass of the program begins.
  size_t index_ = 0;
  std::atomic<const Command*> command_{nullptr};
  std::atomic<int64_t> position_;
  // The members that all threads write are on separate cache lines, so that working threads do not slow down waiting
  // threads.
  alignas(64) std::atomic<int64_t> left_{0};
  alignas(64) std::atomic<uint64_t> step_{0};
  alignas(64) std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::exception_ptr error_;
};

// Does the work of a team of one thread, which waits for nobody. In a small network, waiting and dividing the work would
// take as long as the kernels.
int64_t executeAlone(const Program& program, const Source& source, int64_t from, int64_t to,
                     const std::function<bool(int64_t)>& goOn) {
  int64_t position = from;
  while (to - position >= program.batchRows()) {
    const Run run = runAt(program, source, position);
    for (const Command& command : program.commands()) command.function(command.values, run, 0, command.work.units);
    position += program.batchRows();
    if (!goOn(position)) break;
  }
  return position;
}

// Does the work on several threads.
int64_t executeTogether(const Program& program, const Source& source, int64_t from, int64_t to, int threads,
                        const std::function<bool(int64_t)>& goOn) {
  Team team(program, source, from, to, threads, goOn);
  together(threads, [&team](int thread, int count) {
    team.work(thread, count);
  });
  return team.result();
}

}  // namespace

int64_t execute(const Program& program, const Source& source, int64_t from, int64_t to, int threads,
                const std::function<bool(int64_t)>& goOn, int64_t& executed) {
  if (to - from < program.batchRows()) return from;
  if (from < source.first) {
    throw ProgramError("row " + std::to_string(from) + " of the run: its source begins at row " + std::to_string(source.first));
  }
  // More threads than can share a kernel call would only wait.
  const int useful = static_cast<int>(std::min<int64_t>(threads, program.shares()));
  const int64_t next =
      useful > 1 ? executeTogether(program, source, from, to, useful, goOn) : executeAlone(program, source, from, to, goOn);
  executed += (next - from) / program.batchRows() * static_cast<int64_t>(program.commands().size());
  return next;
}

}  // namespace descent
