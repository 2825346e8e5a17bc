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

// The time for which a job (a piece of background work) runs before other jobs get their turn. It is too short for a
// person to notice a delay, and long enough to make the cost of switching between jobs (a lock, cold caches)
// negligible.
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
      // If the job is not in the queue, nothing more is needed. Either a thread runs the job and will see `stopped_`,
      // or the job has ended or was never started.
      if (!remove(job)) return;
    }
    job.ended();
  }

  // Ends each running job after its current step, and waits until no thread of the pool runs jobs any more. Jobs that
  // are still waiting never run.
  void end() {
    std::unique_lock<std::mutex> lock(mutex_);
    ending_.store(true, std::memory_order_relaxed);
    left_.wait(lock, [this] { return runners_ == 0; });
  }

  bool isCrowded() const { return waiting_.load(std::memory_order_relaxed) > 0; }
  bool isEnding() const { return ending_.load(std::memory_order_relaxed); }

 private:
  // Starts a thread if too few threads are free for the waiting jobs. Returns whether any thread will take the waiting
  // jobs. A busy thread counts too, because it looks for a waiting job after its current job.
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

  // Runs the first waiting job on the calling thread until the job is finished or must let other jobs run. `visits` is
  // true if this thread does not belong to the pool. The lock is released while the job runs, and is held again on
  // return.
  void work(std::unique_lock<std::mutex>& lock, bool visits) {
    Job& job = *first_;
    remove(job);
    job.visits_ = visits;
    job.turnEnds_ = Clock::now() + kTurn;
    lock.unlock();
    const bool done = job.work();
    lock.lock();
    if (!visits) working_--;
    // While the process ends, `ended` is not called, because nothing waits for the end of a job any more.
    if (isEnding()) return;
    if (!done && !job.stopped_.load(std::memory_order_relaxed)) return enqueue(job);
    lock.unlock();
    job.ended();
    lock.lock();
  }

  // The jobs form a linked list. Adding a job to it allocates no memory and therefore cannot fail.
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
  std::mutex mutex_;  // guards all members below, and the private members of jobs
  Job* first_ = nullptr;
  Job* last_ = nullptr;
  int runners_ = 0;  // the number of threads that take jobs
  int working_ = 0;  // the number of these threads that run a job now
  std::condition_variable left_;
  // These members are atomic, because every job reads them without the lock after each of its short steps.
  std::atomic<int> waiting_{0};
  std::atomic<bool> ending_{false};
};

namespace {

// process.exit() runs the destructors of static objects while jobs are running. OpenBLAS's destructor would free
// buffers that jobs still use. The destructor below runs earlier, and waits until each job has finished its current
// step.
struct AtExit {
  Jobs& jobs;
  ~AtExit() { jobs.end(); }
};

// Returns the only instance of Jobs. It is never destroyed, because threads of the pool may still be executing its
// functions.
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
