// A program as the native side holds it: decoded once, every operand checked, ready to run thousands of times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels.h"

namespace descent {

// One of the arena's segments: parameters, state, workspace (floats of the program's dtype) and tally (float64).
struct Segment {
  void* data;
  int64_t size;  // in elements
};

constexpr int kSegments = 4;
constexpr int kTally = 3;
const char* segmentName(int segment);

// A program or a run breaks a rule; the message names the command and the operand.
struct ProgramError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Command {
  const Kernel* kernel;
  Values values;
  Work work;
  int64_t shares;  // how many threads it is worth sharing among
};

class Program {
 public:
  // words: for each command the kernel's index in the table and its operands in order, a region as segment and offset.
  Program(const double* words, size_t length, Dtype dtype, int64_t rows, const Segment (&segments)[kSegments]);

  int64_t rows() const { return rows_; }
  Dtype dtype() const { return dtype_; }
  const std::vector<Command>& commands() const { return commands_; }

 private:
  std::vector<Command> commands_;
  Dtype dtype_;
  int64_t rows_;
};

}  // namespace descent
