// The macro DESCENT_KERNEL, with which a kernels/*.cc file defines a kernel of src/program/kernels.ts for float and
// double. The kernel computes units `begin` to `end` of its work (see kernels.h). Shapes are row-major. The TypeScript
// function of the same name defines what the kernel computes.
#pragma once

#include <algorithm>

#include "../kernels.h"

namespace descent {

#define DESCENT_ROW(name, ...) extern const Code name##Code;
#include "kernels.inc"
#undef DESCENT_ROW

// `work` is the function that says how a command is shared among threads. It is one of the functions below, or nullptr
// if the command is a single unit.
#define DESCENT_KERNEL(name, work)                                                                            \
  template <class T>                                                                                          \
  void name(const Values& values, const Run& run, int64_t begin, int64_t end);                                \
  const Code name##Code = {&name<float>, &name<double>, work};                                                \
  template <class T>                                                                                          \
  void name([[maybe_unused]] const Values& values, [[maybe_unused]] const Run& run, [[maybe_unused]] int64_t begin, \
            [[maybe_unused]] int64_t end)

// A command is shared among threads only if each thread gets at least 1.5 us of work. That is fifteen times the
// duration of a barrier, which takes 0.1 us for two threads on separate processors (measured on Zen 3). Plain kernels
// take 0.1 to 0.5 ns for an element, so 16384 elements take at least about 1.5 us. Kernels with an exponential, a hash,
// a branch or a sum along the row take 0.6 to 20 ns for an element, so 4096 elements are enough. gemm.cc has a similar
// rule for products.
constexpr int64_t kElements = 16384;
constexpr int64_t kCostlyElements = 4096;
// Shares of an array begin at multiples of this number of elements. Each share then has complete vectors, and no two
// threads write to the same cache line.
constexpr int64_t kBlock = 64;

inline int64_t rowsOf(int64_t elements, int64_t columns) { return std::max<int64_t>(1, elements / columns); }

inline Work elements(const Values& values, Dtype) { return {values[0].count, kBlock, kElements}; }
inline Work costlyElements(const Values& values, Dtype) { return {values[0].count, kBlock, kCostlyElements}; }
inline Work rows(const Values& values, Dtype) { return {values[0].count, 1, rowsOf(kElements, values[1].count)}; }
inline Work costlyRows(const Values& values, Dtype) { return {values[0].count, 1, rowsOf(kCostlyElements, values[1].count)}; }
// The units are columns. The number of rows decides how many columns are worth a thread.
inline Work columns(const Values& values, Dtype) { return {values[1].count, kBlock, rowsOf(kElements, values[0].count)}; }

}  // namespace descent
