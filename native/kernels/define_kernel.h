// Defines the macro DESCENT_KERNEL. With it, the .cc files in kernels/ define each kernel for float and double. The
// kernels are listed in src/program/kernels.ts. What a kernel computes is defined by the TypeScript function with the
// same name. A call of a kernel does only the work from unit `begin` to unit `end` (see kernels.h). Matrices are
// row-major.
#pragma once

#include <algorithm>

#include "../kernels.h"

namespace descent {

#define DESCENT_ROW(name, ...) extern const Code name##Code;
#include "kernels.inc"
#undef DESCENT_ROW

// `work` is the function that says how the work of a kernel call is divided among threads, such as one of the functions
// below. It is nullptr if the work cannot be divided.
#define DESCENT_KERNEL(name, work)                                                                            \
  template <class T>                                                                                          \
  void name(const Values& values, const Run& run, int64_t begin, int64_t end);                                \
  const Code name##Code = {&name<float>, &name<double>, work};                                                \
  template <class T>                                                                                          \
  void name([[maybe_unused]] const Values& values, [[maybe_unused]] const Run& run, [[maybe_unused]] int64_t begin, \
            [[maybe_unused]] int64_t end)

// The minimum number of elements for each thread if a kernel call is divided among threads. kElements is for plain
// kernels, which take at least 0.1 ns for an element. kCostlyElements is for kernels with an exponential, a hash, a
// branch or a sum along the row, which take at least 0.6 ns for an element.
// With these numbers, each thread works for at least 1.5 us. A barrier delays two threads by only 0.1 us (measured on
// separate processors, Zen 3).
constexpr int64_t kElements = 16384;
constexpr int64_t kCostlyElements = 4096;
// Each thread's part of the elements begins at a multiple of this number. The parts then consist of complete vectors,
// and no two threads write to the same cache line.
constexpr int64_t kBlock = 64;

inline int64_t rowsOf(int64_t elements, int64_t columns) { return std::max<int64_t>(1, elements / columns); }

inline Work elements(const Values& values, Dtype) { return {values[0].count, kBlock, kElements}; }
inline Work costlyElements(const Values& values, Dtype) { return {values[0].count, kBlock, kCostlyElements}; }
inline Work rows(const Values& values, Dtype) { return {values[0].count, 1, rowsOf(kElements, values[1].count)}; }
inline Work costlyRows(const Values& values, Dtype) { return {values[0].count, 1, rowsOf(kCostlyElements, values[1].count)}; }
// The work of a kernel that divides the columns of a matrix among threads. If the columns have many elements, a few
// columns are enough work for a thread.
inline Work columns(const Values& values, Dtype) { return {values[1].count, kBlock, rowsOf(kElements, values[0].count)}; }

}  // namespace descent
