// The background tasks of one environment (the main thread or a worker), and the promises that wait for them.
#pragma once

#include <napi.h>

#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>

#include "jobs.h"

namespace descent {

class Background;

// Background work that settles a promise when it ends.
class Task : public Job {
 public:
  bool isUnderWay() const { return background_ != nullptr; }

 protected:
  ~Task() = default;

 private:
  friend class Background;

  // Returns the value with which to resolve the promise, or throws the error with which to reject it. It is called on
  // the thread of the Node environment after the task has ended.
  virtual double result() = 0;
  void ended() final;

  Background* background_ = nullptr;  // null unless the task is under way
  std::atomic<bool> ended_{false};
};

// Runs the background tasks of one Node environment (the main thread or a worker). `tell` may be called on any thread.
// All other functions may be called only on the environment's thread.
class Background {
 public:
  explicit Background(Napi::Env env);

  // Starts a task. `holder` is the object that contains the task, and is kept alive until the task has ended.
  Napi::Promise start(Task& task, const Napi::Object& holder);

  // Reports that a task has ended. May be called on any thread.
  void tell(Task& task);

 private:
  struct Promised {
    Task& task;
    Napi::ObjectReference holder;
    Napi::Promise::Deferred deferred;
  };

  static void answer(Napi::Env env, Napi::Function, Background* background, void*);
  void settle(Napi::Env env);
  void end();

  using Bell = Napi::TypedThreadSafeFunction<Background, void, answer>;

  Bell bell_;  // wakes the environment's thread; keeps the event loop alive only while a task is under way
  std::list<Promised> underWay_;
  std::mutex mutex_;  // guards the members below
  size_t working_ = 0;  // the number of tasks whose end has not been reported
  std::condition_variable told_;
};

}  // namespace descent
