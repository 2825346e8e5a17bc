// Ranks (processes of a job) that work together, and what they do together by MPI. Nothing here depends on Node.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "../ranks.h"
#include "counter.h"
#include "library.h"
#include "thread.h"

namespace descent {

class Communicator;

// One call of all ranks of a communicator, whose end is reported to a function.
class Collective final : public MpiCall {
 public:
  enum class Kind { allreduce, broadcast, barrier, split, close };

  Kind kind = Kind::barrier;
  Array array;  // allreduce, broadcast
  Operation operation = Operation::sum;  // allreduce
  int root = 0;  // broadcast
  int color = 0;  // split
  int key = 0;  // split

  Communicator* communicator = nullptr;
  std::function<void()> ended;  // called on the thread that calls MPI; the call may be destroyed there
  std::string problem;  // why the call failed, or empty
  Communicator* part = nullptr;  // the result of `split`

 private:
  void execute(Mpi& mpi) override;
  const char* name() const override;
};

// A communicator of MPI. It is never destroyed, because the thread that calls MPI may still use it.
class Communicator final : public Ranks {
 public:
  // `piece` is the greatest number of elements that one call of MPI gets.
  Communicator(MpiThread& thread, MpiComm comm, int rank, int size, int64_t piece, bool isWorld);

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void beginSum(void* values, int64_t count, Dtype dtype) override;
  void wait() override;

  // Queues the call. It first compares what all ranks call, and fails on all of them if they differ, before any rank
  // sends data.
  void begin(Collective& call);

  MpiThread& thread() { return thread_; }

 private:
  friend class Collective;

  // A sum of a kernel. It is not compared with the calls of the other ranks, because that would cost as much again.
  class Sum final : public MpiCall {
   public:
    explicit Sum(Communicator& communicator) : communicator_(communicator) {}
    void* values = nullptr;
    int64_t count = 0;
    ElementType type = ElementType::none;

   private:
    void execute(Mpi& mpi) override;
    const char* name() const override { return "the sum of a gradient"; }
    Communicator& communicator_;
  };

  void compare(Mpi& mpi, const Collective& call);
  void allreduce(Mpi& mpi, const Array& array, Operation operation);

  MpiThread& thread_;
  const MpiComm comm_;
  const int rank_;
  const int size_;
  const int64_t piece_;
  const bool isWorld_;  // whether it consists of all ranks of the job, so that closing it ends MPI
  std::deque<Sum> sums_;  // reused; the first `begun_` of them are under way
  size_t begun_ = 0;
  int64_t total_ = 0;  // the number of sums begun so far
  Counter ended_;
  std::string problem_;  // why a sum failed; written before `ended_` is increased, and read after that
};

}  // namespace descent
