// Types that all native kernels share: the table of their operands, and how a command passes them. Nothing here or in kernels/ depends
// on Node. kernels/kernels.inc is printed from src/program/kernels.ts, and the loader compares the two.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace descent {

enum class Dtype { float32, float64 };

// The value of an operand. The kernel's row in the table says which member is valid.
union Value {
  int64_t count;
  bool flag;
  double number;
  void* data;

  template <class T>
  T* at() const {
    return static_cast<T*>(data);
  }
};

constexpr size_t kMaxOperands = 11;
using Values = std::array<Value, kMaxOperands>;

enum class ElementType { none, uint8, int32, uint32, float32, float64 };

// A typed array outside the arena. Its type is `none` if the run has no such array.
struct Array {
  void* data = nullptr;
  int64_t length = 0;  // in elements
  ElementType type = ElementType::none;
};

// The arrays that a run reads and writes outside the arena.
struct Source {
  int64_t first = 0;  // the row of the run at which these arrays begin
  Array order;    // uint32: the order of the rows of the dataset; none: their own order
  Array inputs;   // uint8, float32 or float64
  Array labels;   // int32
  Array targets;  // float32 or float64
  Array weights;  // float32 or float64
  Array learningRates;  // float64
  Array outputs;  // of the program's dtype
  Array classes;  // int32
};

struct Run {
  const Source& source;
  int64_t position;  // the row of the run that is the program's first row
  // The index of that row in the source's arrays.
  int64_t place() const { return position - source.first; }
};

enum class OperandKind { count, flag, number, floats, doubles };
enum class Access { none, read, write, update };

struct OperandType {
  const char* name;
  OperandKind kind;
  Access access = Access::none;
  std::vector<int> extent = {};  // the operands whose product is the number of elements; empty means one element
};

// Computes units `begin` to `end` of a command's work. Units are rows, elements or tiles. A unit is computed in the same way on every
// thread and in every group of units, so any number of threads gives the same bits.
using KernelFunction = void (*)(const Values& values, const Run& run, int64_t begin, int64_t end);

// How a command's work can be shared among threads.
struct Work {
  int64_t units = 1;
  int64_t block = 1;  // shares begin at multiples of this many units
  int64_t least = 1;  // the fewest units that are worth a thread
};

using WorkFunction = Work (*)(const Values& values, Dtype dtype);

// What DESCENT_KERNEL defines.
struct Code {
  KernelFunction float32;
  KernelFunction float64;
  WorkFunction work;  // nullptr means one unit, so the work is never shared
};

struct Kernel {
  const char* name;
  const char* source;  // the array of the run that it uses, or nullptr
  std::vector<OperandType> operands;
  Code code;
};

// The table, in the order of src/program/kernels.ts.
const std::vector<Kernel>& kernelTable();

// The rows of the table, as `tableSignature` in src/program/kernels.ts prints them.
const char* tableSignature();

}  // namespace descent
