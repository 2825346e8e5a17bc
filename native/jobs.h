// Jobs: work that goes on in the background, on threads of the pool. Nothing here knows of programs or of Node.
#pragma once

#include <atomic>
#include <chrono>

namespace descent {

// Work that goes on from pass to pass. As many jobs run at the same time as the machine has processors, but at least four, so that a
// short one does not wait where long ones have all processors. Where there are more, they take turns of 20 ms, in the order in which they came.
class Job {
 public:
  // Ends the job after the pass that it is in, and at once where it waits for its turn. Any thread may call it, and often.
  void stop();

 protected:
  Job() = default;
  ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // To be asked after each pass.
  bool mayGoOn() const;

 private:
  friend class Jobs;

  // Goes on until all is done, or until mayGoOn() says no. Returns whether all is done. Must not throw.
  virtual bool work() = 0;
  // All is done, or the job was stopped: nothing touches it any more. On any thread. Must not throw.
  virtual void ended() = 0;

  std::atomic<bool> stopped_{false};
  bool visits_ = false;  // on a thread that has other things to do
  std::chrono::steady_clock::time_point turnEnds_;
  Job* next_ = nullptr;  // of those that wait
};

// Queues a job, which must not be under way already. Returns false where the system gives no thread for it, nor has given one before: then
// `giveTurn` is to be called until it returns true.
bool start(Job& job);

// Where no thread of ours serves the jobs that wait, tries to get one, or gives the first of them a turn on this thread. Returns whether
// there is nothing left to do: all are served.
bool giveTurn();

}  // namespace descent
