/** descent: fully connected neural networks, trained by gradient descent at native speed. */

export type { BackendRequest } from './backend/select.js'
export * from './common.js'
export { defaultCost, defaultInitializer } from './compile/spec.js'
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
export { findMnist, type MnistOptions, mnist } from './data/mnist.js'
export { saveJavaScript } from './exchange/javascript.js'
export { loadNpz, saveNpz } from './exchange/npz.js'
export { type LoadOnnxOptions, loadOnnx, saveOnnx } from './exchange/onnx.js'
export { type SqlModelOptions, saveSql, sqlOf } from './exchange/sql.js'
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
export type { ClassAverages } from './metrics/classes.js'
export type { ParameterCheck } from './network/check-gradients.js'
export type { Learned, PerceptronTrainOptions } from './perceptron/perceptron-rule.js'
export type { ClassShare } from './perceptron/separability.js'
export { createPool, type Pool, type PoolOptions } from './pool/pool.js'
export { type FoundLabelNames, findLabelNames } from './readers/columns/found-label-names.js'
export type { Shard } from './readers/columns/shard.js'
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
export { type OpenTableOptions, openTable, type TableFormat } from './tables/open-table.js'
export { type Checkpoint, newestCheckpoint } from './training/checkpoint.js'
export type { CheckpointOptions } from './training/checkpoint-options.js'
export { defaultLearningRate, trainingDefaults } from './training/defaults.js'
