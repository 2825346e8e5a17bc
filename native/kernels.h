// Defines the types that all native kernels use, and declares the table that lists all kernels and their operands. The
// rows of the table are in kernels/kernels.inc, a file that is generated from src/program/kernels.ts. When the addon is
// loaded, src/backend/native/load.ts checks that C++ and TypeScript have the same table. This file and the files in
// kernels/ do not depend on Node.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace descent {

enum class Dtype { float32, float64 };

// The value of an operand (an argument of a kernel). Which member is valid depends on the operand's kind in the kernel
// table.
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

// A typed array that the caller passes, for example the inputs. The type is `none` if the caller passed no such array.
struct Array {
  void* data = nullptr;
  int64_t length = 0;  // in elements
  ElementType type = ElementType::none;
};

class Ranks;

// The caller's arrays that a program (a compiled list of kernel calls) reads and writes.
struct Source {
  int64_t first = 0;  // the row of the run at which the arrays from `order` to `learningRates` begin
  Array order;    // uint32: the order in which the run uses the dataset's rows; by default, as they are stored
  Array inputs;   // uint8, float32 or float64
  Array labels;   // int32
  Array targets;  // float32 or float64
  Array weights;  // float32 or float64
  Array learningRates;  // float64
  Array outputs;  // of the program's dtype
  Array classes;  // int32
  Ranks* ranks = nullptr;  // the processes that train together
  // If several ranks share each batch, the rows of a batch that belong to ranks before this one.
  int64_t offset = 0;
  // Whether the arrays from `order` to `weights` have only the rows of this rank.
  bool own = false;
};

struct Run {
  const Source& source;
  int64_t position;  // the row of the run at which the current batch begins
  int64_t row;       // the first row of the batch that the program takes; `position` unless ranks share the batch
  int64_t place;     // the place of this row in the source's arrays
  int64_t stride;    // the number of places from this row to the one of the next batch
};

enum class OperandKind { count, flag, number, floats, doubles };
enum class Access { none, read, write, update };

struct OperandType {
  const char* name;
  OperandKind kind;
  Access access = Access::none;
  std::vector<int> extent = {};  // indices of the operands whose product is the number of elements; if empty, it is 1
};

// Does the work of a kernel call for the units from `begin` up to but not including `end`. Units are rows, elements or
// tiles. The result of a unit depends neither on the thread nor on the other units of the call, so any number of
// threads gives the same bits.
using KernelFunction = void (*)(const Values& values, const Run& run, int64_t begin, int64_t end);

// How the work of a kernel call can be divided among threads.
struct Work {
  int64_t units = 1;
  int64_t block = 1;  // a piece begins at a multiple of this number of units
  int64_t least = 1;  // a thread is used only if it gets at least about this number of units
  int64_t pieces = 1;  // the number of pieces in each thread's share
};

using WorkFunction = Work (*)(const Values& values, Dtype dtype);

// The functions of a kernel. DESCENT_KERNEL defines one such object for each kernel.
struct Code {
  KernelFunction float32;
  KernelFunction float64;
  WorkFunction work;  // if nullptr, the command is a single unit, so a single thread runs it
};

struct Kernel {
  const char* name;
  const char* source;  // the name of the array in Source that the kernel uses, or nullptr if it uses none
  std::vector<OperandType> operands;
  Code code;
};

// Returns the table of kernels, in the order of src/program/kernels.ts.
const std::vector<Kernel>& kernelTable();

// Returns the kernel table as text. The text must equal the result of `tableSignature` in src/program/kernels.ts.
const char* tableSignature();

}  // namespace descent
