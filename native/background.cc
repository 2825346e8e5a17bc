#include "background.h"

#include <exception>
#include <memory>

namespace descent {

namespace {

// Runs waiting jobs (background work) on a libuv thread if the system cannot start threads for them. Each `Turn` object
// runs one job for a short time and then queues another `Turn`, until no job is waiting.
class Turn : public Napi::AsyncWorker {
 public:
  static void queue(Napi::Env env) {
    auto turn = std::make_unique<Turn>(env);
    turn->Queue();
    // node-addon-api now owns this object, and deletes it after its work is done.
    static_cast<void>(turn.release());
  }

  explicit Turn(Napi::Env env) : Napi::AsyncWorker(env, "descent") {}

 protected:
  void Execute() override { served_ = giveTurn(); }
  void OnOK() override {
    if (!served_) queue(Env());
  }

 private:
  bool served_ = false;
};

}  // namespace

void Task::ended() { background_->tell(*this); }

Background::Background(Napi::Env env) : bell_(Bell::New(env, "descent", 0, 1, this)) {
  bell_.Unref(env);
  // Cleanup hooks run in reverse order of registration. The hook of `bell_` was registered earlier than this hook, so
  // `bell_` still works when this hook runs.
  const napi_status status =
      napi_add_env_cleanup_hook(env, [](void* background) { static_cast<Background*>(background)->end(); }, this);
  if (status != napi_ok) throw Napi::Error::New(env);
}

Napi::Promise Background::start(Task& task, const Napi::Object& holder) {
  const Napi::Env env = holder.Env();
  underWay_.push_back({task, Napi::Persistent(holder), Napi::Promise::Deferred::New(env)});
  const Napi::Promise promise = underWay_.back().deferred.Promise();
  if (underWay_.size() == 1) bell_.Ref(env);
  task.background_ = this;
  task.ended_.store(false);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    working_++;
  }
  if (!descent::start(task)) Turn::queue(env);
  return promise;
}

// Wakes the environment's thread with `bell_` before lowering `working_`, the number of unfinished tasks. This order
// matters, because `bell_` may be destroyed as soon as `working_` is 0. The lock is not held while `bell_` is called,
// because the woken thread may need it.
void Background::tell(Task& task) {
  task.ended_.store(true);
  bell_.NonBlockingCall();
  const std::lock_guard<std::mutex> lock(mutex_);
  working_--;
  told_.notify_one();
}

// The function that `bell_` calls on the thread of the Node environment. If `env` is null, `bell_` is being destroyed.
// `background` must not be used then, because it may no longer exist.
void Background::answer(Napi::Env env, Napi::Function, Background* background, void*) {
  if (env != nullptr) background->settle(env);
}

void Background::settle(Napi::Env env) {
  for (auto place = underWay_.begin(); place != underWay_.end();) {
    Task& task = place->task;
    if (!task.ended_.load()) {
      place++;
      continue;
    }
    task.background_ = nullptr;
    try {
      place->deferred.Resolve(Napi::Number::New(env, task.result()));
    } catch (const Napi::Error& error) {
      place->deferred.Reject(error.Value());
    } catch (const std::exception& error) {
      place->deferred.Reject(Napi::Error::New(env, error.what()).Value());
    }
    place = underWay_.erase(place);
  }
  if (underWay_.empty()) bell_.Unref(env);
}

// Called when the Node environment ends, perhaps while tasks are running. When this function returns, no task uses the
// environment or its memory any more.
void Background::end() {
  for (const Promised& promised : underWay_) promised.task.stop();
  std::unique_lock<std::mutex> lock(mutex_);
  told_.wait(lock, [this] { return working_ == 0; });
  underWay_.clear();
}

}  // namespace descent
