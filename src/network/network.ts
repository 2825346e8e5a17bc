import type { Transform } from 'node:stream'
import { backends } from '../backend/select.js'
import { checkKeys, checkSignal } from '../base/checks.js'
import { OptionError } from '../base/errors.js'
import { checkPath } from '../base/files.js'
import type { FloatArray } from '../base/memory.js'
import type { TaskName } from '../compile/compile.js'
import { type Description, describeNetwork, type NetworkDescription, outputsOf } from '../compile/spec.js'
import type { Dataset } from '../data/dataset.js'
import { standardization } from '../data/standardize.js'
import { list, summarize } from '../engine/describe.js'
import { createEngine, type Engine } from '../engine/engine.js'
import {
  checkEvaluation,
  checkRunOptions,
  classify,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  predict,
  type RunOptions,
} from '../engine/evaluate.js'
import { createFeedforward } from '../engine/feedforward.js'
import { type Gradients, gradients, type PenaltyOptions } from '../engine/gradients.js'
import { datasetOf, type Rows } from '../engine/input-rows.js'
import { checkLabelNames } from '../engine/label-names.js'
import { createLayers, initialize, type Layer } from '../engine/layers.js'
import { decodeModel, encodeModel, type Model, readModel, writeModel } from '../engine/model-file.js'
import { checkNetworkOptions, type LoadOptions, type NetworkOptions } from '../engine/network-options.js'
import { setNetworkOf, trace, traceRun } from '../engine/tracing.js'
import type { TrainingState } from '../engine/training-state.js'
import type { Dtype } from '../program/kernels.js'
import { type Batches, type BatchesOptions, classifyBatches, predictBatches } from '../streams/batches.js'
import type { ClassifierOptions, PredictorOptions } from '../streams/stream-options.js'
import { createClassifier, createPredictor } from '../streams/streams.js'
import type { Epoch } from '../training/epoch.js'
import { partialFit } from '../training/partial-fit.js'
import type { TrainOptions, UpdateOptions } from '../training/plan.js'
import type { BatchSource, SourceOptions } from '../training/source-plan.js'
import { planRun, train } from '../training/train.js'
import { checkShared, requireOwn, type SharedNetwork, shareOf } from './share.js'

export type { LoadOptions, NetworkOptions } from '../engine/network-options.js'

/** The engine behind a network, for the functions of this package that take one. */
export let engineOf: (network: Network) => Engine
/** What of its training outlives a run. */
export let stateOf: (network: Network) => TrainingState

/** The options of a run on such rows. */
export type OptionsFor<Rows extends Dataset | BatchSource> = Rows extends BatchSource ? SourceOptions : TrainOptions

/** A fully connected neural network, trained by gradient descent and backpropagation. */
export class Network {
  readonly #engine: Engine
  readonly #state: TrainingState
  readonly #feedforward: (x: Rows) => FloatArray
  /** From the first hidden layer to the output layer. */
  readonly layers: readonly Layer[]

  static {
    engineOf = (network) => network.#engine
    stateOf = (network) => network.#state
  }

  /**
   * `new Network([784, 30, 10])` has sigmoid neurons, the quadratic cost and weights from N(0, 1): the network of Nielsen's
   * book, chapter 1. Everything else takes a description.
   * `shared` is for `fromShared`. @throws OptionError; MemoryError; BackendError where `backend: 'native'` cannot be had
   */
  constructor(description: readonly number[] | Description, options: NetworkOptions = {}, shared?: FloatArray) {
    const { seed, dtype, backend, threads, parameters } = checkNetworkOptions(options)
    const spec = describeNetwork(description)
    const engine = createEngine(spec, { dtype, threads, selection: backends.select(backend), parameters: shared })
    this.#engine = engine
    setNetworkOf(engine, this)
    this.#state = { seed, epochsSeen: 0, optimizer: undefined, labelNames: undefined, own: shared === undefined }
    this.#feedforward = createFeedforward(engine)
    this.layers = createLayers(engine)
    if (shared) return
    if (parameters === undefined) initialize(engine, seed)
    else if (parameters.length === engine.parameters.length) engine.parameters.set(parameters)
    else throw new OptionError(`parameters must have ${engine.parameters.length} numbers, not ${parameters.length}`)
  }

  /** The network that `save` wrote. @throws ModelError naming the file and what is wrong with it */
  static async load(path: string, options: LoadOptions = {}): Promise<Network> {
    checkKeys('load', options, ['backend', 'threads'])
    checkPath(path)
    return trace(
      'load',
      () => ({ path, options }),
      async () => Network.#of(await readModel(path), options),
    )
  }

  /** The network that `toBytes` gave, or that is in a file that `save` wrote. @throws OptionError, ModelError */
  static fromBytes(bytes: Uint8Array, options: LoadOptions = {}): Network {
    checkKeys('fromBytes', options, ['backend', 'threads'])
    return Network.#of(decodeModel(bytes), options)
  }

  /** The network of a file or of another thread; over `shared` memory, where that is given. */
  static #of(model: Omit<Model, 'run'>, options: LoadOptions, shared?: FloatArray): Network {
    const { spec, dtype, seed, parameters } = model
    const network = new Network(spec, { ...options, dtype, seed, ...(!shared && { parameters }) }, shared)
    network.#state.epochsSeen = model.epochsSeen
    network.#state.labelNames = model.labelNames
    network.#engine.kept.standardization = model.standardization
    return network
  }

  /** A network over the parameters of one in another thread: it answers with what that one learns, and cannot learn itself. */
  static fromShared(shared: SharedNetwork, options: LoadOptions = {}): Network {
    checkKeys('fromShared', options, ['backend', 'threads'])
    const model = checkShared(shared)
    return Network.#of(model, options, model.parameters)
  }

  /** What the network is: its inputs, layers, cost and initializer. */
  get description(): NetworkDescription {
    return this.#engine.spec
  }

  get dtype(): Dtype {
    return this.#engine.dtype
  }

  /** What executes the network's programs, and why that. */
  get backend(): { name: 'native' | 'typescript'; detail: string; reason: string } {
    const { backend, reason } = this.#engine.selection
    return { name: backend.name, detail: backend.detail, reason }
  }

  /** What the classes are called, in the order of the outputs; saved with the network. @throws OptionError when it is set */
  get labelNames(): readonly string[] | undefined {
    return this.#state.labelNames
  }

  set labelNames(labelNames: readonly string[] | undefined) {
    this.#state.labelNames = labelNames && checkLabelNames(labelNames, outputsOf(this.#engine.spec))
  }

  /** All weights and biases in one array, a live view: W1, b1, W2, b2, ... @throws NetworkBusyError */
  get parameters(): FloatArray {
    this.#engine.requireIdle('parameters')
    return this.#engine.parameters
  }

  /**
   * Learns from a dataset by mini-batch gradient descent and yields after each epoch (Nielsen, chapter 1). Between two epochs the
   * network can be evaluated, changed and saved; while one runs, whatever would change it throws NetworkBusyError.
   *
   * A function that opens a source of datasets is read anew for each epoch, window by window, so that its rows need not fit in
   * memory; what the source throws comes through.
   * @throws OptionError or DataError before the first epoch; DataError at a batch of a source that does not fit; DivergedError; the
   * signal's reason when it aborts
   */
  train<Rows extends Dataset | BatchSource>(
    rows: Rows,
    options: OptionsFor<Rows> = {},
  ): AsyncGenerator<Epoch, Epoch[], undefined> {
    requireOwn(this.#state, 'train')
    const run = planRun(this.#engine, this.#state, rows, options)
    return traceRun(() => ({ network: this, method: 'train', training: rows, options }), train(run))
  }

  /** Trains to the end and resolves to all epochs, those before a resumed checkpoint included: the same loop, drained. */
  async fit<Rows extends Dataset | BatchSource>(rows: Rows, options: OptionsFor<Rows> = {}): Promise<Epoch[]> {
    const run = this.train(rows, options)
    for (;;) {
      const { done, value } = await run.next()
      if (done) return value
    }
  }

  /**
   * One update from all rows of the batch at once, at any time; what the optimizer remembers stays for the next one.
   * Resolves to the batch's mean cost before the update. @throws OptionError, DataError, DivergedError, NetworkBusyError
   */
  async partialFit(batch: Dataset, options: UpdateOptions = {}): Promise<number> {
    requireOwn(this.#state, 'partialFit')
    return partialFit(this.#engine, this.#state, batch, options)
  }

  /**
   * Brings every input column to mean 0 and deviation 1, as it is in this dataset, before the network sees it, from now on:
   * in training, evaluation and prediction. The measures are saved with the network. @throws DataError, NetworkBusyError
   */
  standardize(dataset: Dataset): void {
    this.#engine.requireIdle('standardize')
    const { means, deviations } = standardization(datasetOf(dataset, this.#engine.spec.inputs))
    this.#engine.kept.standardization = { means, factors: deviations.map((deviation) => 1 / deviation) }
  }

  /** The answers to one row or many, now, on this thread: rows x outputs. @throws DataError, NetworkBusyError */
  feedforward(x: Rows): FloatArray {
    this.#engine.requireIdle('feedforward')
    return this.#feedforward(x)
  }

  /** The answers to every row, off the event loop: rows x outputs. @throws DataError, NetworkBusyError */
  async predict(rows: Rows | Dataset, options: RunOptions = {}): Promise<FloatArray> {
    const dataset = this.#rowsFor('predict', rows, options)
    return this.#traced('predict', dataset, options, () => predict(this.#engine, dataset, options))
  }

  /** The number of the largest output for every row, off the event loop. @throws DataError, NetworkBusyError */
  async classify(rows: Rows | Dataset, options: RunOptions = {}): Promise<Int32Array> {
    const dataset = this.#rowsFor('classify', rows, options)
    return this.#traced('classify', dataset, options, () => classify(this.#engine, dataset, options))
  }

  /**
   * A Transform that answers each row written to it with its class, in order and batch by batch: see docs/guides/streams.md. Its
   * batches wait for their turn where the network is busy. @throws OptionError
   */
  classifier<Row>(options: ClassifierOptions<Row> = {}): Transform {
    return createClassifier(this.#engine, () => this.labelNames, options)
  }

  /** The same with the outputs for each row. @throws OptionError */
  predictor<Row>(options: PredictorOptions<Row> = {}): Transform {
    return createPredictor(this.#engine, options)
  }

  /** The classes of each batch of rows, while the next one is fetched. @throws OptionError; DataError naming the batch */
  classifyBatches<Batch = Rows | Dataset>(source: Batches<Batch>, options: BatchesOptions<Batch> = {}) {
    return classifyBatches(this.#engine, source, options)
  }

  /** The same with the outputs: rows x outputs. @throws OptionError; DataError naming the batch */
  predictBatches<Batch = Rows | Dataset>(source: Batches<Batch>, options: BatchesOptions<Batch> = {}) {
    return predictBatches(this.#engine, source, options)
  }

  /**
   * Cost, accuracy, confusion matrix and the metrics asked for on a dataset, off the event loop.
   * @throws OptionError, DataError, NetworkBusyError
   */
  async evaluate(dataset: Dataset, options: EvaluateOptions = {}): Promise<Evaluation> {
    checkKeys('evaluate', options, ['signal', 'metrics'])
    checkSignal(options.signal)
    checkEvaluation(this.#engine, dataset, options)
    return this.#traced('evaluate', dataset, options, () => evaluate(this.#engine, dataset, options))
  }

  /**
   * The mean cost of the rows x under the desired answers y, and its gradient, now, on this thread.
   * @throws DataError, OptionError, NetworkBusyError
   */
  gradients(x: Rows, y: Rows, options: PenaltyOptions = {}): Gradients {
    this.#engine.requireIdle('gradients')
    return gradients(this.#engine, x, y, options)
  }

  /** The network as a table. */
  summary(): string {
    return summarize(this.#engine)
  }

  /** The program of a task, command by command, for batches of `rows` rows. @throws OptionError */
  listing(task: TaskName = 'train', { rows = 10 }: { rows?: number } = {}): string {
    return list(this.#engine, task, rows)
  }

  /** Writes the network to a safetensors file, whole or not at all. @throws ModelError, NetworkBusyError */
  async save(path: string): Promise<void> {
    await this.#engine.occupy('save', () => writeModel(path, this.#engine, this.#state))
  }

  /** The network for other threads, which `Network.fromShared` makes networks of. @throws BackendError, NetworkBusyError */
  share(): SharedNetwork {
    this.#engine.requireIdle('share')
    return shareOf(this.#engine, this.#state)
  }

  /** What `save` writes to a file: safetensors. @throws NetworkBusyError */
  toBytes(): Uint8Array<ArrayBuffer> {
    this.#engine.requireIdle('toBytes')
    return encodeModel(this.#engine, this.#state)
  }

  /** Work on rows while the network is busy with it. */
  #traced<T>(method: string, dataset: Dataset, options: RunOptions, work: () => Promise<T>): Promise<T> {
    return trace(
      'predict',
      () => ({ network: this, method, rows: dataset.rows, options }),
      () => this.#engine.occupy(method, work),
    )
  }

  #rowsFor(what: string, rows: Rows | Dataset, options: RunOptions): Dataset {
    checkRunOptions(what, options)
    return datasetOf(rows, this.#engine.spec.inputs)
  }
}
