// Jobs are background work on threads of the pool (see pool.h). This file depends neither on Node nor on the kind of
// work.
#pragma once

#include <atomic>
#include <chrono>

namespace descent {

// Background work that consists of many short steps. Up to four jobs run in parallel, or one for each processor if the
// machine has more than four. A machine with fewer processors can therefore run a short job while long jobs use all
// processors. If there are more jobs than can run in parallel, all jobs take turns of 20 ms, in order of arrival.
class Job {
 public:
  // Ends the job after its current step, or immediately if it waits for a turn. Any thread may call this function, any
  // number of times.
  void stop();

 protected:
  Job() = default;
  ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // Returns whether the job may do another step now. `work` must call this function after each step.
  bool mayGoOn() const;

 private:
  friend class Jobs;

  // Does one short step after another until the work is finished or mayGoOn() returns false. Returns true if the work
  // is finished. Must not throw.
  virtual bool work() = 0;
  // Called on any thread when the work is finished or was stopped. After this call, nothing uses the job. Must not
  // throw.
  virtual void ended() = 0;

  std::atomic<bool> stopped_{false};
  bool visits_ = false;  // whether the job runs on a thread that does not belong to the pool
  std::chrono::steady_clock::time_point turnEnds_;
  Job* next_ = nullptr;  // the next waiting job
};

// Queues a job, which must not be queued or running already. Returns false if no thread can run the job and the system
// cannot start a thread. The caller must then call `giveTurn` until it returns true.
bool start(Job& job);

// Returns true if no job is waiting, or if a thread of the pool will run the waiting jobs. Tries to start such a thread
// if there is none. If that fails, runs the first waiting job for a short time on the calling thread, and returns
// false.
bool giveTurn();

}  // namespace descent
