#include <algorithm>

#include "declarations.h"

namespace descent {
namespace {

OperandType count(const char* name) { return {name, OperandKind::count}; }
OperandType flag(const char* name) { return {name, OperandKind::flag}; }
OperandType number(const char* name) { return {name, OperandKind::number}; }

// The extent names operands by their index in the row.
OperandType read(const char* name, std::vector<int> extent = {}) {
  return {name, OperandKind::floats, Access::read, std::move(extent)};
}
OperandType write(const char* name, std::vector<int> extent) {
  return {name, OperandKind::floats, Access::write, std::move(extent)};
}
OperandType update(const char* name, std::vector<int> extent) {
  return {name, OperandKind::floats, Access::update, std::move(extent)};
}
OperandType sum(const char* name, std::vector<int> extent = {}) {
  return {name, OperandKind::doubles, Access::update, std::move(extent)};
}

OperandType watched(const char* name) { return {name, OperandKind::doubles, Access::read}; }

// A command is shared where each thread gets 1.5 us of work or more, fifteen times what a barrier takes. Measured on Zen 3: two
// threads, each on a processor of its own, meet in 0.1 us. Plain kernels take 0.1 to 0.5 ns an element, so 1.5 us are 16384 of the
// fastest; those with an exponential, a hash, a branch or a sum along the row take 0.6 to 20 ns, and 4096 will do. gemm.cc has the
// same rule for products.
constexpr int64_t kElements = 16384;
constexpr int64_t kCostlyElements = 4096;
// Shares of an array begin at multiples of this: whole vectors, and cache lines that belong to one thread.
constexpr int64_t kBlock = 64;

int64_t rowsOf(int64_t elements, int64_t columns) { return std::max<int64_t>(1, elements / columns); }

Work elements(const Values& values, Dtype) { return {values[0].count, kBlock, kElements}; }
Work costlyElements(const Values& values, Dtype) { return {values[0].count, kBlock, kCostlyElements}; }
Work rows(const Values& values, Dtype) { return {values[0].count, 1, rowsOf(kElements, values[1].count)}; }
Work costlyRows(const Values& values, Dtype) { return {values[0].count, 1, rowsOf(kCostlyElements, values[1].count)}; }
// Columns, of so many rows each.
Work columns(const Values& values, Dtype) { return {values[1].count, kBlock, rowsOf(kElements, values[0].count)}; }

#define DESCENT_BOTH(name) &name<float>, &name<double>

// out = f(z), element by element
Kernel activation(const char* name, WorkFunction work, KernelFunction float32, KernelFunction float64) {
  return {name, {count("count"), read("z", {0}), write("out", {0})}, nullptr, float32, float64, work};
}

// delta *= f'(z), told by the logit z or by the output a
Kernel slope(const char* name, const char* by, WorkFunction work, KernelFunction float32, KernelFunction float64) {
  return {name, {count("count"), read(by, {0}), update("delta", {0})}, nullptr, float32, float64, work};
}

// sum += the cost of each row times its weight, told by the outputs a or the logits z
Kernel cost(const char* name, const char* by, KernelFunction float32, KernelFunction float64) {
  return {name,
          {count("rows"), count("columns"), read("weights", {0}), read(by, {0, 1}), read("y", {0, 1}), sum("sum")},
          nullptr, float32, float64, nullptr};
}

std::vector<Kernel> makeTable() {
  return {
      {"gatherInputs", {count("rows"), count("width"), read("scale"), write("out", {0, 1})}, "inputs",
       DESCENT_BOTH(gatherInputs), rows},
      {"gatherTargets", {count("rows"), count("width"), write("out", {0, 1})}, "targets", DESCENT_BOTH(gatherTargets),
       rows},
      {"oneHot", {count("rows"), count("classes"), write("out", {0, 1})}, "labels", DESCENT_BOTH(oneHot), nullptr},
      {"gemm",
       {flag("transA"), flag("transB"), count("m"), count("n"), count("k"), number("alpha"), read("scale"),
        read("a", {2, 4}), read("b", {4, 3}), number("beta"), update("out", {2, 3})},
       nullptr, DESCENT_BOTH(gemm), gemmWork},
      {"addBias", {count("rows"), count("columns"), read("bias", {1}), update("out", {0, 1})}, nullptr,
       DESCENT_BOTH(addBias), rows},
      activation("sigmoid", costlyElements, DESCENT_BOTH(sigmoid)),
      slope("sigmoidBackward", "a", elements, DESCENT_BOTH(sigmoidBackward)),
      activation("tanh", costlyElements, DESCENT_BOTH(tanh)),
      slope("tanhBackward", "a", elements, DESCENT_BOTH(tanhBackward)),
      activation("relu", elements, DESCENT_BOTH(relu)),
      slope("reluBackward", "a", elements, DESCENT_BOTH(reluBackward)),
      activation("leakyRelu", elements, DESCENT_BOTH(leakyRelu)),
      slope("leakyReluBackward", "a", elements, DESCENT_BOTH(leakyReluBackward)),
      activation("elu", costlyElements, DESCENT_BOTH(elu)),
      slope("eluBackward", "a", elements, DESCENT_BOTH(eluBackward)),
      activation("gelu", costlyElements, DESCENT_BOTH(gelu)),
      slope("geluBackward", "z", costlyElements, DESCENT_BOTH(geluBackward)),
      activation("silu", costlyElements, DESCENT_BOTH(silu)),
      slope("siluBackward", "z", costlyElements, DESCENT_BOTH(siluBackward)),
      activation("softplus", costlyElements, DESCENT_BOTH(softplus)),
      slope("softplusBackward", "z", costlyElements, DESCENT_BOTH(softplusBackward)),
      activation("step", elements, DESCENT_BOTH(step)),
      {"softmax", {count("rows"), count("columns"), read("z", {0, 1}), write("out", {0, 1})}, nullptr,
       DESCENT_BOTH(softmax), costlyRows},
      {"softmaxBackward", {count("rows"), count("columns"), read("a", {0, 1}), update("delta", {0, 1})}, nullptr,
       DESCENT_BOTH(softmaxBackward), costlyRows},
      {"subtract", {count("count"), read("a", {0}), read("b", {0}), write("out", {0})}, nullptr, DESCENT_BOTH(subtract),
       elements},
      cost("quadraticCost", "a", DESCENT_BOTH(quadraticCost)),
      cost("sigmoidCrossEntropyCost", "z", DESCENT_BOTH(sigmoidCrossEntropyCost)),
      cost("softmaxCrossEntropyCost", "z", DESCENT_BOTH(softmaxCrossEntropyCost)),
      {"softmaxCrossEntropyBackward",
       {count("rows"), count("columns"), read("a", {0, 1}), read("y", {0, 1}), write("out", {0, 1})}, nullptr,
       DESCENT_BOTH(softmaxCrossEntropyBackward), costlyRows},
      cost("huberCost", "a", DESCENT_BOTH(huberCost)),
      {"huberBackward", {count("count"), read("a", {0}), read("y", {0}), write("out", {0})}, nullptr,
       DESCENT_BOTH(huberBackward), elements},
      {"gatherWeights", {count("rows"), write("out", {0})}, "weights", DESCENT_BOTH(gatherWeights), elements},
      {"scaleRows", {count("rows"), count("columns"), read("weights", {0}), update("delta", {0, 1})}, nullptr,
       DESCENT_BOTH(scaleRows), rows},
      {"smoothLabels", {count("rows"), count("classes"), number("share"), update("y", {0, 1})}, nullptr,
       DESCENT_BOTH(smoothLabels), rows},
      {"sumRows",
       {count("rows"), count("columns"), number("alpha"), read("scale"), read("in", {0, 1}), number("beta"),
        update("out", {1})},
       nullptr, DESCENT_BOTH(sumRows), columns},
      {"penaltyCost", {count("count"), count("rows"), read("l1"), read("l2"), read("w", {0}), sum("sum")}, nullptr,
       DESCENT_BOTH(penaltyCost), nullptr},
      {"addPenalty", {count("count"), read("l1"), read("l2"), read("w", {0}), update("gradient", {0})}, nullptr,
       DESCENT_BOTH(addPenalty), elements},
      {"sgd", {count("count"), read("learningRate"), read("gradient", {0}), update("parameters", {0})}, nullptr,
       DESCENT_BOTH(sgd), elements},
      {"countStep", {update("step", {})}, nullptr, DESCENT_BOTH(countStep), nullptr},
      {"momentum",
       {count("count"), number("momentum"), read("learningRate"), read("gradient", {0}), update("velocity", {0}),
        update("parameters", {0})},
       nullptr, DESCENT_BOTH(momentum), elements},
      {"nesterov",
       {count("count"), number("momentum"), read("learningRate"), read("gradient", {0}), update("velocity", {0}),
        update("parameters", {0})},
       nullptr, DESCENT_BOTH(nesterov), elements},
      {"adagrad",
       {count("count"), number("epsilon"), read("learningRate"), read("gradient", {0}), update("squares", {0}),
        update("parameters", {0})},
       nullptr, DESCENT_BOTH(adagrad), elements},
      {"rmsprop",
       {count("count"), number("decay"), number("epsilon"), read("learningRate"), read("gradient", {0}),
        update("squares", {0}), update("parameters", {0})},
       nullptr, DESCENT_BOTH(rmsprop), elements},
      {"adam",
       {count("count"), number("beta1"), number("beta2"), number("epsilon"), number("weightDecay"), read("learningRate"),
        read("step"), read("gradient", {0}), update("mean", {0}), update("square", {0}), update("parameters", {0})},
       nullptr, DESCENT_BOTH(adam), elements},
      {"rprop",
       {count("count"), read("learningRate"), read("gradient", {0}), update("previous", {0}), update("sizes", {0}),
        update("parameters", {0})},
       nullptr, DESCENT_BOTH(rprop), elements},
      {"clipNorm", {count("count"), number("limit"), update("gradient", {0})}, nullptr, DESCENT_BOTH(clipNorm), nullptr},
      {"clipValue", {count("count"), number("limit"), update("gradient", {0})}, nullptr, DESCENT_BOTH(clipValue),
       elements},
      {"maxNorm", {count("rows"), count("columns"), number("limit"), update("w", {0, 1})}, nullptr, DESCENT_BOTH(maxNorm),
       costlyRows},
      {"dropout",
       {count("rows"), count("columns"), count("layer"), number("share"), read("key"), read("in", {0, 1}),
        write("out", {0, 1})},
       nullptr, DESCENT_BOTH(dropout), costlyRows},
      {"nextLearningRate", {count("batchSize"), write("out", {})}, "learningRates", DESCENT_BOTH(nextLearningRate),
       nullptr},
      {"standardize",
       {count("rows"), count("columns"), read("means", {1}), read("factors", {1}), update("x", {0, 1})}, nullptr,
       DESCENT_BOTH(standardize), rows},
      {"watchCost", {count("rows"), watched("limit"), watched("sum"), sum("before"), sum("bad")}, nullptr,
       DESCENT_BOTH(watchCost), nullptr},
      {"confusion",
       {count("rows"), count("classes"), read("a", {0, 1}), read("y", {0, 1}), sum("matrix", {1, 1})}, nullptr,
       DESCENT_BOTH(confusion), nullptr},
      {"storeOutputs", {count("rows"), count("columns"), read("a", {0, 1})}, "outputs", DESCENT_BOTH(storeOutputs),
       rows},
      {"storeClasses", {count("rows"), count("columns"), read("a", {0, 1})}, "classes", DESCENT_BOTH(storeClasses),
       costlyRows},
  };
}

std::string describe(const Kernel& kernel, const OperandType& type) {
  switch (type.kind) {
    case OperandKind::count:
      return std::string(type.name) + ":count";
    case OperandKind::flag:
      return std::string(type.name) + ":flag";
    case OperandKind::number:
      return std::string(type.name) + ":number";
    case OperandKind::floats:
    case OperandKind::doubles:
      break;
  }
  std::string text = std::string(type.name) + (type.kind == OperandKind::floats ? ":floats:" : ":doubles:");
  text += type.access == Access::read ? "read(" : type.access == Access::write ? "write(" : "update(";
  for (size_t i = 0; i < type.extent.size(); i++) {
    text += (i > 0 ? "," : "") + std::string(kernel.operands[static_cast<size_t>(type.extent[i])].name);
  }
  return text + ")";
}

}  // namespace

const std::vector<Kernel>& kernelTable() {
  static const std::vector<Kernel> table = makeTable();
  return table;
}

std::string tableSignature() {
  std::string text;
  for (const Kernel& kernel : kernelTable()) {
    text += (text.empty() ? "" : "\n") + std::string(kernel.name);
    for (const OperandType& type : kernel.operands) text += " " + describe(kernel, type);
    if (kernel.source) text += std::string(" source:") + kernel.source;
  }
  return text;
}

}  // namespace descent
