// The interface to Node. It unwraps JavaScript values, binds programs (compiled lists of kernel calls) to memory, and
// runs the programs.
#include "addon.h"

#include <cblas.h>
#include <napi.h>

#include <atomic>
#include <cmath>
#include <exception>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "background.h"
#include "executor.h"
#include "mpi/communicator_object.h"
#include "reached.h"
#include "vectorized.h"

namespace {

using descent::Array;
using descent::Dtype;
using descent::ElementType;

// The state of the addon in one Node environment (the main thread or a worker). Each environment has its own instance
// of this struct, so the addon has no mutable global variables.
struct Instance {
  explicit Instance(Napi::Env env) : background(env) {}

  Napi::FunctionReference execution;
  descent::Background background;
  // The number of kernel calls so far. Tests use it to prove that native code ran.
  std::atomic<int64_t> executed{0};
};

ElementType elementType(napi_typedarray_type type) {
  switch (type) {
    case napi_uint8_array:
      return ElementType::uint8;
    case napi_int32_array:
      return ElementType::int32;
    case napi_uint32_array:
      return ElementType::uint32;
    case napi_float32_array:
      return ElementType::float32;
    case napi_float64_array:
      return ElementType::float64;
    default:
      return ElementType::none;
  }
}

}  // namespace

// napi_get_typedarray_info also accepts views of a SharedArrayBuffer.
Array descent::unwrapArray(const Napi::Value& value, const std::string& name) {
  if (!value.IsTypedArray()) throw Napi::TypeError::New(value.Env(), name + " must be a typed array");
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr) != napi_ok) {
    throw Napi::Error::New(value.Env());
  }
  return {data, static_cast<int64_t>(length), elementType(type)};
}

namespace {

using descent::unwrapArray;

Array unwrapArray(const Napi::Value& value, const std::string& name, std::initializer_list<ElementType> types) {
  const Array array = unwrapArray(value, name);
  for (const ElementType type : types) {
    if (array.type == type) return array;
  }
  throw Napi::TypeError::New(value.Env(), name + " is a typed array of another type than the program takes");
}

int64_t unwrapRow(const Napi::Value& value) {
  const double row = value.As<Napi::Number>().DoubleValue();
  if (!(row >= 0) || row > 4294967295.0 || row != std::floor(row)) {
    throw Napi::RangeError::New(value.Env(), "a row must be a whole number from 0 to 4294967295");
  }
  return static_cast<int64_t>(row);
}

// Calls `work`, and throws an error of the program as a JavaScript error. The property `code` of this error lets
// src/backend/native/native.ts recognize it.
template <class Work>
auto withProgramErrors(Napi::Env env, const Work& work) {
  try {
    return work();
  } catch (const descent::ProgramError& problem) {
    const Napi::Error error = Napi::Error::New(env, problem.what());
    error.Value().Set("code", "DESCENT_PROGRAM");
    throw error;
  }
}

void checkVectorChoice(Napi::Env env) {
  if (!descent::vectorChoice().problem.empty()) throw Napi::Error::New(env, descent::vectorChoice().problem);
}

// A JavaScript object that represents a program (a compiled list of kernel calls) and the memory that the program uses.
// The object keeps this memory alive.
class ProgramObject : public Napi::ObjectWrap<ProgramObject> {
 public:
  // Arguments: (words, dtype, rows, batchRows, threads, [parameters, state, workspace, tally]). `words` is the program,
  // encoded as numbers. `rows` is the number of rows that the program takes of each batch of `batchRows` rows. The arrays
  // in brackets are the memory that the program uses.
  explicit ProgramObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ProgramObject>(info) {
    checkVectorChoice(info.Env());
    const Array words = unwrapArray(info[0], "words", {ElementType::float64});
    const Dtype dtype = info[1].As<Napi::String>().Utf8Value() == "float64" ? Dtype::float64 : Dtype::float32;
    const ElementType floats = dtype == Dtype::float64 ? ElementType::float64 : ElementType::float32;
    threads_ = info[4].As<Napi::Number>().Int32Value();
    const Napi::Array memory = info[5].As<Napi::Array>();
    descent::Segment segments[descent::kSegments];
    for (int i = 0; i < descent::kSegments; i++) {
      const Napi::Value value = memory[static_cast<uint32_t>(i)];
      const Array array = unwrapArray(value, descent::segmentName(i), {i == descent::kTally ? ElementType::float64 : floats});
      segments[i] = {array.data, array.length};
    }
    program_ = withProgramErrors(info.Env(), [&] {
      return std::make_unique<descent::Program>(static_cast<const double*>(words.data), static_cast<size_t>(words.length),
                                                dtype, unwrapRow(info[2]), unwrapRow(info[3]), segments);
    });
    memory_ = Napi::Persistent(memory.As<Napi::Object>());
  }

  Napi::Value bind(const Napi::CallbackInfo& info) {
    return info.Env().GetInstanceData<Instance>()->execution.New({Value(), info[0]});
  }

  const descent::Program& program() const { return *program_; }
  int threads() const { return threads_; }

 private:
  std::unique_ptr<descent::Program> program_;
  Napi::ObjectReference memory_;
  int threads_ = 1;
};

// A JavaScript object that can run a program (a compiled list of kernel calls) on arrays of inputs, labels, outputs and
// so on. The object keeps the program and these arrays alive.
class ExecutionObject : public Napi::ObjectWrap<ExecutionObject>, public descent::Task {
 public:
  // Arguments: (program, { first, order, inputs, labels, targets, weights, learningRates, outputs, classes, sum })
  explicit ExecutionObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ExecutionObject>(info) {
    const Napi::Object program = info[0].As<Napi::Object>();
    program_ = ProgramObject::Unwrap(program);
    const ElementType floats =
        program_->program().dtype() == Dtype::float64 ? ElementType::float64 : ElementType::float32;
    const Napi::Object source = info[1].As<Napi::Object>();
    const Napi::Array kept = Napi::Array::New(info.Env());
    const auto take = [&](const char* name, std::initializer_list<ElementType> types) {
      const Napi::Value value = source.Get(name);
      if (value.IsUndefined()) return Array{};
      kept.Set(kept.Length(), value);
      return unwrapArray(value, name, types);
    };
    const Napi::Value first = source.Get("first");
    if (!first.IsUndefined()) source_.first = unwrapRow(first);
    source_.order = take("order", {ElementType::uint32});
    source_.inputs = take("inputs", {ElementType::uint8, ElementType::float32, ElementType::float64});
    source_.labels = take("labels", {ElementType::int32});
    source_.targets = take("targets", {ElementType::float32, ElementType::float64});
    source_.weights = take("weights", {ElementType::float32, ElementType::float64});
    source_.learningRates = take("learningRates", {ElementType::float64});
    source_.outputs = take("outputs", {floats});
    source_.classes = take("classes", {ElementType::int32});
    const Array sum = take("sum", {ElementType::float64});
    if (sum.length > 0) sum_ = static_cast<const double*>(sum.data);
    const Array stop = take("stop", {ElementType::float64});
    if (stop.length > 0) stop_ = static_cast<const double*>(stop.data);
    const Napi::Value offset = source.Get("offset");
    if (!offset.IsUndefined()) source_.offset = unwrapRow(offset);
    source_.own = source.Get("own").ToBoolean();
    const Napi::Value ranks = source.Get("ranks");
    if (!ranks.IsUndefined()) source_.ranks = &descent::unwrapRanks(ranks);
    kept.Set(kept.Length(), program);
    kept_ = Napi::Persistent(kept.As<Napi::Object>());
    instance_ = info.Env().GetInstanceData<Instance>();
  }

  // Arguments: (from, to), the index of the first row and the index after the last row. Runs the program synchronously
  // on these rows.
  void run(const Napi::CallbackInfo& info) {
    withProgramErrors(info.Env(), [&] { return execute(unwrapRow(info[0]), unwrapRow(info[1]), [](int64_t) { return true; }); });
  }

  // Arguments: (from, to), the index of the first row and the index after the last row. Runs the program on these rows
  // in the background. Returns a promise that resolves to the index of the first row that was not processed.
  Napi::Value start(const Napi::CallbackInfo& info) {
    if (isUnderWay()) throw Napi::Error::New(info.Env(), "the execution has been started and has not ended");
    reach(unwrapRow(info[0]));
    to_ = unwrapRow(info[1]);
    error_ = nullptr;
    return instance_->background.start(*this, Value());
  }

  void stop(const Napi::CallbackInfo&) { Job::stop(); }

  Napi::Value reached(const Napi::CallbackInfo& info) {
    const descent::Reached::Place place = reached_.get();
    Napi::Object object = Napi::Object::New(info.Env());
    object.Set("row", static_cast<double>(place.row));
    object.Set("sum", place.sum);
    return object;
  }

 private:
  int64_t execute(int64_t from, int64_t to, const std::function<bool(int64_t)>& goOn) {
    int64_t executed = 0;
    const int64_t next = descent::execute(program_->program(), source_, from, to, program_->threads(), goOn, executed);
    instance_->executed.fetch_add(executed);
    return next;
  }

  // Publishes the row that the run has reached, with the sum at this row. No kernel may run meanwhile.
  void reach(int64_t row) { reached_.set(row, sum_ ? *sum_ : std::numeric_limits<double>::quiet_NaN()); }

  // Whether the ranks that train together have agreed to end the run.
  bool mustStop() const { return stop_ && *stop_ != 0; }

  bool work() override {
    try {
      const int64_t next = execute(reached_.get().row, to_, [this](int64_t row) {
        reach(row);
        return mayGoOn() && !mustStop();
      });
      return next + program_->program().batchRows() > to_ || mustStop();
    } catch (...) {
      error_ = std::current_exception();
      return true;
    }
  }

  double result() override {
    return withProgramErrors(Env(), [this] {
      if (error_) std::rethrow_exception(error_);
      return static_cast<double>(reached_.get().row);
    });
  }

  Instance* instance_;
  ProgramObject* program_;  // kept alive by kept_
  descent::Source source_;
  Napi::ObjectReference kept_;
  const double* sum_ = nullptr;  // the sum to publish, or null; kept alive by kept_
  const double* stop_ = nullptr;  // the number of ranks that voted to end the run, or null; kept alive by kept_
  // The members below describe the most recent call of `start`.
  descent::Reached reached_;
  int64_t to_ = 0;
  std::exception_ptr error_;
};

Napi::Object describe(const Napi::CallbackInfo& info) {
  checkVectorChoice(info.Env());
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("config", openblas_get_config());
  object.Set("core", openblas_get_corename());
  object.Set("vectors", descent::vectorLevelName());
  Napi::Array levels = Napi::Array::New(info.Env());
  for (const std::string& word : descent::vectorChoice().levels) levels.Set(levels.Length(), word);
  object.Set("levels", levels);
  return object;
}

}  // namespace

NAPI_MODULE_INIT() {
  return Napi::RegisterModule(env, exports, [](Napi::Env napi, Napi::Object object) -> Napi::Object {
    // Turn off the threads that OpenBLAS starts itself. When Node forks a process, OpenBLAS would stop these threads,
    // even in the middle of a multiplication. Instead, executor.cc divides the work among the threads of pool.cc.
    openblas_set_num_threads(1);
    auto instance = std::make_unique<Instance>(napi);
    const Napi::Function execution = ExecutionObject::DefineClass(
        napi, "Execution",
        {ExecutionObject::InstanceMethod<&ExecutionObject::run>("run"),
         ExecutionObject::InstanceMethod<&ExecutionObject::start>("start"),
         ExecutionObject::InstanceMethod<&ExecutionObject::stop>("stop"),
         ExecutionObject::InstanceAccessor<&ExecutionObject::reached>("reached")});
    instance->execution = Napi::Persistent(execution);
    napi.SetInstanceData(instance.release());  // Node-API deletes the instance when the environment ends
    object.Set("Program", ProgramObject::DefineClass(napi, "Program", {ProgramObject::InstanceMethod<&ProgramObject::bind>("bind")}));
    descent::defineCommunicator(napi, object);
    object.Set("tableSignature", Napi::Function::New(napi, [](const Napi::CallbackInfo& info) -> Napi::Value {
      return Napi::String::New(info.Env(), descent::tableSignature());
    }));
    object.Set("describe", Napi::Function::New(napi, [](const Napi::CallbackInfo& info) -> Napi::Value { return describe(info); }));
    object.Set("executedCommands", Napi::Function::New(napi, [](const Napi::CallbackInfo& info) -> Napi::Value {
      return Napi::Number::New(info.Env(), static_cast<double>(info.Env().GetInstanceData<Instance>()->executed.load()));
    }));
    return object;
  });
}
