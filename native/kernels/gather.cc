// The kernels that copy numbers between working memory and the arrays that the caller passed (see `Source` in
// kernels.h).
#include <algorithm>

#include "../program.h"
#include "../vectorized.h"
#include "argmax.h"
#include "define_kernel.h"

namespace descent {
namespace {

void need(const Array& array, const char* name) {
  if (array.type == ElementType::none) throw ProgramError(std::string("the run has no ") + name);
}

// Returns which row of the dataset to use: the number at `position` in `source.order`, or `position` itself if there is
// no order. `rows` is the number of rows in the dataset.
int64_t rowAt(const Source& source, int64_t position, int64_t rows) {
  int64_t row = position;
  if (source.order.type != ElementType::none) {
    if (position >= source.order.length) {
      throw ProgramError("row " + std::to_string(position) + " of the run: the order has " + std::to_string(source.order.length));
    }
    row = static_cast<const uint32_t*>(source.order.data)[position];
  }
  if (row >= rows) {
    throw ProgramError("row " + std::to_string(row) + " of the dataset: it has " + std::to_string(rows));
  }
  return row;
}

void checkResult(const char* name, int64_t needed, const Array& array) {
  if (needed > array.length) {
    throw ProgramError(std::string(name) + " has " + std::to_string(array.length) + " elements, the run needs " + std::to_string(needed));
  }
}

// Starts to load a row of the next batch into the cache. `position` is the index of this row in `order`. Without this,
// the row would rarely be in the cache when the next batch begins, because the rows of a shuffled dataset are scattered
// in memory.
template <class From>
void prefetchRow(const Array& from, const Run& run, int64_t position, int64_t rows, int64_t width) {
#if defined(__GNUC__) || defined(__clang__)
  const Array& order = run.source.order;
  if (order.type == ElementType::none || position >= order.length) return;
  const int64_t row = static_cast<const uint32_t*>(order.data)[position];
  if (row >= rows) return;
  const char* in = static_cast<const char*>(from.data) + row * width * sizeof(From);
  constexpr int64_t kLine = 64;
  for (int64_t byte = 0; byte < width * static_cast<int64_t>(sizeof(From)); byte += kLine) __builtin_prefetch(in + byte, 0, 2);
#else
  (void)from, (void)run, (void)position, (void)rows, (void)width;
#endif
}

// out (batch x width) = scale * the rows of `from` that belong to the current batch
template <class From, class T>
void gather(const Array& from, const Run& run, int64_t begin, int64_t end, int64_t width, T scale, T* out) {
  const int64_t rows = from.length / width;
  for (int64_t r = begin; r < end; r++) {
    prefetchRow<From>(from, run, run.place + run.stride + r, rows, width);
    const From* DESCENT_RESTRICT in = static_cast<const From*>(from.data) + rowAt(run.source, run.place + r, rows) * width;
    T* DESCENT_RESTRICT to = out + r * width;
    vectorized([=]() DESCENT_INLINE {
      for (int64_t j = 0; j < width; j++) to[j] = static_cast<T>(in[j]) * scale;
    });
  }
}

// out (batch x width) = (scale * the rows of `from` that belong to the current batch - means) * factors. Everything is
// computed in float64 until the result is stored.
template <class From, class T>
void gatherStandardizedRows(const Array& from, const Run& run, int64_t begin, int64_t end, const Values& values) {
  const int64_t width = values[1].count;
  const int64_t rows = from.length / width;
  const double scale = *values[2].at<double>();
  const double* DESCENT_RESTRICT means = values[3].at<double>();
  const double* DESCENT_RESTRICT factors = values[4].at<double>();
  for (int64_t r = begin; r < end; r++) {
    prefetchRow<From>(from, run, run.place + run.stride + r, rows, width);
    const From* DESCENT_RESTRICT in = static_cast<const From*>(from.data) + rowAt(run.source, run.place + r, rows) * width;
    T* DESCENT_RESTRICT to = values[5].at<T>() + r * width;
    vectorized([=]() DESCENT_INLINE {
      for (int64_t j = 0; j < width; j++) to[j] = static_cast<T>((static_cast<double>(in[j]) * scale - means[j]) * factors[j]);
    });
  }
}

}  // namespace

// out (rows x width) = scale * the inputs of the rows in the current batch
DESCENT_KERNEL(gatherInputs, rows) {
  const Array& inputs = run.source.inputs;
  const int64_t width = values[1].count;
  const T scale = *values[2].at<T>();
  T* out = values[3].at<T>();
  need(inputs, "inputs");
  if (inputs.type == ElementType::uint8) return gather<uint8_t>(inputs, run, begin, end, width, scale, out);
  if (inputs.type == ElementType::float32) return gather<float>(inputs, run, begin, end, width, scale, out);
  gather<double>(inputs, run, begin, end, width, scale, out);
}

// out (rows x width) = (scale * the inputs of the rows in the current batch - means) * factors
DESCENT_KERNEL(gatherStandardized, rows) {
  const Array& inputs = run.source.inputs;
  need(inputs, "inputs");
  if (inputs.type == ElementType::uint8) return gatherStandardizedRows<uint8_t, T>(inputs, run, begin, end, values);
  if (inputs.type == ElementType::float32) return gatherStandardizedRows<float, T>(inputs, run, begin, end, values);
  gatherStandardizedRows<double, T>(inputs, run, begin, end, values);
}

// out (rows x width) = the targets of the rows in the current batch
DESCENT_KERNEL(gatherTargets, rows) {
  const Array& targets = run.source.targets;
  const int64_t width = values[1].count;
  T* out = values[2].at<T>();
  need(targets, "targets");
  if (targets.type == ElementType::float32) return gather<float>(targets, run, begin, end, width, T(1), out);
  gather<double>(targets, run, begin, end, width, T(1), out);
}

// out (rows) = the weights of the rows in the current batch
DESCENT_KERNEL(gatherWeights, elements) {
  const Array& weights = run.source.weights;
  T* out = values[1].at<T>();
  need(weights, "weights");
  if (weights.type == ElementType::float32) return gather<float>(weights, run, begin, end, 1, T(1), out);
  gather<double>(weights, run, begin, end, 1, T(1), out);
}

// out (rows x classes) = 1 in the column of each row's label, 0 in the other columns. A single column stands for class
// 1 of two, so it gets the label itself.
DESCENT_KERNEL(oneHot, nullptr) {
  const Array& labels = run.source.labels;
  const int64_t rows = values[0].count;
  const int64_t classes = values[1].count;
  T* out = values[2].at<T>();
  (void)begin, (void)end;
  need(labels, "labels");
  std::fill(out, out + rows * classes, T(0));
  for (int64_t r = 0; r < rows; r++) {
    const int64_t row = rowAt(run.source, run.place + r, labels.length);
    const int32_t label = static_cast<const int32_t*>(labels.data)[row];
    // Labels are checked before a run. The user may have changed one since.
    if (label < 0 || label >= (classes == 1 ? 2 : classes)) {
      const std::string range = classes == 1 ? "one output, so labels are 0 and 1"
                                             : std::to_string(classes) + " outputs, so labels go from 0 to " + std::to_string(classes - 1);
      throw ProgramError("label " + std::to_string(label) + " at row " + std::to_string(row) + " is out of range: the network has " + range);
    }
    if (classes == 1) {
      out[r] = static_cast<T>(label);
    } else {
      out[r * classes + label] = T(1);
    }
  }
}

// Copies the matrix `a` (rows x columns) to the rows of `outputs` that belong to the current batch.
DESCENT_KERNEL(storeOutputs, rows) {
  const Array& outputs = run.source.outputs;
  const int64_t columns = values[1].count;
  const T* a = values[2].at<T>();
  need(outputs, "outputs");
  checkResult("outputs", (run.position + end) * columns, outputs);
  T* to = static_cast<T*>(outputs.data) + run.position * columns;
  std::copy(a + begin * columns, a + end * columns, to + begin * columns);
}

// Writes the class of each row of the matrix `a` to the elements of `classes` that belong to the current batch.
DESCENT_KERNEL(storeClasses, costlyRows) {
  const Array& classes = run.source.classes;
  const int64_t columns = values[1].count;
  const T* a = values[2].at<T>();
  need(classes, "classes");
  checkResult("classes", run.position + end, classes);
  int32_t* to = static_cast<int32_t*>(classes.data) + run.position;
  for (int64_t r = begin; r < end; r++) to[r] = static_cast<int32_t>(classOf(a + r * columns, columns));
}

}  // namespace descent
