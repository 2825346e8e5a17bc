/** The public names that `index.ts` and `browser.ts` share. */

export {
  BackendError,
  CommunicatorError,
  DataError,
  DescentError,
  DivergedError,
  type DivergencePlace,
  MemoryError,
  ModelError,
  NetworkBusyError,
  type OptionDetails,
  OptionError,
  StoppedError,
} from './base/errors.js'
export type { FloatArray } from './base/memory.js'
export type { SaveOptions } from './base/write-file.js'
export type { ActivationName } from './compile/activations.js'
export type { TaskName } from './compile/compile.js'
export type { CostName, CostOption } from './compile/costs.js'
export type { InitializerName } from './compile/initializers.js'
export type { OptimizerName, OptimizerOption, SettingsOf } from './compile/optimizers.js'
export {
  type DenseLayer,
  type DenseOptions,
  type Description,
  type DropoutLayer,
  dense,
  dropout,
  type NetworkDescription,
  type Parametrization,
  type ScalingLayer,
  scaling,
} from './compile/spec.js'
export { type Augmentation, type AugmentOptions, augment } from './data/augment/augment.js'
export { Dataset, type DatasetOptions, type DatasetShape, type InputArray } from './data/dataset.js'
export { type DigitsOptions, digits } from './data/digits/digits.js'
export { type CrossValidation, crossValidate, type FoldOptions, kFold } from './data/folds.js'
export type { Holdout } from './data/hold-out.js'
export { labelsFrom, multiHot, type NamedLabels } from './data/label-names.js'
export { selectRows } from './data/select-rows.js'
export { type SplitOptions, splitDataset } from './data/split.js'
export { type Standardization, standardization } from './data/standardize.js'
export type { Activations, LayerActivations, LayerErrors } from './engine/activations.js'
export type { InputMeasures } from './engine/bind-scalars.js'
export type { Answers } from './engine/desired-outputs.js'
export type { EvaluateOptions, Evaluation, RunOptions } from './engine/evaluate.js'
export type { Gradients, PenaltyOptions } from './engine/gradients.js'
export type { PastEpoch, PastEvaluation } from './engine/history.js'
export type { Numbers, Rows } from './engine/input-rows.js'
export type { Layer } from './engine/layers.js'
export { type ClassificationMetrics, type ClassMetrics, classificationMetrics } from './metrics/classes.js'
export { type MultiLabelMetrics, multiLabelMetrics } from './metrics/multi-label.js'
export type { MetricName } from './metrics/names.js'
export { type ColumnMetrics, type RegressionMetrics, regressionMetrics } from './metrics/regression.js'
export { topK } from './metrics/top-k.js'
export { type CheckGradientsOptions, checkGradients, type GradientCheck } from './network/check-gradients.js'
export { type LoadOptions, Network, type NetworkOptions, type OptionsFor } from './network/network.js'
export type { SharedNetwork } from './network/share.js'
export { createTimeline, type Timeline, type TimelineMoment, type TimelineOptions } from './network/timeline.js'
export { Perceptron, type PerceptronOptions } from './perceptron/perceptron.js'
export { centerDigit } from './pictures/center-digit.js'
export type { RowObject } from './readers/columns/raw-objects.js'
export type { RawChunk, RawColumn, RawTable } from './readers/columns/raw-table.js'
export type { SchemaOptions } from './schema/infer-schema.js'
export type {
  BooleanColumn,
  CategoryColumn,
  ClassTarget,
  DateColumn,
  IgnoredColumn,
  InputColumn,
  NumberColumn,
  NumberTarget,
  Scaling,
  TableSchema,
  TargetColumn,
} from './schema/schema.js'
export { type DataTable, type DataTableOptions, type TableSource, tableOf } from './tables/data-table.js'
export type { MisfitRow, OnMisfit, RowCounts } from './tables/encode-table.js'
export {
  type EvaluateTableOptions,
  type PredictRowsOptions,
  type RowAnswer,
  type TableModel,
  tableModel,
} from './tables/table-model.js'
export { type TrainTableOptions, trainTable } from './tables/train-table.js'
export type { EarlyStopping } from './training/early-stopping.js'
export type { Epoch } from './training/epoch.js'
export type { Pause, PauseAt, PauseOptions, YieldEvery } from './training/pause.js'
export type { Progress, TrainOptions, UpdateOptions } from './training/plan.js'
export type { ScheduleName, ScheduleOption, ScheduleSettings } from './training/schedules.js'
export type { BatchSource, SourceOptions, SourceProgress } from './training/source-plan.js'
