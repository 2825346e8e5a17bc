#include "background.h"

#include <exception>

namespace descent {

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
  if (!descent::start(task)) bell_.NonBlockingCall();
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
  // Rung by itself: where there is no thread for what is under way, it gets its turns here, between two events.
  if (underWay_.empty()) {
    bell_.Unref(env);
  } else if (!giveTurn()) {
    bell_.NonBlockingCall();
  }
}

// The environment ends, with what is under way: nothing may touch it, or memory that is its, from here on.
void Background::end() {
  for (const Promised& promised : underWay_) promised.task.stop();
  std::unique_lock<std::mutex> lock(mutex_);
  told_.wait(lock, [this] { return working_ == 0; });
  underWay_.clear();
}

}  // namespace descent
