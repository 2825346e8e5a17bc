// The kernels with which the ranks (processes) of a communicator train a network together: clear, writeNews,
// sumOverRanks and readNews.
#include "../ranks.h"

#include <algorithm>
#include <type_traits>

#include "../program.h"
#include "define_kernel.h"

namespace descent {
namespace {

Ranks& ranksOf(const Run& run) {
  if (!run.source.ranks) throw ProgramError("the run has no ranks");
  return *run.source.ranks;
}

}  // namespace

// out = 0
DESCENT_KERNEL(clear, elements) {
  T* out = values[1].at<T>();
  std::fill(out + begin, out + end, T(0));
}

// out = the cost of the own rows of this batch, which is sum - before, followed by the vote. The cost is written as two
// numbers, of which the second is the rounding error of the first.
DESCENT_KERNEL(writeNews, nullptr) {
  const double cost = *values[1].at<double>() - *values[2].at<double>();
  T* out = values[4].at<T>();
  out[0] = static_cast<T>(cost);
  out[1] = static_cast<T>(cost - static_cast<double>(out[0]));
  out[2] = static_cast<T>(*values[3].at<double>());
}

// values = the sum of `values` over all ranks. The sum is complete when readNews has run.
DESCENT_KERNEL(sumOverRanks, nullptr) {
  const Dtype dtype = std::is_same_v<T, double> ? Dtype::float64 : Dtype::float32;
  ranksOf(run).beginSum(values[1].data, values[0].count, dtype);
}

// sum = before + the cost of the batch over all ranks; stop = the number of ranks that voted to end the run
DESCENT_KERNEL(readNews, nullptr) {
  ranksOf(run).wait();
  const T* news = values[1].at<T>();
  *values[3].at<double>() = *values[2].at<double>() + (static_cast<double>(news[0]) + static_cast<double>(news[1]));
  *values[4].at<double>() = static_cast<double>(news[2]);
}

}  // namespace descent
