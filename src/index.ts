/** descent: fully connected neural networks, trained by gradient descent at native speed. */

export type { BackendRequest } from './backend/select.js'
export {
  BackendError,
  DataError,
  DescentError,
  DivergedError,
  type DivergencePlace,
  MemoryError,
  ModelError,
  NetworkBusyError,
  type OptionDetails,
  OptionError,
} from './base/errors.js'
export type { FloatArray } from './base/memory.js'
export type { ActivationName } from './compile/activations.js'
export type { TaskName } from './compile/compile.js'
export type { CostName, CostOption } from './compile/costs.js'
export type { InitializerName } from './compile/initializers.js'
export type { OptimizerName, OptimizerOption, SettingsOf } from './compile/optimizers.js'
export {
  type DenseLayer,
  type Description,
  type DropoutLayer,
  defaultCost,
  defaultInitializer,
  dense,
  dropout,
  type NetworkDescription,
} from './compile/spec.js'
export { type Augmentation, type AugmentOptions, augment } from './data/augment/augment.js'
export { Dataset, type DatasetOptions, type DatasetShape, type InputArray } from './data/dataset.js'
export { type DigitsOptions, digits } from './data/digits/digits.js'
export { type CrossValidation, crossValidate, type FoldOptions, kFold } from './data/folds.js'
export type { Holdout } from './data/hold-out.js'
export {
  type IdxArray,
  type IdxContent,
  type IdxData,
  type IdxFiles,
  type IdxType,
  readIdx,
  readIdxArray,
  writeIdx,
} from './data/idx.js'
export { readIdxFolder, type TrainTestSplit } from './data/idx-folder.js'
export { labelsFrom, multiHot, type NamedLabels } from './data/label-names.js'
export { findMnist, type MnistOptions, mnist } from './data/mnist.js'
export { selectRows } from './data/select-rows.js'
export { type SplitOptions, splitDataset } from './data/split.js'
export { type Standardization, standardization } from './data/standardize.js'
export type { InputMeasures } from './engine/bind-scalars.js'
export type { EvaluateOptions, Evaluation, RunOptions } from './engine/evaluate.js'
export type { Gradients, PenaltyOptions } from './engine/gradients.js'
export type { Numbers, Rows } from './engine/input-rows.js'
export type { Layer } from './engine/layers.js'
export { saveJavaScript } from './exchange/javascript.js'
export { loadNpz, saveNpz } from './exchange/npz.js'
export { type LoadOnnxOptions, loadOnnx, saveOnnx } from './exchange/onnx.js'
export {
  type NamedTensor,
  parametersFrom,
  type TensorNames,
  type TensorsOptions,
  tensorsOf,
} from './exchange/tensors.js'
export type { LayoutName } from './formats/layouts.js'
export { readSafetensors, type Tensor, type Tensors, writeSafetensors } from './formats/safetensors.js'
export type { Dtype, TensorArrays } from './formats/safetensors-header.js'
export {
  type ClassAverages,
  type ClassificationMetrics,
  type ClassMetrics,
  classificationMetrics,
} from './metrics/classes.js'
export { type MultiLabelMetrics, multiLabelMetrics } from './metrics/multi-label.js'
export type { MetricName } from './metrics/names.js'
export { type ColumnMetrics, type RegressionMetrics, regressionMetrics } from './metrics/regression.js'
export { topK } from './metrics/top-k.js'
export {
  type CheckGradientsOptions,
  checkGradients,
  type GradientCheck,
  type ParameterCheck,
} from './network/check-gradients.js'
export { type LoadOptions, Network, type NetworkOptions, type OptionsFor } from './network/network.js'
export type { SharedNetwork } from './network/share.js'
export { Perceptron, type PerceptronOptions } from './perceptron/perceptron.js'
export type { Learned, PerceptronTrainOptions } from './perceptron/perceptron-rule.js'
export type { ClassShare } from './perceptron/separability.js'
export { createPool, type Pool, type PoolOptions } from './pool/pool.js'
export { type FoundLabelNames, findLabelNames } from './readers/columns/found-label-names.js'
export type { BatchOptions, ColumnId, TableOptions } from './readers/columns/table-options.js'
export { type CsvOptions, readCsv, streamCsv } from './readers/csv.js'
export { type NdjsonOptions, readNdjson, streamNdjson } from './readers/ndjson.js'
export {
  type NpyArray,
  type NpyContent,
  type NpyData,
  type NpyDtype,
  type NpyStreamOptions,
  readNpy,
  streamNpy,
  writeNpy,
} from './readers/npy.js'
export { type NpzOptions, readNpz, writeNpz } from './readers/npz.js'
export type { ByteStream } from './readers/text/byte-chunks.js'
export type { Batches, BatchesOptions, ClassifiedBatch, PredictedBatch } from './streams/batches.js'
export type {
  BadRow,
  Classification,
  ClassifierOptions,
  InputRow,
  OnBadRow,
  PredictorOptions,
  StreamOptions,
} from './streams/stream-options.js'
export { type Checkpoint, newestCheckpoint } from './training/checkpoint.js'
export type { CheckpointOptions } from './training/checkpoint-options.js'
export { defaultLearningRate, trainingDefaults } from './training/defaults.js'
export type { EarlyStopping } from './training/early-stopping.js'
export type { Epoch } from './training/epoch.js'
export type { Progress, TrainOptions, UpdateOptions } from './training/plan.js'
export type { ScheduleName, ScheduleOption, ScheduleSettings } from './training/schedules.js'
export type { BatchSource, SourceOptions, SourceProgress } from './training/source-plan.js'
