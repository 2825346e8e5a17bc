// Binds an MPI library when the program runs. The addon is compiled without any MPI header and is linked with no MPI
// library, so the same file works with Open MPI, with MPICH and its relatives, and where there is no MPI at all.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "../kernels.h"

namespace descent {

// Thrown if no MPI library can be used, or if a function of MPI reports an error.
struct MpiError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Operation { sum, min, max };

// A communicator, as the MPI library names it. It is a number in the ABI of MPICH, and an address in the other two.
union MpiComm {
  int number;
  void* address;
};

// The functions of an MPI library that this package needs. Only one thread may call them, except `abort`. A function
// that fails throws MpiError.
class Mpi {
 public:
  virtual ~Mpi() = default;

  // Returns whether other threads may call `abort` at any time.
  virtual bool init() = 0;
  virtual void finalize() = 0;
  virtual MpiComm world() const = 0;
  virtual int rank(MpiComm comm) = 0;
  virtual int size(MpiComm comm) = 0;
  virtual MpiComm split(MpiComm comm, int color, int key) = 0;
  virtual void free(MpiComm comm) = 0;
  virtual void allreduce(void* values, int count, ElementType type, Operation operation, MpiComm comm) = 0;
  virtual void broadcast(void* values, int count, ElementType type, int root, MpiComm comm) = 0;
  virtual void abort(int code) = 0;
  // Returns the library's description of itself, such as "Open MPI v4.1.4, package: Debian OpenMPI, ...".
  virtual std::string version() = 0;

 protected:
  Mpi() = default;
  Mpi(const Mpi&) = delete;
  Mpi& operator=(const Mpi&) = delete;
};

// Opens the MPI library with this name or path. If it is empty, tries the usual names, first those that fit the launcher
// that has started this process. Throws MpiError if no library can be opened, or if its ABI is unknown.
std::unique_ptr<Mpi> openMpi(const std::string& library);

}  // namespace descent
