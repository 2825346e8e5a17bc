#include "thread.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#ifndef _WIN32
#include <unistd.h>
#endif

#include "../pool.h"

namespace descent {
namespace {

std::atomic<bool> claimed{false};
std::atomic<MpiThread*> current{nullptr};
// The code with which this thread is ending the process.
thread_local int abortingWith = 0;

int64_t milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void say(const std::string& message) {
  std::fputs(("descent: " + message + "\n").c_str(), stderr);
  std::fflush(stderr);
}

// Waits until the launcher has taken what this process has printed. Some launchers lose the rest when a job is aborted.
void letLauncherPrint() { std::this_thread::sleep_for(std::chrono::milliseconds(200)); }

std::string seconds(double milliseconds) {
  char text[32];
  std::snprintf(text, sizeof(text), "%g s", milliseconds / 1000);
  return text;
}

// Returns how many milliseconds a rank waits before it ends the job with a message. All ranks that wait for a missing one
// notice it at the same time, and only one of them should print a message. So rank 0 speaks at once, and the others wait
// for the launcher to end them: rank 1 for 3 s, ranks 2 and 3 for 4 s, ranks 4 to 7 for 5 s, and so on.
double delayOf(int rank) { return rank > 0 ? 3000 + 1000 * std::floor(std::log2(rank)) : 0; }

}  // namespace

MpiThread::MpiThread(std::unique_ptr<Mpi> mpi, const MpiOptions& options)
    : mpi_(std::move(mpi)), options_(options), rank_(options.rank), size_(options.size) {}

MpiThread& MpiThread::start(const MpiOptions& options) {
  if (claimed.load()) {
    throw std::logic_error("connect() has been called in this process before: MPI starts only once, so pass on its communicator");
  }
  std::unique_ptr<Mpi> mpi = openMpi(options.library);
  if (claimed.exchange(true)) throw std::logic_error("another thread of this process is calling connect(): MPI starts only once");
  // The object is never destroyed, because its threads may outlive the Node environment.
  MpiThread& self = *std::unique_ptr<MpiThread>(new MpiThread(std::move(mpi), options)).release();
  self.since_.store(milliseconds());
  self.doing_.store("connect");
  if (!launch([&self] { self.watch(); }) || !launch([&self] { self.live(); })) {
    throw MpiError("the system cannot start the threads that MPI needs");
  }
  // The thread of Node waits here, so that JavaScript does not run while MPI changes the process.
  self.started_.waitFor(1);
  if (!self.problem_.empty()) throw MpiError(self.problem_);
  current.store(&self);
  // Node calls exit() after it has printed the error that ends a program. A listener of the event `exit` would be earlier.
  std::atexit([] { running()->leave(); });
  return self;
}

MpiThread* MpiThread::running() { return current.load(); }

void MpiThread::push(MpiCall& call) {
  call.next_ = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    (last_ ? last_->next_ : first_) = &call;
    last_ = &call;
  }
  queued_.increase();
}

MpiCall& MpiThread::take() {
  const std::lock_guard<std::mutex> lock(mutex_);
  MpiCall& call = *first_;
  first_ = call.next_;
  if (!first_) last_ = nullptr;
  return call;
}

void MpiThread::live() {
  try {
    mayAbort_ = mpi_->init();
    rank_ = mpi_->rank(mpi_->world());
    size_ = mpi_->size(mpi_->world());
    library_ = mpi_->version();
  } catch (const MpiError& error) {
    problem_ = error.what();
    finished_.store(true);
  }
  connected_.store(true);
  doing_.store(nullptr);
  started_.increase();
  for (int64_t count = 1; !finished_.load(); count++) {
    queued_.waitFor(count);
    MpiCall& call = take();
    since_.store(milliseconds());
    doing_.store(call.name());
    call.execute(*mpi_);
    doing_.store(nullptr);
  }
}

// Ends the job if the other thread has been in one call of MPI for too long. MPI itself would wait forever.
void MpiThread::watch() {
  const int64_t pause = static_cast<int64_t>(
      std::clamp(std::min(options_.connectTimeout, options_.timeout) / 20, 10.0, 1000.0));
  while (!finished_.load()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(pause));
    const char* doing = doing_.load();
    if (doing == nullptr) continue;
    const bool isConnected = connected_.load();
    const double limit = isConnected ? options_.timeout : options_.connectTimeout;
    if (static_cast<double>(milliseconds() - since_.load()) < limit + delayOf(options_.rank)) continue;
    const std::string place = "rank " + std::to_string(options_.rank) + " of " + std::to_string(options_.size);
    if (!isConnected) {
      say(place + " waited " + seconds(limit) + " in connect() for the other ranks: one of them has not called it, or cannot be " +
          "reached (exit code 70)");
      letLauncherPrint();
      std::_Exit(kConnectTimeout);
    }
    say(place + " waited " + seconds(limit) + " in " + doing + " for the other ranks: one of them has ended, hangs, or does " +
        "something else (exit code 72)");
    letLauncherPrint();
    abort(kCollectiveTimeout);
  }
}

void MpiThread::finish() { finished_.store(true); }

void MpiThread::abort(int code) {
  // MPI_Abort may wait forever, for example for a host that has gone. So the process ends after three seconds in any
  // case: by a thread that knows the code, or by the system if no thread can be started.
#ifndef _WIN32
  std::signal(SIGALRM, SIG_DFL);
  alarm(5);
#endif
  static_cast<void>(launch([code] {
    std::this_thread::sleep_for(std::chrono::seconds(3));
    std::_Exit(code);
  }));
  // Where MPI may be called by one thread only, it cannot be called now. The launcher ends the job when it sees the code.
  abortingWith = code;
  if (mayAbort_ && !finished_.load()) mpi_->abort(code);
  std::_Exit(code);
}

void MpiThread::leave() {
  if (finished_.load()) return;
  // In a process without a launcher, MPI_Abort of MPICH calls exit(), and exit() calls this function.
  if (abortingWith != 0) std::_Exit(abortingWith);
  const int code = exitCode_.load();
  if (code == 0) {
    say("rank " + std::to_string(rank_) + " of " + std::to_string(size_) +
        " ended without a call of close() of its communicator (exit code 71)");
  }
  letLauncherPrint();
  abort(code == 0 ? kLeftWithoutClose : code);
}

}  // namespace descent
