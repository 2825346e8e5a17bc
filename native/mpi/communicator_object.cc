#include "communicator_object.h"

#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "../addon.h"
#include "communicator.h"
#include "thread.h"

namespace descent {
namespace {

constexpr napi_type_tag kTag = {0x1f0c3c5a7de94b02, 0x9b54d1f2a6c8e317};

Array unwrap(const Napi::Value& value) {
  const Array array = value.IsTypedArray() ? unwrapArray(value, "the array") : Array{};
  if (array.type != ElementType::none) return array;
  throw Napi::TypeError::New(value.Env(), "the array must be a Uint8Array, Int32Array, Uint32Array, Float32Array or Float64Array");
}

// A promise for the end of a call. It keeps the array of the call alive.
struct Promised {
  Promised(Napi::Env env, Napi::Object communicator, const Napi::Value& array)
      : deferred(Napi::Promise::Deferred::New(env)), communicator(Napi::Persistent(communicator)) {
    if (array.IsObject()) kept = Napi::Persistent(array.As<Napi::Object>());
  }

  Collective call;
  Napi::Promise::Deferred deferred;
  Napi::ObjectReference communicator;
  Napi::ObjectReference kept;
};

// Settles the promise on the thread of the Node environment. If `env` is null, the environment has ended.
void settle(Napi::Env env, Napi::Function, std::nullptr_t*, Promised* promised) {
  const std::unique_ptr<Promised> owned(promised);
  if (env == nullptr) return;
  const Napi::HandleScope scope(env);
  if (!owned->call.problem.empty()) {
    owned->deferred.Reject(Napi::Error::New(env, owned->call.problem).Value());
  } else if (owned->call.part) {
    const Napi::Function constructor = owned->communicator.Get("constructor").As<Napi::Function>();
    owned->deferred.Resolve(constructor.New({Napi::External<Communicator>::New(env, owned->call.part)}));
  } else {
    owned->deferred.Resolve(env.Undefined());
  }
}

using Bell = Napi::TypedThreadSafeFunction<std::nullptr_t, Promised, settle>;

// A JavaScript object for a communicator of MPI.
class CommunicatorObject : public Napi::ObjectWrap<CommunicatorObject> {
 public:
  // Arguments: ({ library, rank, size, timeout, connectTimeout, piece }), which starts MPI, or a communicator of `split`.
  explicit CommunicatorObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<CommunicatorObject>(info) {
    Value().TypeTag(&kTag);
    if (info[0].IsExternal()) {
      communicator_ = info[0].As<Napi::External<Communicator>>().Data();
      return;
    }
    const Napi::Object source = info[0].As<Napi::Object>();
    const auto number = [&](const char* name) { return source.Get(name).As<Napi::Number>().DoubleValue(); };
    MpiOptions options;
    options.library = source.Get("library").As<Napi::String>().Utf8Value();
    options.rank = static_cast<int>(number("rank"));
    options.size = static_cast<int>(number("size"));
    options.timeout = number("timeout");
    options.connectTimeout = number("connectTimeout");
    try {
      MpiThread& thread = MpiThread::start(options);
      communicator_ = std::make_unique<Communicator>(thread, thread.mpi().world(), thread.rank(), thread.size(),
                                                     static_cast<int64_t>(number("piece")), true)
                          .release();
    } catch (const MpiError& problem) {
      const Napi::Error error = Napi::Error::New(info.Env(), problem.what());
      error.Value().Set("code", "DESCENT_MPI_LIBRARY");
      throw error;
    } catch (const std::exception& error) {
      throw Napi::Error::New(info.Env(), error.what());
    }
    // Also ends the job if a worker thread with this communicator is terminated.
    napi_add_env_cleanup_hook(info.Env(), [](void*) { MpiThread::running()->leave(); }, nullptr);
  }

  Ranks& ranks() const { return *communicator_; }

  Napi::Value rank(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), communicator_->rank()); }
  Napi::Value size(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), communicator_->size()); }
  Napi::Value library(const Napi::CallbackInfo& info) {
    return Napi::String::New(info.Env(), MpiThread::running()->library());
  }

  // Arguments: (array, operation), where the operation is 'sum', 'min' or 'max'.
  Napi::Value allreduce(const Napi::CallbackInfo& info) {
    return begin(info, info[0], [&](Collective& call) {
      call.kind = Collective::Kind::allreduce;
      call.array = unwrap(info[0]);
      const std::string operation = info[1].As<Napi::String>().Utf8Value();
      call.operation = operation == "min" ? Operation::min : operation == "max" ? Operation::max : Operation::sum;
    });
  }

  // Arguments: (array, root)
  Napi::Value broadcast(const Napi::CallbackInfo& info) {
    return begin(info, info[0], [&](Collective& call) {
      call.kind = Collective::Kind::broadcast;
      call.array = unwrap(info[0]);
      call.root = info[1].As<Napi::Number>().Int32Value();
    });
  }

  Napi::Value barrier(const Napi::CallbackInfo& info) {
    return begin(info, info.Env().Undefined(), [](Collective& call) { call.kind = Collective::Kind::barrier; });
  }

  // Arguments: (color, key)
  Napi::Value split(const Napi::CallbackInfo& info) {
    return begin(info, info.Env().Undefined(), [&](Collective& call) {
      call.kind = Collective::Kind::split;
      call.color = info[0].As<Napi::Number>().Int32Value();
      call.key = info[1].As<Napi::Number>().Int32Value();
    });
  }

  Napi::Value close(const Napi::CallbackInfo& info) {
    return begin(info, info.Env().Undefined(), [](Collective& call) { call.kind = Collective::Kind::close; });
  }

  // Arguments: (array). Sums it over all ranks, and blocks the thread meanwhile. The ranks' arrays are not compared.
  void sumNow(const Napi::CallbackInfo& info) {
    refuseAfterClose(info.Env());
    const Array array = unwrap(info[0]);
    try {
      communicator_->beginSum(array.data, array.length, array.type == ElementType::float64 ? Dtype::float64 : Dtype::float32);
      communicator_->wait();
    } catch (const std::exception& error) {
      throw Napi::Error::New(info.Env(), error.what());
    }
  }

  // Arguments: (code)
  void abort(const Napi::CallbackInfo& info) { communicator_->thread().abort(info[0].As<Napi::Number>().Int32Value()); }

  // Arguments: (code), the exit code of the process, which is about to end.
  void leaving(const Napi::CallbackInfo& info) { communicator_->thread().leaving(info[0].As<Napi::Number>().Int32Value()); }

 private:
  void refuseAfterClose(Napi::Env env) {
    if (communicator_->thread().isFinished()) throw Napi::Error::New(env, "the communicator is closed");
  }

  template <class Fill>
  Napi::Value begin(const Napi::CallbackInfo& info, const Napi::Value& array, const Fill& fill) {
    const Napi::Env env = info.Env();
    refuseAfterClose(env);
    auto promised = std::make_unique<Promised>(env, Value(), array);
    fill(promised->call);
    const Napi::Promise promise = promised->deferred.Promise();
    // The event loop stays alive until the promise is settled.
    const Bell bell = Bell::New(env, "descent", 0, 1);
    Promised* waiting = promised.release();
    waiting->call.ended = [bell, waiting] {
      bell.NonBlockingCall(waiting);
      bell.Release();
    };
    communicator_->begin(waiting->call);
    return promise;
  }

  Communicator* communicator_ = nullptr;  // never destroyed
};

}  // namespace

void defineCommunicator(Napi::Env env, Napi::Object exports) {
  using Object = CommunicatorObject;
  exports.Set("Communicator",
              Object::DefineClass(env, "Communicator",
                                  {Object::InstanceAccessor<&Object::rank>("rank"), Object::InstanceAccessor<&Object::size>("size"),
                                   Object::InstanceAccessor<&Object::library>("library"),
                                   Object::InstanceMethod<&Object::allreduce>("allreduce"),
                                   Object::InstanceMethod<&Object::broadcast>("broadcast"),
                                   Object::InstanceMethod<&Object::barrier>("barrier"),
                                   Object::InstanceMethod<&Object::split>("split"), Object::InstanceMethod<&Object::close>("close"),
                                   Object::InstanceMethod<&Object::sumNow>("sumNow"),
                                   Object::InstanceMethod<&Object::abort>("abort"),
                                   Object::InstanceMethod<&Object::leaving>("leaving")}));
}

Ranks& unwrapRanks(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kTag)) {
    throw Napi::TypeError::New(value.Env(), "the communicator must be an object of the class Communicator of the addon");
  }
  return CommunicatorObject::Unwrap(value.As<Napi::Object>())->ranks();
}

}  // namespace descent
