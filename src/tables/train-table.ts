import { checkInteger, checkKeys } from '../base/checks.js'
import { DataError, OptionError, optionError } from '../base/errors.js'
import { createRandom } from '../base/random.js'
import { type Description, dense, scaling } from '../compile/spec.js'
import type { Dataset } from '../data/dataset.js'
import { splitDataset } from '../data/split.js'
import { Network, type NetworkOptions, stateOf } from '../network/network.js'
import { schemaInputNames, schemaOutputs, schemaWidth, type TableSchema } from '../schema/schema.js'
import type { Epoch } from '../training/epoch.js'
import type { TrainOptions } from '../training/plan.js'
import type { BatchSource } from '../training/source-plan.js'
import { collectDataset, datasetOfChunk } from './collect-dataset.js'
import type { DataTable } from './data-table.js'
import { checkOnMisfit, encodeTable, noCounts, type OnMisfit, type RowCounts } from './encode-table.js'
import { type TableModel, tableModel } from './table-model.js'

/** The options of `network.train` that also apply to a table. */
type LearningOptions = Pick<
  TrainOptions,
  | 'epochs'
  | 'batchSize'
  | 'learningRate'
  | 'optimizer'
  | 'l1'
  | 'l2'
  | 'clipNorm'
  | 'labelSmoothing'
  | 'schedule'
  | 'metrics'
  | 'signal'
>

export interface TrainTableOptions extends LearningOptions, Pick<NetworkOptions, 'backend' | 'threads'> {
  /**
   * How the network is made and learns. 'plain' (default): relu, AdamW and half a cosine wave, which takes seconds.
   * 'tabular': the defaults of RealMLP-TD-S, which take some hundred epochs and often answer better.
   */
  readonly preset?: 'plain' | 'tabular' | undefined
  /** The sizes of the hidden layers. Default [128, 64], and [256, 256, 256] for the preset 'tabular'. */
  readonly hidden?: readonly number[] | undefined
  /** The seed of the parameters, of the order of the rows and of the validation part. Default 0. */
  readonly seed?: number | undefined
  /** The fraction of the rows that is held out, to find the best epoch and to stop. Default 0.15. */
  readonly validation?: number | undefined
  /**
   * Training ends after this many epochs in which the cost of the validation part has not become lower. Default: a third of
   * the epochs.
   */
  readonly patience?: number | undefined
  /** What is done with rows that do not fit the schema. Rows without a target are always left out. Default 'throw'. */
  readonly onMisfit?: OnMisfit | undefined
  /** Called after each epoch, with the number of all epochs. The costs of a number are in deviations of the target. */
  readonly onEpoch?: ((epoch: Epoch, epochs: number) => void) | undefined
  /** An object to which the numbers of rows that were used and left out are added. */
  readonly counts?: RowCounts | undefined
}

const learningKeys = [
  'epochs',
  'batchSize',
  'learningRate',
  'optimizer',
  'l1',
  'l2',
  'clipNorm',
  'labelSmoothing',
  'schedule',
  'metrics',
  'signal',
] satisfies (keyof LearningOptions)[]
const trainTableKeys = [
  ...learningKeys,
  'backend',
  'threads',
  'preset',
  'hidden',
  'seed',
  'validation',
  'patience',
  'onMisfit',
  'onEpoch',
  'counts',
] satisfies (keyof TrainTableOptions)[]

/**
 * Of so few rows, those of the validation part are worth a second training: on all rows, for as many epochs as were best in
 * the first.
 */
const fewRows = 5000
/** A table whose inputs need more bytes than this is read again in each epoch. */
const maxBytesInMemory = 2 ** 28
/** The most rows of a validation part that is drawn row by row. */
const maxValidationRows = 50_000

/**
 * Trains a network on a table: a part of the rows is held out, training ends when the answers for it no longer get better,
 * and the best parameters are restored. Classes have softmax outputs and cross-entropy. A number has one linear output;
 * training scales it, and the last layer scales the answers back.
 *
 * A table whose inputs take more than 256 MiB is read again in each epoch, with only a window of its rows in memory.
 *
 * @param table A table with a schema: one that was opened with a target.
 * @param options The network and how it learns. The defaults suit tables of some hundred to some million rows.
 * @throws OptionError if an option is wrong; DataError if a row does not fit and `onMisfit` is 'throw', or if too few rows
 * are left; DivergedError as `network.train` does
 * @example
 * ```ts
 * import { openTable, trainTable } from 'descent-nn'
 *
 * const model = await trainTable(await openTable('churn.csv', { target: 'churned' }), { seed: 1 })
 * const { accuracy } = await model.evaluate(await openTable('test.csv'))
 * console.log(accuracy, model.predict({ plan: 'pro', age: 31 }))
 * ```
 */
export async function trainTable(table: DataTable, options: TrainTableOptions = {}): Promise<TableModel> {
  checkKeys('trainTable', options, trainTableKeys)
  const schema = table.schema && unfolded(table.schema)
  if (!schema) throw new OptionError('the table has no schema: open it with the option target')
  const { seed = 0, validation = 0.15, onMisfit = 'throw', counts = noCounts(), onEpoch, preset = 'plain' } = options
  if (preset !== 'plain' && preset !== 'tabular') throw optionError({ preset }, '"plain" or "tabular"')
  checkInteger({ seed }, 0)
  if (!(validation > 0 && validation < 1)) throw optionError({ validation }, 'a number above 0 and below 1')
  checkOnMisfit(onMisfit)
  const rows = await openRows(table, schema, { seed, validation, onMisfit, counts })
  const network = createNetwork(schema, options, seed)
  const defaults = preset === 'plain' ? plainDefaults(rows.count) : tabularDefaults(schema)
  const settings = { ...defaults, ...pickLearning(options), epochs: options.epochs ?? defaults.epochs }
  const monitor = preset === 'tabular' && schema.target.kind === 'classes' ? 'accuracy' : 'cost'
  const patience = options.patience ?? settings.patience
  const earlyStopping = { monitor, patience, ties: preset === 'plain' ? 'first' : 'last' } as const
  const { patience: _, ...learning } = settings
  const run = { ...learning, validation: rows.validation, earlyStopping }
  // Of rows that are read again in each epoch, the last batch is kept, because its rows are not shuffled with all others.
  const dropsLast = preset === 'tabular' && { dropLastBatch: true }
  const epochs =
    typeof rows.training === 'function'
      ? network.train(rows.training, { ...run, rows: rows.count })
      : network.train(rows.training, { ...run, ...dropsLast })
  let best = { number: 0, cost: Number.POSITIVE_INFINITY }
  for await (const epoch of epochs) {
    const { number, validation: found } = epoch
    if (found && found.cost < best.cost) best = { number, cost: found.cost }
    onEpoch?.(epoch, settings.epochs)
  }
  const { all } = rows
  if (!all || preset === 'tabular') return finish(network, schema)
  const second = createNetwork(schema, options, seed)
  for await (const { number } of second.train(all, learning)) if (number === best.number) break
  return finish(second, schema)
}

/** A schema of a finished model says that the scaling is in its last layer, which is not so while a new one learns. */
function unfolded(schema: TableSchema): TableSchema {
  const { target } = schema
  return target.kind === 'number' ? { ...schema, target: { ...target, folded: false } } : schema
}

function pickLearning(options: TrainTableOptions): LearningOptions {
  return Object.fromEntries(learningKeys.filter((key) => options[key] !== undefined).map((key) => [key, options[key]]))
}

/** The number of updates that were enough for tables of some ten thousand rows. Fewer rows need fewer. */
const mostUpdates = 2200

/** Few rows need smaller batches and more epochs. */
function plainDefaults(rows: number) {
  const batchSize = Math.min(256, Math.max(16, 2 ** Math.round(Math.log2(rows / 48))))
  const updates = mostUpdates * Math.min(1, Math.sqrt(rows / 2000))
  const epochs = Math.max(4, Math.round(updates / Math.ceil(rows / batchSize)))
  const optimizer = { name: 'adamw', weightDecay: 0.5 } as const
  return {
    optimizer,
    learningRate: 0.002,
    schedule: 'cosine',
    batchSize,
    epochs,
    patience: Math.ceil(epochs / 3),
  } as const
}

/**
 * The settings of RealMLP-TD-S (Holzmueller, Grinsztajn and Steinwart, "Better by default: strong pre-tuned MLPs and boosted
 * trees on tabular data", 2024, table A.1). All epochs are learned, and the last of the best ones is kept.
 */
function tabularDefaults({ target }: TableSchema) {
  const isClasses = target.kind === 'classes'
  return {
    optimizer: { name: 'adam', beta2: 0.95 },
    learningRate: isClasses ? 0.04 : 0.07,
    rates: { scale: 6, weights: 1, biases: 0.1 },
    schedule: 'coslog4',
    batchSize: 256,
    ...(isClasses && { labelSmoothing: 0.1 }),
    epochs: 256,
    patience: 256,
  } as const
}

/** The hidden layers, the output layer and the scaling of inputs of each preset. */
const layersOf = {
  plain: (sizes: readonly number[], outputs: number, isClasses: boolean): Description['layers'] => [
    ...sizes.map((size) => dense(size, 'relu')),
    dense(outputs, isClasses ? 'softmax' : 'identity'),
  ],
  tabular: (sizes: readonly number[], outputs: number, isClasses: boolean): Description['layers'] => [
    scaling(),
    ...sizes.map((size) => dense(size, isClasses ? 'selu' : 'mish', { parametrization: 'ntk' })),
    dense(outputs, isClasses ? 'softmax' : 'identity', { parametrization: 'ntk', initializer: 'zeros' }),
  ],
}

function createNetwork(schema: TableSchema, options: TrainTableOptions, seed: number) {
  const { preset = 'plain', backend, threads } = options
  const { hidden = preset === 'plain' ? [128, 64] : [256, 256, 256] } = options
  if (!Array.isArray(hidden)) throw optionError({ hidden }, 'a list of sizes')
  for (const size of hidden) checkInteger({ hidden: size }, 1)
  const isClasses = schema.target.kind === 'classes'
  const description: Description = {
    inputs: schemaWidth(schema),
    layers: layersOf[preset](hidden, schemaOutputs(schema), isClasses),
  }
  const network = new Network(description, {
    seed,
    dtype: 'float32',
    ...(backend ? { backend } : {}),
    ...(threads ? { threads } : {}),
  })
  network.inputNames = schemaInputNames(schema)
  if (isClasses) network.labelNames = schema.target.classes
  stateOf(network).schema = schema
  return network
}

interface TableRows {
  readonly training: Dataset | BatchSource
  readonly validation: Dataset
  /** The number of training rows. */
  readonly count: number
  /** All rows, if they are so few that the validation part is missed. */
  readonly all: Dataset | undefined
}

async function openRows(
  table: DataTable,
  schema: TableSchema,
  options: {
    readonly seed: number
    readonly validation: number
    readonly onMisfit: OnMisfit
    readonly counts: RowCounts
  },
): Promise<TableRows> {
  const { seed, validation, onMisfit, counts } = options
  if (schema.rows * schemaWidth(schema) * 4 <= maxBytesInMemory) {
    const dataset = await collectDataset(table, schema, { onMisfit, counts })
    if (dataset.rows < 4) throw new DataError(`${table.source}: ${dataset.rows} rows are too few to learn from`)
    const parts = splitDataset(dataset, { fraction: validation, seed })
    return { ...parts, count: parts.training.rows, all: dataset.rows <= fewRows ? dataset : undefined }
  }
  const isHeldOut = rowDraw(seed, Math.min(validation, maxValidationRows / schema.rows))
  const held = await collectDataset(table, schema, { onMisfit, counts, keep: isHeldOut })
  // Rows that do not fit have been counted and reported above.
  const quiet = { onMisfit: 'skip', counts: noCounts(), targets: true } as const
  async function* training(): AsyncGenerator<Dataset> {
    for await (const chunk of encodeTable(table, schema, { ...quiet, counts: noCounts() })) {
      const dataset = datasetOfChunk(chunk, schema, (row) => !isHeldOut(row))
      if (dataset) yield dataset
    }
  }
  return { training, validation: held, count: counts.rows - held.rows, all: undefined }
}

/** Returns a function that says for each row number whether it is drawn, always the same for one seed. */
function rowDraw(seed: number, fraction: number): (row: number) => boolean {
  return (row) => createRandom(seed, 'validation rows', row).uniform() < fraction
}

/**
 * Makes the scaling of a number part of the last layer: w = w deviation, b = b deviation + mean. From then on, outputs are
 * in the units of the target.
 */
function finish(network: Network, schema: TableSchema): TableModel {
  const { target } = schema
  if (target.kind !== 'number') return tableModel(network)
  const { weights, biases } = network.layers[network.layers.length - 1]
  weights.forEach((value, i) => {
    weights[i] = value * target.deviation
  })
  biases.forEach((value, i) => {
    biases[i] = value * target.deviation + target.mean
  })
  stateOf(network).schema = { ...schema, target: { ...target, folded: true } }
  return tableModel(network)
}
