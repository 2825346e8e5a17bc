/** descent: neural networks that learn by gradient descent, at the machine's own speed. */

export type { BackendRequest } from './backend/select.js'
export type { ActivationName } from './compile/activations.js'
export type { TaskName } from './compile/compile.js'
export type { CostName } from './compile/costs.js'
export type { InitializerName } from './compile/initializers.js'
export type { OptimizerName, OptimizerOption } from './compile/optimizers.js'
export { type DenseLayer, type Description, type DropoutLayer, dense, dropout, type Spec } from './compile/spec.js'
export { type Augmentation, type AugmentOptions, augment } from './data/augment.js'
export { type CsvOptions, readCsv, streamCsv } from './data/csv.js'
export { Dataset, type DatasetOptions, type DatasetShape, type InputArray } from './data/dataset.js'
export { digits } from './data/digits.js'
export { type CrossValidation, crossValidate, type FoldOptions, kFold } from './data/folds.js'
export { type FoundLabelNames, findLabelNames } from './data/found-label-names.js'
export type { Holdout } from './data/hold-out.js'
export { readIdx, readIdxArray, writeIdx } from './data/idx.js'
export { readIdxFolder, type Split } from './data/idx-folder.js'
export { labelsFrom, multiHot, type NamedLabels } from './data/label-names.js'
export { findMnist, mnist } from './data/mnist.js'
export { type NdjsonOptions, readNdjson, streamNdjson } from './data/ndjson.js'
export {
  type NpyArray,
  type NpyContent,
  type NpyData,
  type NpyDtype,
  type NpyStreamOptions,
  readNpy,
  streamNpy,
  writeNpy,
} from './data/npy.js'
export { readNpz, writeNpz } from './data/npz.js'
export { selectRows } from './data/select-rows.js'
export { type SplitOptions, splitDataset } from './data/split.js'
export { type Standardisation, standardisation } from './data/standardise.js'
export type { BatchOptions, ColumnId, TableOptions } from './data/table/options.js'
export type { ByteStream } from './data/tabular/pieces.js'
export {
  BackendError,
  DataError,
  DescentError,
  DivergedError,
  type DivergencePlace,
  MemoryError,
  ModelError,
  NetworkBusyError,
  OptionError,
  ProgramError,
} from './errors.js'
export type { FloatArray } from './memory.js'
export type { LayoutName } from './model/layouts.js'
export { readSafetensors, type Tensor, type Tensors, writeSafetensors } from './model/safetensors.js'
export {
  type CheckGradientsOptions,
  checkGradients,
  type GradientCheck,
  type ParameterCheck,
} from './network/check-gradients.js'
export type { EvaluateOptions, Evaluation, RunOptions } from './network/evaluate.js'
export {
  type ClassAverages,
  type ClassFigures,
  type ClassificationFigures,
  classFigures,
} from './network/figures/classes.js'
export { type MultiLabelFigures, multiLabelFigures } from './network/figures/multi-label.js'
export type { FigureName } from './network/figures/names.js'
export { type ColumnFigures, type RegressionFigures, regressionFigures } from './network/figures/regression.js'
export { topK } from './network/figures/top-k.js'
export type { Gradients, PenaltyOptions } from './network/gradients.js'
export { writeJavaScript } from './network/javascript.js'
export type { Layer } from './network/layers.js'
export { readNpzModel, writeNpzModel } from './network/npz.js'
export { type ReadOnnxOptions, readOnnx, writeOnnx } from './network/onnx.js'
export { Perceptron, type PerceptronOptions } from './network/perceptron/perceptron.js'
export type { Learned, LearnOptions } from './network/perceptron/perceptron-rule.js'
export type { ClassShare } from './network/perceptron/separability.js'
export { createPool, type Pool, type PoolOptions } from './network/pool/pool.js'
export type { Rows } from './network/rows.js'
export type { SharedNetwork } from './network/share.js'
export type { Batches, BatchesOptions, ClassifiedBatch, PredictedBatch } from './network/streams/batches.js'
export type {
  BadRow,
  Classification,
  ClassifierOptions,
  InputRow,
  OnBadRow,
  PredictorOptions,
  StreamOptions,
} from './network/streams/options.js'
export {
  type NamedTensor,
  parametersFrom,
  type TensorNames,
  type TensorsOptions,
  tensorsOf,
} from './network/tensors.js'
export type { CheckpointOptions } from './network/training/checkpoint.js'
export type { EarlyStopping } from './network/training/early-stopping.js'
export type { Epoch } from './network/training/epoch.js'
export type { LearningOptions, Progress, TrainOptions } from './network/training/plan.js'
export type { ScheduleName, ScheduleOption } from './network/training/schedules.js'
export type { BatchSource, SourceOptions, SourceProgress } from './network/training/source-plan.js'
export { type LoadOptions, Network, type NetworkOptions } from './network.js'
