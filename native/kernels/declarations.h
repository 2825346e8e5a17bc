// The kernels, a function each, for float and double. Each computes units `begin` to `end` of its work (kernels.h);
// shapes are row-major, and what a kernel means is said by the TypeScript function of the same name.
#pragma once

#include "../kernels.h"

namespace descent {

#define DESCENT_KERNEL(name) \
  template <class T>         \
  void name(const Values& values, const Run& run, int64_t begin, int64_t end)

DESCENT_KERNEL(gatherInputs);
DESCENT_KERNEL(gatherTargets);
DESCENT_KERNEL(oneHot);
DESCENT_KERNEL(gemm);
DESCENT_KERNEL(addBias);
DESCENT_KERNEL(sigmoid);
DESCENT_KERNEL(sigmoidBackward);
DESCENT_KERNEL(tanh);
DESCENT_KERNEL(tanhBackward);
DESCENT_KERNEL(relu);
DESCENT_KERNEL(reluBackward);
DESCENT_KERNEL(leakyRelu);
DESCENT_KERNEL(leakyReluBackward);
DESCENT_KERNEL(elu);
DESCENT_KERNEL(eluBackward);
DESCENT_KERNEL(gelu);
DESCENT_KERNEL(geluBackward);
DESCENT_KERNEL(silu);
DESCENT_KERNEL(siluBackward);
DESCENT_KERNEL(softplus);
DESCENT_KERNEL(softplusBackward);
DESCENT_KERNEL(step);
DESCENT_KERNEL(softmax);
DESCENT_KERNEL(softmaxBackward);
DESCENT_KERNEL(subtract);
DESCENT_KERNEL(quadraticCost);
DESCENT_KERNEL(sigmoidCrossEntropyCost);
DESCENT_KERNEL(softmaxCrossEntropyCost);
DESCENT_KERNEL(softmaxCrossEntropyBackward);
DESCENT_KERNEL(huberCost);
DESCENT_KERNEL(huberBackward);
DESCENT_KERNEL(gatherWeights);
DESCENT_KERNEL(scaleRows);
DESCENT_KERNEL(smoothLabels);
DESCENT_KERNEL(sumRows);
DESCENT_KERNEL(penaltyCost);
DESCENT_KERNEL(addPenalty);
DESCENT_KERNEL(sgd);
DESCENT_KERNEL(countStep);
DESCENT_KERNEL(momentum);
DESCENT_KERNEL(nesterov);
DESCENT_KERNEL(adagrad);
DESCENT_KERNEL(rmsprop);
DESCENT_KERNEL(adam);
DESCENT_KERNEL(rprop);
DESCENT_KERNEL(clipNorm);
DESCENT_KERNEL(clipValue);
DESCENT_KERNEL(maxNorm);
DESCENT_KERNEL(dropout);
DESCENT_KERNEL(nextLearningRate);
DESCENT_KERNEL(standardize);
DESCENT_KERNEL(watchCost);
DESCENT_KERNEL(confusion);
DESCENT_KERNEL(storeOutputs);
DESCENT_KERNEL(storeClasses);

Work gemmWork(const Values& values, Dtype dtype);

// For the end of a kernels/*.cc file: the two versions of a kernel that the table names.
#define DESCENT_INSTANTIATE(name)                                                  \
  template void name<float>(const Values&, const Run&, int64_t, int64_t);          \
  template void name<double>(const Values&, const Run&, int64_t, int64_t)

}  // namespace descent
