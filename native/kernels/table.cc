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

int64_t firstCount(const Values& values, Dtype) { return values[0].count; }
int64_t secondCount(const Values& values, Dtype) { return values[1].count; }

// Elements that one thread takes at once: some microseconds of work.
constexpr int64_t kElements = 16384;
constexpr int64_t kRows = 64;
constexpr int64_t kColumns = 256;

#define DESCENT_BOTH(name) &name<float>, &name<double>

// out = f(z), element by element
Kernel activation(const char* name, KernelFunction float32, KernelFunction float64) {
  return {name, {count("count"), read("z", {0}), write("out", {0})}, nullptr, float32, float64, firstCount, kElements};
}

// delta *= f'(z), told by the logit z or by the output a
Kernel slope(const char* name, const char* by, KernelFunction float32, KernelFunction float64) {
  return {name, {count("count"), read(by, {0}), update("delta", {0})}, nullptr, float32, float64, firstCount, kElements};
}

// sum += the cost of each row times its weight, told by the outputs a or the logits z
Kernel cost(const char* name, const char* by, KernelFunction float32, KernelFunction float64) {
  return {name,
          {count("rows"), count("columns"), read("weights", {0}), read(by, {0, 1}), read("y", {0, 1}), sum("sum")},
          nullptr, float32, float64, nullptr, 1};
}

std::vector<Kernel> makeTable() {
  return {
      {"gatherInputs", {count("rows"), count("width"), read("scale"), write("out", {0, 1})}, "inputs",
       DESCENT_BOTH(gatherInputs), firstCount, kRows},
      {"gatherTargets", {count("rows"), count("width"), write("out", {0, 1})}, "targets", DESCENT_BOTH(gatherTargets),
       firstCount, kRows},
      {"oneHot", {count("rows"), count("classes"), write("out", {0, 1})}, "labels", DESCENT_BOTH(oneHot), nullptr, 1},
      {"gemm",
       {flag("transA"), flag("transB"), count("m"), count("n"), count("k"), number("alpha"), read("scale"),
        read("a", {2, 4}), read("b", {4, 3}), number("beta"), update("out", {2, 3})},
       nullptr, DESCENT_BOTH(gemm), gemmUnits, 1},
      {"addBias", {count("rows"), count("columns"), read("bias", {1}), update("out", {0, 1})}, nullptr,
       DESCENT_BOTH(addBias), firstCount, kRows},
      activation("sigmoid", DESCENT_BOTH(sigmoid)),
      slope("sigmoidBackward", "a", DESCENT_BOTH(sigmoidBackward)),
      activation("tanh", DESCENT_BOTH(tanh)),
      slope("tanhBackward", "a", DESCENT_BOTH(tanhBackward)),
      activation("relu", DESCENT_BOTH(relu)),
      slope("reluBackward", "a", DESCENT_BOTH(reluBackward)),
      activation("leakyRelu", DESCENT_BOTH(leakyRelu)),
      slope("leakyReluBackward", "a", DESCENT_BOTH(leakyReluBackward)),
      activation("elu", DESCENT_BOTH(elu)),
      slope("eluBackward", "a", DESCENT_BOTH(eluBackward)),
      activation("gelu", DESCENT_BOTH(gelu)),
      slope("geluBackward", "z", DESCENT_BOTH(geluBackward)),
      activation("silu", DESCENT_BOTH(silu)),
      slope("siluBackward", "z", DESCENT_BOTH(siluBackward)),
      activation("softplus", DESCENT_BOTH(softplus)),
      slope("softplusBackward", "z", DESCENT_BOTH(softplusBackward)),
      activation("step", DESCENT_BOTH(step)),
      {"softmax", {count("rows"), count("columns"), read("z", {0, 1}), write("out", {0, 1})}, nullptr,
       DESCENT_BOTH(softmax), firstCount, kRows},
      {"softmaxBackward", {count("rows"), count("columns"), read("a", {0, 1}), update("delta", {0, 1})}, nullptr,
       DESCENT_BOTH(softmaxBackward), firstCount, kRows},
      {"subtract", {count("count"), read("a", {0}), read("b", {0}), write("out", {0})}, nullptr, DESCENT_BOTH(subtract),
       firstCount, kElements},
      cost("quadraticCost", "a", DESCENT_BOTH(quadraticCost)),
      cost("crossEntropyCost", "z", DESCENT_BOTH(crossEntropyCost)),
      cost("logLikelihoodCost", "z", DESCENT_BOTH(logLikelihoodCost)),
      {"logLikelihoodBackward",
       {count("rows"), count("columns"), read("a", {0, 1}), read("y", {0, 1}), write("out", {0, 1})}, nullptr,
       DESCENT_BOTH(logLikelihoodBackward), firstCount, kRows},
      cost("softmaxCrossEntropyCost", "z", DESCENT_BOTH(softmaxCrossEntropyCost)),
      {"softmaxCrossEntropyBackward",
       {count("rows"), count("columns"), read("z", {0, 1}), read("y", {0, 1}), write("out", {0, 1})}, nullptr,
       DESCENT_BOTH(softmaxCrossEntropyBackward), firstCount, kRows},
      cost("huberCost", "a", DESCENT_BOTH(huberCost)),
      {"huberBackward", {count("count"), read("a", {0}), read("y", {0}), write("out", {0})}, nullptr,
       DESCENT_BOTH(huberBackward), firstCount, kElements},
      {"gatherWeights", {count("rows"), write("out", {0})}, "weights", DESCENT_BOTH(gatherWeights), firstCount, kElements},
      {"scaleRows", {count("rows"), count("columns"), read("weights", {0}), update("delta", {0, 1})}, nullptr,
       DESCENT_BOTH(scaleRows), firstCount, kRows},
      {"smoothLabels", {count("rows"), count("classes"), number("share"), update("y", {0, 1})}, nullptr,
       DESCENT_BOTH(smoothLabels), firstCount, kRows},
      {"sumRows",
       {count("rows"), count("columns"), number("alpha"), read("scale"), read("in", {0, 1}), number("beta"),
        update("out", {1})},
       nullptr, DESCENT_BOTH(sumRows), secondCount, kColumns},
      {"penaltyCost", {count("count"), count("rows"), read("l1"), read("l2"), read("w", {0}), sum("sum")}, nullptr,
       DESCENT_BOTH(penaltyCost), nullptr, 1},
      {"addPenalty", {count("count"), read("l1"), read("l2"), read("w", {0}), update("gradient", {0})}, nullptr,
       DESCENT_BOTH(addPenalty), firstCount, kElements},
      {"sgd", {count("count"), read("learningRate"), read("gradient", {0}), update("parameters", {0})}, nullptr,
       DESCENT_BOTH(sgd), firstCount, kElements},
      {"countStep", {update("step", {})}, nullptr, DESCENT_BOTH(countStep), nullptr, 1},
      {"momentum",
       {count("count"), number("momentum"), read("learningRate"), read("gradient", {0}), update("velocity", {0}),
        update("parameters", {0})},
       nullptr, DESCENT_BOTH(momentum), firstCount, kElements},
      {"nesterov",
       {count("count"), number("momentum"), read("learningRate"), read("gradient", {0}), update("velocity", {0}),
        update("parameters", {0})},
       nullptr, DESCENT_BOTH(nesterov), firstCount, kElements},
      {"adagrad",
       {count("count"), number("epsilon"), read("learningRate"), read("gradient", {0}), update("squares", {0}),
        update("parameters", {0})},
       nullptr, DESCENT_BOTH(adagrad), firstCount, kElements},
      {"rmsprop",
       {count("count"), number("decay"), number("epsilon"), read("learningRate"), read("gradient", {0}),
        update("squares", {0}), update("parameters", {0})},
       nullptr, DESCENT_BOTH(rmsprop), firstCount, kElements},
      {"adam",
       {count("count"), number("beta1"), number("beta2"), number("epsilon"), number("weightDecay"), read("learningRate"),
        read("step"), read("gradient", {0}), update("mean", {0}), update("square", {0}), update("parameters", {0})},
       nullptr, DESCENT_BOTH(adam), firstCount, kElements},
      {"rprop",
       {count("count"), read("learningRate"), read("gradient", {0}), update("previous", {0}), update("sizes", {0}),
        update("parameters", {0})},
       nullptr, DESCENT_BOTH(rprop), firstCount, kElements},
      {"clipNorm", {count("count"), number("limit"), update("gradient", {0})}, nullptr, DESCENT_BOTH(clipNorm), nullptr, 1},
      {"clipValue", {count("count"), number("limit"), update("gradient", {0})}, nullptr, DESCENT_BOTH(clipValue),
       firstCount, kElements},
      {"maxNorm", {count("rows"), count("columns"), number("limit"), update("w", {0, 1})}, nullptr, DESCENT_BOTH(maxNorm),
       firstCount, kRows},
      {"dropout",
       {count("rows"), count("columns"), count("layer"), number("share"), read("key"), read("in", {0, 1}),
        write("out", {0, 1})},
       nullptr, DESCENT_BOTH(dropout), firstCount, kRows},
      {"nextLearningRate", {count("batchSize"), write("out", {})}, "learningRates", DESCENT_BOTH(nextLearningRate),
       nullptr, 1},
      {"standardise",
       {count("rows"), count("columns"), read("means", {1}), read("factors", {1}), update("x", {0, 1})}, nullptr,
       DESCENT_BOTH(standardise), firstCount, kRows},
      {"watchCost", {count("rows"), watched("limit"), watched("sum"), sum("before"), sum("bad")}, nullptr,
       DESCENT_BOTH(watchCost), nullptr, 1},
      {"confusion",
       {count("rows"), count("classes"), read("a", {0, 1}), read("y", {0, 1}), sum("matrix", {1, 1})}, nullptr,
       DESCENT_BOTH(confusion), nullptr, 1},
      {"storeOutputs", {count("rows"), count("columns"), read("a", {0, 1})}, "outputs", DESCENT_BOTH(storeOutputs),
       firstCount, kRows},
      {"storeClasses", {count("rows"), count("columns"), read("a", {0, 1})}, "classes", DESCENT_BOTH(storeClasses),
       firstCount, kRows},
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
