// The one thread of this process that calls MPI, from the start of MPI to its end, and the guard over the thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "counter.h"
#include "library.h"

namespace descent {

// The exit codes with which the guard ends a job. src/distributed/exit-codes.ts has the others.
constexpr int kConnectTimeout = 70;
constexpr int kLeftWithoutClose = 71;
constexpr int kCollectiveTimeout = 72;

// Work for the thread that calls MPI.
class MpiCall {
 public:
  // Called on that thread. Must not throw.
  virtual void execute(Mpi& mpi) = 0;
  // Says in a message what this process waited for.
  virtual const char* name() const = 0;

 protected:
  MpiCall() = default;
  ~MpiCall() = default;
  MpiCall(const MpiCall&) = delete;
  MpiCall& operator=(const MpiCall&) = delete;

 private:
  friend class MpiThread;
  MpiCall* next_ = nullptr;
};

// How to start MPI. Rank and size are those that the launcher states in environment variables.
struct MpiOptions {
  std::string library;  // if empty, the usual names are tried
  int rank = 0;
  int size = 1;
  double connectTimeout = 0;  // in milliseconds
  double timeout = 0;  // in milliseconds
};

class MpiThread {
 public:
  // Opens the library, starts MPI on a new thread, and returns when all ranks of the job have done the same. Ends the
  // process with code 70 if that takes too long. May be called once in a process. Throws MpiError.
  static MpiThread& start(const MpiOptions& options);

  // Returns the thread that `start` has started, or nullptr. Any thread may call this function.
  static MpiThread* running();

  // Queues a call behind those that are queued already. `call` must live until it has been executed. Any thread may call
  // this function.
  void push(MpiCall& call);

  Mpi& mpi() { return *mpi_; }
  const std::string& library() const { return library_; }
  int rank() const { return rank_; }
  int size() const { return size_; }

  // Called on the thread itself after MPI has ended. It executes no further call.
  void finish();
  bool isFinished() const { return finished_.load(); }

  // Ends all processes of the job. Any thread may call this function.
  [[noreturn]] void abort(int code);

  // States the exit code with which this process is about to end.
  void leaving(int code) { exitCode_.store(code); }

  // Ends the job if MPI has not been ended properly. Called when the process ends, or the Node environment that has
  // started MPI. The exit code is that of `leaving`, or 71 if it is 0.
  void leave();

 private:
  MpiThread(std::unique_ptr<Mpi> mpi, const MpiOptions& options);
  void live();
  void watch();
  MpiCall& take();

  const std::unique_ptr<Mpi> mpi_;
  const MpiOptions options_;
  int rank_ = 0;
  int size_ = 1;
  std::string library_;  // what the MPI library says about itself
  std::string problem_;  // why MPI could not be started, if it could not
  bool mayAbort_ = false;
  std::atomic<bool> connected_{false};
  std::atomic<bool> finished_{false};
  std::atomic<int> exitCode_{0};
  Counter started_;

  Counter queued_;
  std::mutex mutex_;  // guards the queue
  MpiCall* first_ = nullptr;
  MpiCall* last_ = nullptr;

  // What the thread does now, for the guard.
  std::atomic<const char*> doing_{nullptr};
  std::atomic<int64_t> since_{0};
};

}  // namespace descent
