// How a kernels/*.cc file defines a kernel of src/program/kernels.ts, for float and double. It computes units `begin` to `end`
// of its work (kernels.h); shapes are row-major, and what a kernel means is said by the TypeScript function of the same name.
#pragma once

#include <algorithm>

#include "../kernels.h"

namespace descent {

#define DESCENT_ROW(name, ...) extern const Code name##Code;
#include "kernels.inc"
#undef DESCENT_ROW

// `work` says how a command is shared among threads: one of the functions below, or nullptr where it is one unit.
#define DESCENT_KERNEL(name, work)                                                                            \
  template <class T>                                                                                          \
  void name(const Values& values, const Run& run, int64_t begin, int64_t end);                                \
  const Code name##Code = {&name<float>, &name<double>, work};                                                \
  template <class T>                                                                                          \
  void name([[maybe_unused]] const Values& values, [[maybe_unused]] const Run& run, [[maybe_unused]] int64_t begin, \
            [[maybe_unused]] int64_t end)

// A command is shared where each thread gets 1.5 us of work or more, fifteen times what a barrier takes. Measured on Zen 3: two
// threads, each on a processor of its own, meet in 0.1 us. Plain kernels take 0.1 to 0.5 ns an element, so 1.5 us are 16384 of the
// fastest; those with an exponential, a hash, a branch or a sum along the row take 0.6 to 20 ns, and 4096 will do. gemm.cc has the
// same rule for products.
constexpr int64_t kElements = 16384;
constexpr int64_t kCostlyElements = 4096;
// Shares of an array begin at multiples of this: whole vectors, and cache lines that belong to one thread.
constexpr int64_t kBlock = 64;

inline int64_t rowsOf(int64_t elements, int64_t columns) { return std::max<int64_t>(1, elements / columns); }

inline Work elements(const Values& values, Dtype) { return {values[0].count, kBlock, kElements}; }
inline Work costlyElements(const Values& values, Dtype) { return {values[0].count, kBlock, kCostlyElements}; }
inline Work rows(const Values& values, Dtype) { return {values[0].count, 1, rowsOf(kElements, values[1].count)}; }
inline Work costlyRows(const Values& values, Dtype) { return {values[0].count, 1, rowsOf(kCostlyElements, values[1].count)}; }
// Columns, of so many rows each.
inline Work columns(const Values& values, Dtype) { return {values[1].count, kBlock, rowsOf(kElements, values[0].count)}; }

}  // namespace descent
