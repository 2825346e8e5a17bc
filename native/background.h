// What one environment (the main thread or a worker) has under way in the background, and the promises that wait for it.
#pragma once

#include <napi.h>

#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>

#include "jobs.h"

namespace descent {

class Background;

// A job whose end settles a promise.
class Task : public Job {
 public:
  bool isUnderWay() const { return background_ != nullptr; }

 protected:
  ~Task() = default;

 private:
  friend class Background;

  // What the promise resolves to, or throws what it is rejected with. Asked when all has ended, on the environment's thread.
  virtual double result() = 0;
  void ended() final;

  Background* background_ = nullptr;  // where it is under way
  std::atomic<bool> ended_{false};
};

// All but `tell` is for the environment's thread.
class Background {
 public:
  explicit Background(Napi::Env env);

  // Starts a task and keeps the object that holds it, and so its memory, until it has ended.
  Napi::Promise start(Task& task, const Napi::Object& holder);

  // That a task has ended: on any thread.
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

  Bell bell_;  // rung by other threads; it holds the event loop only while something is under way
  std::list<Promised> underWay_;
  std::mutex mutex_;  // guards what follows
  size_t working_ = 0;  // tasks that have not ended, or have not been told yet
  std::condition_variable told_;
};

}  // namespace descent
