#include "jobs.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "pool.h"

namespace descent {
namespace {

using Clock = std::chrono::steady_clock;

// Below what a person notices, and so long that what a turn costs (a lock, cold caches) does not count.
constexpr std::chrono::milliseconds kTurn(20);

int most() { return static_cast<int>(std::max(4u, std::thread::hardware_concurrency())); }

}  // namespace

class Jobs {
 public:
  bool start(Job& job) {
    const std::lock_guard<std::mutex> lock(mutex_);
    job.stopped_.store(false, std::memory_order_relaxed);
    enqueue(job);
    return hasRunners();
  }

  bool giveTurn() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!first_ || hasRunners()) return true;
    work(lock, true);
    return false;
  }

  void stop(Job& job) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      job.stopped_.store(true, std::memory_order_relaxed);
      // Where it does not wait, a thread works on it and will see, or it is not under way.
      if (!remove(job)) return;
    }
    job.ended();
  }

  // Ends all work for good.
  void end() {
    std::unique_lock<std::mutex> lock(mutex_);
    ending_.store(true, std::memory_order_relaxed);
    left_.wait(lock, [this] { return runners_ == 0; });
  }

  bool isCrowded() const { return waiting_.load(std::memory_order_relaxed) > 0; }
  bool isEnding() const { return ending_.load(std::memory_order_relaxed); }

 private:
  // Whether there is a thread, now or soon, for what waits. One that is between two jobs counts: it looks whether others wait.
  bool hasRunners() {
    if (waiting_.load(std::memory_order_relaxed) > runners_ - working_ && runners_ < most_ && launch([this] { run(); })) runners_++;
    return runners_ > 0;
  }

  void run() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (first_ && !isEnding()) {
      working_++;
      work(lock, false);
    }
    runners_--;
    left_.notify_all();
  }

  // Lets the first that waits work, without the lock, and returns with it.
  void work(std::unique_lock<std::mutex>& lock, bool visits) {
    Job& job = *first_;
    remove(job);
    job.visits_ = visits;
    job.turnEnds_ = Clock::now() + kTurn;
    lock.unlock();
    const bool done = job.work();
    lock.lock();
    if (!visits) working_--;
    // Whoever waits for its end is gone when the process ends.
    if (isEnding()) return;
    if (!done && !job.stopped_.load(std::memory_order_relaxed)) return enqueue(job);
    lock.unlock();
    job.ended();
    lock.lock();
  }

  // A list through the jobs: what takes turns in the background must not run out of memory.
  void enqueue(Job& job) {
    job.next_ = nullptr;
    (first_ ? last_->next_ : first_) = &job;
    last_ = &job;
    waiting_.fetch_add(1, std::memory_order_relaxed);
  }

  bool remove(Job& job) {
    Job* before = nullptr;
    for (Job* other = first_; other; before = other, other = other->next_) {
      if (other != &job) continue;
      (before ? before->next_ : first_) = job.next_;
      if (last_ == &job) last_ = before;
      waiting_.fetch_sub(1, std::memory_order_relaxed);
      return true;
    }
    return false;
  }

  const int most_ = most();
  std::mutex mutex_;  // guards all below, and what is private in jobs
  Job* first_ = nullptr;
  Job* last_ = nullptr;
  int runners_ = 0;  // threads that take jobs
  int working_ = 0;  // those that have a job
  std::condition_variable left_;
  // Changed under the lock, but read after every pass of every job.
  std::atomic<int> waiting_{0};
  std::atomic<bool> ending_{false};
};

namespace {

// process.exit() runs the destructors of statics while jobs run, and those of OpenBLAS would take its buffers away from under them: this one
// comes before, and waits for the passes that they are in.
struct AtExit {
  Jobs& jobs;
  ~AtExit() { jobs.end(); }
};

// Never destroyed: threads of the pool may be leaving it.
Jobs& jobs() {
  static Jobs& jobs = *std::make_unique<Jobs>().release();
  static const AtExit atExit{jobs};
  return jobs;
}

}  // namespace

void Job::stop() { jobs().stop(*this); }

bool Job::mayGoOn() const {
  if (stopped_.load(std::memory_order_relaxed) || jobs().isEnding()) return false;
  return !(visits_ || jobs().isCrowded()) || Clock::now() < turnEnds_;
}

bool start(Job& job) { return jobs().start(job); }

bool giveTurn() { return jobs().giveTurn(); }

}  // namespace descent
