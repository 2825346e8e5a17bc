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

// One call of `together`. It lives on the caller's stack, which the call leaves only when all helpers are back.
struct Gathering {
  explicit Gathering(const std::function<void(int, int)>& function) : body(function) {}

  const std::function<void(int, int)>& body;
  int count = 1;
  int away = 0;  // helpers that have not come back
  std::condition_variable back;
};

struct Helper {
  std::condition_variable wake;
  // What it does: its part of a gathering, or a body of its own. Neither where it is idle.
  Gathering* gathering = nullptr;
  int number = 0;
  std::function<void()> body;
};

// When the last worker thread that uses the addon ends, Node closes the library: its code would be gone from under the threads
// that sleep in it, and the next worker would start others. So the library stays, which is one for all workers, like its threads.
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
    // Only now can a helper go on, and it sees the count that there will be.
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
  // An idle helper, or nullptr.
  Helper* take() {
    if (idle_.empty()) return start();
    Helper* helper = idle_.back();
    idle_.pop_back();
    return helper;
  }

  // nullptr where the system gives no more threads, or no more memory for one.
  Helper* start() {
    if (!staysLoaded_) return nullptr;
    try {
      auto helper = std::make_unique<Helper>();
      // Room beforehand: a thread that has been started must not be lost, and one that comes back must not fail.
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
      // Told under the lock: the caller cannot wake and take the condition variable away before this is done with it.
      if (gathering && --gathering->away == 0) gathering->back.notify_one();
    }
  }

  const bool staysLoaded_ = keepLoaded();
  std::mutex mutex_;  // guards all below, and what is not const in gatherings and helpers
  std::vector<std::unique_ptr<Helper>> helpers_;
  std::vector<Helper*> idle_;  // the one that came back last at the end: its caches are the warmest
};

// Never destroyed, and its threads are never joined: when process.exit() runs the destructors of statics, they sleep, or are about to. What
// they worked on has been stopped by then (jobs.cc).
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
