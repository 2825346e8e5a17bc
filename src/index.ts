/** descent: neural networks that learn by gradient descent, at the machine's own speed. */

export type { BackendRequest } from './backend/select.js'
export type { ActivationName } from './compile/activations.js'
export type { TaskName } from './compile/compile.js'
export type { CostName } from './compile/costs.js'
export type { InitializerName } from './compile/initializers.js'
export { type DenseLayer, type Description, dense, type Spec } from './compile/spec.js'
export { Dataset, type DatasetOptions, type DatasetShape, type InputArray } from './data/dataset.js'
export { digits } from './data/digits.js'
export { readIdx, readIdxArray, writeIdx } from './data/idx.js'
export { readIdxFolder, type Split } from './data/idx-folder.js'
export { findMnist, mnist } from './data/mnist.js'
export {
  BackendError,
  DataError,
  DescentError,
  ModelError,
  NetworkBusyError,
  OptionError,
  ProgramError,
} from './errors.js'
export type { FloatArray } from './memory.js'
export { readSafetensors, type Tensor, type Tensors, writeSafetensors } from './model/safetensors.js'
export {
  type CheckGradientsOptions,
  checkGradients,
  type GradientCheck,
  type ParameterCheck,
} from './network/check-gradients.js'
export type { Evaluation, RunOptions } from './network/evaluate.js'
export type { Gradients, PenaltyOptions } from './network/gradients.js'
export { Perceptron, type PerceptronOptions } from './network/perceptron.js'
export type { Learned, LearnOptions } from './network/perceptron-rule.js'
export type { Rows } from './network/rows.js'
export type { ClassShare } from './network/separability.js'
export type { Epoch, Progress, TrainOptions } from './network/train.js'
export { type Layer, type LoadOptions, Network, type NetworkOptions } from './network.js'
