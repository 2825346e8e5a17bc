// Defines Program, a compiled list of commands that call kernels. A program is decoded and checked once, and can then
// run thousands of times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels.h"

namespace descent {

// One of the four arrays in which a program (a list of kernel calls) keeps its numbers. The arrays `parameters`,
// `state` and `workspace` hold floats of the program's dtype. The array `tally` holds float64 numbers.
struct Segment {
  void* data;
  int64_t size;  // in elements
};

constexpr int kSegments = 4;
constexpr int kTally = 3;
const char* segmentName(int segment);

// Thrown if a program (a list of commands that call kernels) is invalid or cannot run. If a command is wrong, the
// message names the command and the operand.
struct ProgramError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Command {
  const Kernel* kernel;
  KernelFunction function;  // the kernel's function for the program's dtype
  Values values;
  Work work;
  int64_t shares;  // the maximum number of threads that are worth using
};

class Program {
 public:
  // Decodes and checks a program. For each command, `words` has the index of the kernel in the kernel table, followed
  // by the kernel's operands. An operand that is an array takes two words: the index of the segment that contains the
  // array, and the array's offset in this segment. Any other operand takes one word.
  Program(const double* words, size_t length, Dtype dtype, int64_t rows, int64_t batchRows,
          const Segment (&segments)[kSegments]);

  // Returns the number of rows that one pass of the program takes.
  int64_t rows() const { return rows_; }
  // Returns the number of rows of a batch. It is more than rows() if other ranks take the other rows.
  int64_t batchRows() const { return batchRows_; }
  Dtype dtype() const { return dtype_; }
  const std::vector<Command>& commands() const { return commands_; }
  // Returns the largest number of threads that can share the work of one kernel call.
  int64_t shares() const { return shares_; }

 private:
  std::vector<Command> commands_;
  Dtype dtype_;
  int64_t rows_;
  int64_t batchRows_;
  int64_t shares_ = 1;
};

}  // namespace descent
