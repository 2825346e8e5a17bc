#include "pool.h"

#include <dlfcn.h>

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace descent {
namespace {

// The state of one call of `together`, which calls a function on several threads. The state can be on the caller's
// stack, because `together` returns only after all helper threads have finished.
struct Gathering {
  explicit Gathering(const std::function<void(int, int)>& function) : body(function) {}

  const std::function<void(int, int)>& body;
  int count = 1;
  int away = 0;  // the number of helpers that have not finished
  std::condition_variable back;
};

struct Helper {
  std::condition_variable wake;
  // The work of this helper thread. If `gathering` is set, the thread takes part in a call of `together`, as thread
  // `number`. If `body` is set, the thread calls this function, which was passed to `launch`. An idle thread has
  // neither.
  Gathering* gathering = nullptr;
  int number = 0;
  std::function<void()> body;
};

// Keeps the addon loaded, and returns whether this succeeded. Otherwise Node would unload it when the last worker
// thread that uses it ends. This would remove the code that the sleeping threads of the pool run when they wake up.
bool keepLoaded() {
  static const char inThisLibrary = 0;
  Dl_info library;
  return dladdr(&inThisLibrary, &library) != 0 && library.dli_fname != nullptr &&
         dlopen(library.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
}

class Pool {
 public:
  void together(int threads, const std::function<void(int, int)>& body) {
    Gathering gathering(body);
    std::unique_lock<std::mutex> lock(mutex_);
    for (; gathering.count < threads; gathering.count++) {
      Helper* helper = take();
      if (!helper) break;
      helper->number = gathering.count;
      helper->gathering = &gathering;
      helper->wake.notify_one();
    }
    gathering.away = gathering.count - 1;
    // The helpers need the lock to start. Release it only now, because `gathering` is complete only now.
    lock.unlock();
    body(0, gathering.count);
    lock.lock();
    gathering.back.wait(lock, [&gathering] { return gathering.away == 0; });
  }

  bool launch(const std::function<void()>& body) {
    std::unique_lock<std::mutex> lock(mutex_);
    Helper* helper = take();
    if (!helper) return false;
    helper->body = body;
    lock.unlock();
    helper->wake.notify_one();
    return true;
  }

 private:
  // Takes an idle helper thread, or starts a new one if none is idle. Returns nullptr if no thread can be started.
  Helper* take() {
    if (idle_.empty()) return start();
    Helper* helper = idle_.back();
    idle_.pop_back();
    return helper;
  }

  // Starts a helper thread. Returns nullptr if the system cannot start another thread or has no memory for it.
  Helper* start() {
    if (!staysLoaded_) return nullptr;
    try {
      auto helper = std::make_unique<Helper>();
      // Reserve memory before starting the thread. While the thread runs, push_back must not fail, neither here nor in
      // `live`.
      helpers_.reserve(helpers_.size() + 1);
      idle_.reserve(helpers_.size() + 1);
      std::thread([this, &helper = *helper] { live(helper); }).detach();
      helpers_.push_back(std::move(helper));
      return helpers_.back().get();
    } catch (const std::exception&) {
      return nullptr;
    }
  }

  void live(Helper& helper) {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      helper.wake.wait(lock, [&helper] { return helper.gathering || helper.body; });
      Gathering* const gathering = helper.gathering;
      lock.unlock();
      if (gathering) {
        gathering->body(helper.number, gathering->count);
      } else {
        helper.body();
      }
      lock.lock();
      helper.gathering = nullptr;
      helper.body = nullptr;
      idle_.push_back(&helper);
      // Notify while holding the lock. Otherwise `together` could return and destroy the condition variable `back`
      // while this thread still uses it.
      if (gathering && --gathering->away == 0) gathering->back.notify_one();
    }
  }

  const bool staysLoaded_ = keepLoaded();
  std::mutex mutex_;  // guards all members below, and the mutable state of gatherings and helpers
  std::vector<std::unique_ptr<Helper>> helpers_;
  std::vector<Helper*> idle_;  // the last helper in the list finished most recently, so its caches are the warmest
};

// The pool is never destroyed, and its threads are never joined. This is safe, because jobs.cc stops the work of the
// threads when the process exits.
Pool& pool() {
  static Pool& pool = *std::make_unique<Pool>().release();
  return pool;
}

}  // namespace

void together(int threads, const std::function<void(int thread, int count)>& body) {
  if (threads <= 1) return body(0, 1);
  pool().together(threads, body);
}

bool launch(const std::function<void()>& body) { return pool().launch(body); }

}  // namespace descent
