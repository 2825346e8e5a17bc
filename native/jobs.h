// Jobs are background work on threads of the pool. Nothing here depends on programs or on Node.
#pragma once

#include <atomic>
#include <chrono>

namespace descent {

// Work that consists of passes. As many jobs run at the same time as the machine has processors, but at least four, so that a short
// job need not wait while long ones use all processors. If there are more, they take turns of 20 ms, in order of arrival.
class Job {
 public:
  // Ends the job after its current pass, or at once if it waits for a turn. Any thread may call this, any number of times.
  void stop();

 protected:
  Job() = default;
  ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // Must be called after each pass.
  bool mayGoOn() const;

 private:
  friend class Jobs;

  // Does passes until the work is done or mayGoOn() returns false. Returns whether the work is done. Must not throw.
  virtual bool work() = 0;
  // Called on any thread when the work is done or was stopped; nothing touches the job after this. Must not throw.
  virtual void ended() = 0;

  std::atomic<bool> stopped_{false};
  bool visits_ = false;  // whether it runs on a thread that has other work
  std::chrono::steady_clock::time_point turnEnds_;
  Job* next_ = nullptr;  // the next waiting job
};

// Queues a job, which must not be under way already. Returns false if there is no thread to run it, and the system gives none. The
// caller must then call `giveTurn` until that returns true.
bool start(Job& job);

// If no thread of the pool serves the waiting jobs, tries to get one, or else gives the first job a turn on this thread. Returns true
// if all waiting jobs are served.
bool giveTurn();

}  // namespace descent
