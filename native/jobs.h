// Jobs are background work on threads of the pool. This file knows nothing about Node or the programs that jobs run.
#pragma once

#include <atomic>
#include <chrono>

namespace descent {

// Work that consists of passes. The maximum number of jobs that run in parallel is the number of processors, but at
// least four, so that a short job need not wait while long jobs use all processors. If there are more jobs, they take
// turns of 20 ms, in order of arrival.
class Job {
 public:
  // Ends the job after its current pass, or immediately if it waits for a turn. Any thread may call this function, any
  // number of times.
  void stop();

 protected:
  Job() = default;
  ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // Whether the job may do another pass now. It must be called after each pass.
  bool mayGoOn() const;

 private:
  friend class Jobs;

  // Does passes until the work is finished or mayGoOn() returns false. Returns true if the work is finished. Must not
  // throw.
  virtual bool work() = 0;
  // Called on any thread when the work is finished or was stopped. After this call, nothing uses the job. Must not
  // throw.
  virtual void ended() = 0;

  std::atomic<bool> stopped_{false};
  bool visits_ = false;  // whether the job runs on a thread that has other work too
  std::chrono::steady_clock::time_point turnEnds_;
  Job* next_ = nullptr;  // the next waiting job
};

// Queues a job, which must not be queued or running already. Returns false if no thread can run it and the system
// cannot start one. The caller must then call `giveTurn` until it returns true.
bool start(Job& job);

// Returns true if no job is waiting or threads of the pool will take the waiting jobs. Otherwise tries to get such a
// thread. If there is none, gives the first waiting job a turn on the calling thread, and returns false.
bool giveTurn();

}  // namespace descent
