#include "background.h"

#include <exception>
#include <memory>

namespace descent {

namespace {

// Turns on a thread of libuv's, one after the other, where the system gives none of our own.
class Turn : public Napi::AsyncWorker {
 public:
  static void queue(Napi::Env env) {
    auto turn = std::make_unique<Turn>(env);
    turn->Queue();
    // From here on node-addon-api owns it, and deletes it when it is done.
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
  // Hooks are called last come, first served: the bell can still be rung when this one is.
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

// The bell is not rung under the lock: the thread that it wakes would come for it. `end` does not go on before this has done with the bell.
void Background::tell(Task& task) {
  task.ended_.store(true);
  bell_.NonBlockingCall();
  const std::lock_guard<std::mutex> lock(mutex_);
  working_--;
  told_.notify_one();
}

// Without an environment the bell is being taken down, and this may be gone.
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
    } catch (const std::exception& error) {
      place->deferred.Reject(Napi::Error::New(env, error.what()).Value());
    }
    place = underWay_.erase(place);
  }
  if (underWay_.empty()) bell_.Unref(env);
}

// The environment ends, with what is under way: nothing may touch it, or memory that is its, from here on.
void Background::end() {
  for (const Promised& promised : underWay_) promised.task.stop();
  std::unique_lock<std::mutex> lock(mutex_);
  told_.wait(lock, [this] { return working_ == 0; });
  underWay_.clear();
}

}  // namespace descent
