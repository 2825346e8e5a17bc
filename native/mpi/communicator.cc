#include "communicator.h"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "../program.h"

namespace descent {
namespace {

int64_t sizeOf(ElementType type) {
  return type == ElementType::uint8 ? 1 : type == ElementType::float64 ? 8 : 4;
}

const char* nameOf(ElementType type) {
  switch (type) {
    case ElementType::uint8:
      return "uint8";
    case ElementType::int32:
      return "int32";
    case ElementType::uint32:
      return "uint32";
    case ElementType::float32:
      return "float32";
    case ElementType::float64:
      return "float64";
    default:
      return "unknown";
  }
}

// What a rank calls, as numbers that ranks can exchange.
struct Call {
  enum { kind, operation, type, length, root, kNumbers };
  using Numbers = std::array<double, kNumbers>;

  static Numbers of(const Collective& call) {
    Numbers numbers;
    numbers[kind] = static_cast<double>(call.kind);
    numbers[operation] = static_cast<double>(call.operation);
    numbers[type] = static_cast<double>(call.array.type);
    numbers[length] = static_cast<double>(call.array.length);
    numbers[root] = call.root;
    return numbers;
  }

  static std::string describe(const double* numbers) {
    const char* kinds[] = {"allreduce", "broadcast", "barrier", "split", "close"};
    const char* operations[] = {"sum", "min", "max"};
    const auto which = static_cast<Collective::Kind>(static_cast<int>(numbers[kind]));
    std::string text = kinds[static_cast<int>(numbers[kind])];
    if (which == Collective::Kind::allreduce) text += std::string(" (") + operations[static_cast<int>(numbers[operation])] + ")";
    if (which == Collective::Kind::broadcast) text += " from rank " + std::to_string(static_cast<int>(numbers[root]));
    if (which == Collective::Kind::allreduce || which == Collective::Kind::broadcast) {
      text += " of " + std::to_string(static_cast<int64_t>(numbers[length])) + " " +
              nameOf(static_cast<ElementType>(static_cast<int>(numbers[type]))) + " numbers";
    }
    return text;
  }
};

}  // namespace

Communicator::Communicator(MpiThread& thread, MpiComm comm, int rank, int size, int64_t piece, bool isWorld)
    : thread_(thread), comm_(comm), rank_(rank), size_(size), piece_(piece), isWorld_(isWorld) {}

void Communicator::beginSum(void* values, int64_t count, Dtype dtype) {
  if (begun_ == sums_.size()) sums_.emplace_back(*this);
  Sum& sum = sums_[begun_++];
  total_++;
  sum.values = values;
  sum.count = count;
  sum.type = dtype == Dtype::float64 ? ElementType::float64 : ElementType::float32;
  thread_.push(sum);
}

void Communicator::wait() {
  ended_.waitFor(total_);
  begun_ = 0;
  if (problem_.empty()) return;
  const std::string problem = problem_;
  problem_.clear();
  throw ProgramError("the ranks cannot sum the gradient: " + problem);
}

void Communicator::Sum::execute(Mpi& mpi) {
  try {
    communicator_.allreduce(mpi, {values, count, type}, Operation::sum);
  } catch (const MpiError& error) {
    communicator_.problem_ = error.what();
  }
  communicator_.ended_.increase();
}

void Communicator::begin(Collective& call) {
  call.communicator = this;
  thread_.push(call);
}

void Communicator::allreduce(Mpi& mpi, const Array& array, Operation operation) {
  for (int64_t from = 0; from < array.length; from += piece_) {
    const int count = static_cast<int>(std::min(piece_, array.length - from));
    mpi.allreduce(static_cast<char*>(array.data) + from * sizeOf(array.type), count, array.type, operation, comm_);
  }
}

// Throws MpiError on every rank unless all ranks make the same call.
void Communicator::compare(Mpi& mpi, const Collective& call) {
  const Call::Numbers mine = Call::of(call);
  // A maximum of x and one of -x say whether all x are equal.
  std::array<double, 2 * Call::kNumbers> greatest;
  for (size_t i = 0; i < mine.size(); i++) {
    greatest[i] = mine[i];
    greatest[mine.size() + i] = -mine[i];
  }
  mpi.allreduce(greatest.data(), static_cast<int>(greatest.size()), ElementType::float64, Operation::max, comm_);
  bool isSame = true;
  for (size_t i = 0; i < mine.size(); i++) isSame = isSame && greatest[i] == -greatest[mine.size() + i];
  if (isSame) return;

  std::vector<double> all(static_cast<size_t>(size_) * mine.size());
  std::copy(mine.begin(), mine.end(), all.begin() + rank_ * static_cast<int64_t>(mine.size()));
  allreduce(mpi, {all.data(), static_cast<int64_t>(all.size()), ElementType::float64}, Operation::sum);
  int other = 1;
  const auto numbersOf = [&](int rank) { return all.data() + rank * static_cast<int64_t>(mine.size()); };
  while (other < size_ - 1 && std::equal(numbersOf(0), numbersOf(1), numbersOf(other))) other++;
  throw MpiError("all ranks must make the same call: rank 0 calls " + Call::describe(numbersOf(0)) + ", but rank " +
                 std::to_string(other) + " calls " + Call::describe(numbersOf(other)));
}

void Collective::execute(Mpi& mpi) {
  try {
    communicator->compare(mpi, *this);
    switch (kind) {
      case Kind::allreduce:
        communicator->allreduce(mpi, array, operation);
        break;
      case Kind::broadcast:
        for (int64_t from = 0; from < array.length; from += communicator->piece_) {
          const int count = static_cast<int>(std::min(communicator->piece_, array.length - from));
          mpi.broadcast(static_cast<char*>(array.data) + from * sizeOf(array.type), count, array.type, root,
                        communicator->comm_);
        }
        break;
      case Kind::barrier:
        break;  // no rank has passed the comparison before all ranks have reached it
      case Kind::split: {
        const MpiComm comm = mpi.split(communicator->comm_, color, key);
        part = std::make_unique<Communicator>(communicator->thread_, comm, mpi.rank(comm), mpi.size(comm),
                                              communicator->piece_, false)
                   .release();
        break;
      }
      case Kind::close:
        if (communicator->isWorld_) {
          mpi.finalize();
          communicator->thread_.finish();
        } else {
          mpi.free(communicator->comm_);
        }
        break;
    }
  } catch (const MpiError& error) {
    problem = error.what();
  }
  const std::function<void()> report = std::move(ended);
  report();
}

const char* Collective::name() const {
  const char* names[] = {"allreduce()", "broadcast()", "barrier()", "split()", "close()"};
  return names[static_cast<int>(kind)];
}

}  // namespace descent
