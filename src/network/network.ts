import type { Transform } from 'node:stream'
import type { BackendName } from '../backend/backend.js'
import { backends } from '../backend/select.js'
import { checkKeys, checkSignal } from '../base/checks.js'
import { NetworkBusyError, OptionError } from '../base/errors.js'
import { checkPath } from '../base/files.js'
import type { FloatArray, OwnBytes } from '../base/memory.js'
import type { SaveOptions } from '../base/write-file.js'
import type { TaskName } from '../compile/compile.js'
import { countParameters } from '../compile/parameters.js'
import { type Description, describeNetwork, type NetworkDescription, outputsOf } from '../compile/spec.js'
import type { Dataset } from '../data/dataset.js'
import { standardization } from '../data/standardize.js'
import { type NotebookTexts, networkTexts, notebookDisplay } from '../drawing/notebook.js'
import { type Activations, activations, type LayerErrors } from '../engine/activations.js'
import { list, summarize } from '../engine/describe.js'
import type { Answers } from '../engine/desired-outputs.js'
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
import { feedforward } from '../engine/feedforward.js'
import { type Gradients, gradients, type PenaltyOptions, splitParameters } from '../engine/gradients.js'
import type { PastEpoch } from '../engine/history.js'
import { adoptInputNames, checkInputNames, inputsAfter } from '../engine/input-names.js'
import { datasetOf, type Rows } from '../engine/input-rows.js'
import { checkLabelNames } from '../engine/label-names.js'
import { createLayers, initialize, type Layer } from '../engine/layers.js'
import { decodeModel, encodeModel, type Model, readModel, writeModel } from '../engine/model-file.js'
import { checkNetworkOptions, type LoadOptions, type NetworkOptions } from '../engine/network-options.js'
import { setNetworkOf, trace, traceRun } from '../engine/tracing.js'
import type { TrainingState } from '../engine/training-state.js'
import type { Workspace } from '../engine/workspace.js'
import type { Dtype } from '../program/kernels.js'
import type { TableSchema } from '../schema/schema.js'
import { type Batches, type BatchesOptions, classifyBatches, predictBatches } from '../streams/batches.js'
import type { ClassifierOptions, PredictorOptions } from '../streams/stream-options.js'
import { createClassifier, createPredictor } from '../streams/streams.js'
import type { Epoch } from '../training/epoch.js'
import { partialFit } from '../training/partial-fit.js'
import type { Pause, PauseAt, PauseOptions, YieldEvery } from '../training/pause.js'
import type { TrainOptions, UpdateOptions } from '../training/plan.js'
import type { BatchSource, SourceOptions } from '../training/source-plan.js'
import { planRun, train } from '../training/train.js'
import { checkShared, requireOwn, type SharedNetwork, shareOf } from './share.js'

export type { LoadOptions, NetworkOptions } from '../engine/network-options.js'

/** Returns the engine of a network. The engine holds the parameters and does the computations. */
export let engineOf: (network: Network) => Engine
/** Returns what a network keeps between training runs, such as its seed and its class names. */
export let stateOf: (network: Network) => TrainingState

/**
 * A hidden option of the constructor, for parameters in shared memory that belong to a network in another thread. Only
 * `fromShared` uses it.
 */
const sharedMemory = Symbol('shared memory')
type WithSharedMemory = NetworkOptions & { readonly [sharedMemory]?: FloatArray }

/**
 * The type of the training options: `TrainOptions` if the rows are a dataset, `SourceOptions` if they are a source of
 * batches.
 */
export type OptionsFor<Rows extends Dataset | BatchSource> = Rows extends BatchSource ? SourceOptions : TrainOptions

/**
 * A fully connected neural network, trained by gradient descent and backpropagation (Nielsen, "Neural Networks and Deep
 * Learning", chapters 1 to 3).
 *
 * @example
 * ```ts
 * import { digits, Network } from 'descent-nn'
 *
 * const training = await digits({ count: 5000, seed: 1 })
 * const network = new Network([784, 30, 10], { seed: 1 })
 * await network.fit(training, { epochs: 5, learningRate: 3 })
 * await network.save('digits.safetensors')
 * ```
 */
export class Network {
  readonly #engine: Engine
  readonly #state: TrainingState
  /** The layers from the first hidden layer to the output layer. */
  readonly layers: readonly Layer[]

  static {
    engineOf = (network) => network.#engine
    stateOf = (network) => network.#state
  }

  /**
   * Makes a network with random parameters. A list of sizes such as `[784, 30, 10]` makes the network of Nielsen's
   * book, chapter 1, with sigmoid neurons, the quadratic cost and weights from N(0, 1). Any other network needs an
   * object that describes it.
   *
   * @param description The sizes of all layers from the inputs to the outputs, or an object with `inputs` and `layers`.
   * @param options The seed, the type of all numbers, the backend, the number of threads, and initial parameters.
   * @throws OptionError if the description or an option is wrong; MemoryError if there is not enough memory for the
   * network; BackendError if `backend` is 'native' or 'wasm', and this backend is not available
   * @example
   * ```ts
   * import { dense, dropout, Network } from 'descent-nn'
   *
   * const book = new Network([784, 30, 10], { seed: 1 })
   * const other = new Network(
   *   { inputs: 784, layers: [dense(800, 'relu'), dropout(0.2), dense(10, 'softmax')] },
   *   { seed: 1, dtype: 'float64' },
   * )
   * console.log(book.parameters.length, other.summary())
   * ```
   */
  constructor(description: readonly number[] | Description, options: NetworkOptions = {}) {
    const { seed, dtype, backend, threads, parameters } = checkNetworkOptions(options)
    const shared = (options as WithSharedMemory)[sharedMemory]
    const spec = describeNetwork(description)
    const selection = backends.select(backend, countParameters(spec))
    const engine = createEngine(spec, { dtype, threads, selection, parameters: shared })
    this.#engine = engine
    setNetworkOf(engine, this)
    this.#state = {
      seed,
      epochsSeen: 0,
      optimizer: undefined,
      history: [],
      labelNames: undefined,
      schema: undefined,
      own: shared === undefined,
    }
    this.layers = createLayers(engine)
    if (shared) return
    if (parameters === undefined) initialize(engine, seed)
    else if (parameters.length === engine.parameters.length) engine.parameters.set(parameters)
    else throw new OptionError(`parameters must have ${engine.parameters.length} numbers, not ${parameters.length}`)
  }

  /**
   * Loads a network from a file that `save` wrote.
   *
   * @param path The safetensors file.
   * @param options The backend and the number of threads.
   * @returns The network, with its standardization, label names, input names and history.
   * @throws OptionError if an option is wrong; ModelError if the file cannot be read or does not contain a network
   * @example
   * ```ts
   * import { Network } from 'descent-nn'
   *
   * const network = await Network.load('digits.safetensors', { backend: 'typescript' })
   * console.log(network.summary())
   * ```
   */
  static async load(path: string, options: LoadOptions = {}): Promise<Network> {
    checkKeys('load', options, ['backend', 'threads'])
    checkPath(path)
    return trace(
      'load',
      () => ({ path, options }),
      async () => Network.#of(await readModel(path), options),
    )
  }

  /**
   * Makes a network from the bytes that `toBytes` returned, or from the contents of a file that `save` wrote.
   *
   * @param bytes The contents of a safetensors file.
   * @param options The backend and the number of threads.
   * @returns The network, with its standardization, label names, input names and history.
   * @throws OptionError if an option is wrong; ModelError if the bytes do not contain a network
   * @example
   * ```ts
   * import { Network } from 'descent-nn'
   *
   * const response = await fetch('https://example.com/digits.safetensors')
   * const network = Network.fromBytes(new Uint8Array(await response.arrayBuffer()))
   * console.log(network.description)
   * ```
   */
  static fromBytes(bytes: Uint8Array, options: LoadOptions = {}): Network {
    checkKeys('fromBytes', options, ['backend', 'threads'])
    return Network.#of(decodeModel(bytes), options)
  }

  /** Makes a network from a loaded model. If `shared` is given, the network uses it as its parameters. */
  static #of(model: Omit<Model, 'run'>, options: LoadOptions, shared?: FloatArray): Network {
    const { spec, dtype, seed, parameters } = model
    const memory: WithSharedMemory = shared ? { [sharedMemory]: shared } : { parameters }
    const network = new Network(spec, { ...options, dtype, seed, ...memory })
    network.#state.epochsSeen = model.epochsSeen
    network.#state.history = model.history
    network.#state.labelNames = model.labelNames
    network.#state.schema = model.schema
    network.#engine.kept.standardization = model.standardization
    network.#engine.kept.inputNames = model.inputNames
    return network
  }

  /**
   * Makes a network that uses the parameters of a network in another thread. When the other network learns, the outputs
   * of this network change too. This network itself cannot learn.
   *
   * @param shared The object that `share` returned in the other thread.
   * @param options The backend and the number of threads.
   * @returns The network. The parameters are not copied.
   * @throws OptionError if `shared` is not an object from `share`, or if an option is wrong
   * @example
   * ```ts
   * import { workerData } from 'node:worker_threads'
   * import { Network } from 'descent-nn'
   *
   * const network = Network.fromShared(workerData)
   * console.log(network.feedforward([0, 1]))
   * ```
   */
  static fromShared(shared: SharedNetwork, options: LoadOptions = {}): Network {
    checkKeys('fromShared', options, ['backend', 'threads'])
    const model = checkShared(shared)
    return Network.#of(model, options, model.parameters)
  }

  /** The description of the network: its inputs, layers, cost and initializer. */
  get description(): NetworkDescription {
    return this.#engine.spec
  }

  get dtype(): Dtype {
    return this.#engine.dtype
  }

  /** The backend that runs the network, and the reason why it was chosen. */
  get backend(): { name: BackendName; detail: string; reason: string } {
    const { backend, reason } = this.#engine.selection
    return { name: backend.name, detail: backend.detail, reason }
  }

  /**
   * The names of the classes, in the order of the outputs. A network with a single output has two classes, 0 and 1. The
   * names are saved with the network.
   * @throws OptionError if a wrong value is set
   */
  get labelNames(): readonly string[] | undefined {
    return this.#state.labelNames
  }

  set labelNames(labelNames: readonly string[] | undefined) {
    this.#state.labelNames = labelNames && checkLabelNames(labelNames, outputsOf(this.#engine.spec))
  }

  /**
   * How the rows of a table become the inputs of the network, and its outputs the answers. It is saved with the network.
   * Undefined if the network did not learn from a table with `trainTable`.
   */
  get schema(): TableSchema | undefined {
    return this.#state.schema
  }

  /**
   * The names of the inputs, in their order. A network takes them from the first dataset with names that it learns from,
   * and they are saved with the network. From then on, the columns of a dataset with names are found by name: they may
   * have another order, and other columns are ignored. Rows without names are taken by position.
   * @throws OptionError if a wrong value is set; NetworkBusyError if they are set while the network learns
   */
  get inputNames(): readonly string[] | undefined {
    return this.#engine.kept.inputNames
  }

  set inputNames(inputNames: readonly string[] | undefined) {
    this.#engine.requireUnchanging('inputNames')
    this.#engine.kept.inputNames = inputNames && checkInputNames(inputNames, this.#engine.spec.inputs)
  }

  /**
   * The numbers of the epochs that the network has learned in, over all runs of `train` and `fit`, from the oldest: the
   * cost, the learning rate, and the measures of the validation and the training dataset. The history is saved with the
   * network. It keeps the newest 10,000 epochs; if older ones were removed, the number of the first one is above 1. It
   * has no times, so that the same run always gives the same file. Updates by `partialFit` are not in it. It includes all
   * epochs of a run, even if early stopping has restored the parameters of an earlier one.
   *
   * @returns A copy, which does not change when the network learns.
   * @example
   * ```ts
   * import { Network } from 'descent-nn'
   *
   * const network = await Network.load('digits.safetensors')
   * for (const { number, cost, accuracy } of network.history) console.log(number, cost, accuracy)
   * ```
   */
  get history(): readonly PastEpoch[] {
    return [...this.#state.history]
  }

  /**
   * All weights and biases in one array: W1, b1, W2, b2, ..., and at the end the factors of a scaling layer. Writing to
   * the array changes the network. Its `buffer` may be larger than the array, because the `wasm` backend keeps more than
   * the parameters in it.
   * @throws NetworkBusyError while the network learns, or while a call such as `predict` reads the parameters
   */
  get parameters(): FloatArray {
    this.#engine.requireIdle('parameters')
    return this.#engine.parameters
  }

  /**
   * The factors of the scaling layer, one for each input, or undefined if the network has no scaling layer. Writing to
   * the array changes the network.
   * @throws NetworkBusyError while the network learns, or while a call such as `predict` reads the parameters
   */
  get scaling(): FloatArray | undefined {
    return splitParameters(this.#engine, this.parameters).scaling
  }

  /**
   * Trains by mini-batch gradient descent, and yields the results of each epoch. Between two epochs the network can be
   * changed and saved. While an epoch runs, calls that change or save the network throw NetworkBusyError. Calls such as
   * `predict` and `evaluate` read a copy of the parameters, which is renewed about twenty times a second.
   *
   * With the option `yieldEvery` it also yields a `Pause` each time after that number of batches. The network then waits
   * until the next value is asked for, and can be changed and saved. Pauses do not change the results of training.
   *
   * If the rows do not fit into memory, pass a source. A source is a function that is called once for each epoch and
   * returns an async iterable of datasets. The rows are read during training, and only some of them are in memory at a
   * time. Errors of the source are passed on unchanged.
   *
   * @param rows The training rows, as a dataset or a source of datasets. The shape of the inputs is rows x inputs. The
   * shape of the targets, if there are no labels, is rows x outputs.
   * @param options The learning rate and all other options of training. See `TrainOptions` and `SourceOptions`.
   * @returns A generator of epochs, and of pauses with `yieldEvery`. At its end it returns a list of all epochs. If the
   * run resumed from a checkpoint, the list includes the epochs before the checkpoint.
   * @throws OptionError or DataError if an option or a dataset is wrong; DivergedError if the cost is far too high, or
   * if the cost or a parameter is not finite; the signal's reason if the signal aborts
   * @example
   * ```ts
   * import { digits, Network } from 'descent-nn'
   *
   * const training = await digits({ count: 5000, seed: 1 })
   * const validation = await digits({ count: 1000, seed: 2 })
   * const network = new Network([784, 30, 10], { seed: 1 })
   * for await (const epoch of network.train(training, { epochs: 5, learningRate: 3, validation })) {
   *   console.log(epoch.number, epoch.cost, epoch.validation?.accuracy)
   * }
   * ```
   * @example
   * ```ts
   * import { Network, streamCsv } from 'descent-nn'
   *
   * const network = new Network([4, 10, 3], { seed: 1 })
   * await network.fit(() => streamCsv('flowers.csv', { label: 4 }), { epochs: 5, learningRate: 1 })
   * ```
   * @example
   * ```ts
   * import { digits, Network } from 'descent-nn'
   *
   * const training = await digits({ count: 5000, seed: 1 })
   * const network = new Network([784, 30, 10], { seed: 1 })
   * for await (const result of network.train(training, { epochs: 2, learningRate: 3, yieldEvery: 100 })) {
   *   if ('done' in result) console.log(result.epoch, result.done, result.cost, network.parameters[0])
   *   else console.log('epoch', result.number, result.cost)
   * }
   * ```
   */
  train<Rows extends Dataset | BatchSource, Every extends YieldEvery | undefined = undefined>(
    rows: Rows,
    options: OptionsFor<Rows> & { readonly yieldEvery?: Every } = {},
  ): AsyncGenerator<Epoch | PauseAt<Every>, Epoch[], undefined> {
    return this.#train(rows, options) as AsyncGenerator<Epoch | PauseAt<Every>, Epoch[], undefined>
  }

  /**
   * Trains like `train`, but runs all epochs and then returns them.
   *
   * @param rows The training rows: a dataset of rows x inputs with labels, or with targets of rows x outputs. It can
   * also be a source, which is a function that returns an async iterable of such datasets.
   * @param options The learning rate and all other options of training. See `TrainOptions` and `SourceOptions`.
   * @returns All epochs. If the run resumed from a checkpoint, they include the epochs before the checkpoint.
   * @throws OptionError or DataError if an option or a dataset is wrong; DivergedError if the cost is far too high, or
   * if the cost or a parameter is not finite; the signal's reason if the signal aborts
   * @example
   * ```ts
   * import { Dataset, Network } from 'descent-nn'
   *
   * const xor = new Dataset({ inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [[0], [1], [1], [0]] })
   * const network = new Network([2, 3, 1], { seed: 1 })
   * const epochs = await network.fit(xor, { epochs: 2000, batchSize: 4, learningRate: 5 })
   * console.log(epochs[1999].cost)
   * ```
   */
  async fit<Rows extends Dataset | BatchSource>(rows: Rows, options: OptionsFor<Rows> = {}): Promise<Epoch[]> {
    if ((options as PauseOptions).yieldEvery !== undefined) {
      throw new OptionError('fit returns epochs only: the option yieldEvery is for train, which yields at each pause')
    }
    const run = this.#train(rows, options)
    for (;;) {
      const { done, value } = await run.next()
      if (done) return value
    }
  }

  /**
   * Makes one update from all rows of the batch together. First waits until calls such as `predict` have ended. The
   * optimizer keeps its state for the next update.
   *
   * @param batch Rows x inputs, with labels or with targets of rows x outputs.
   * @param options The learning rate, the optimizer and other options of the update. See `UpdateOptions`.
   * @returns The batch's mean cost before the update.
   * @throws OptionError if an option is wrong; DataError if the batch does not fit the network; DivergedError if the
   * cost or a parameter is not finite; NetworkBusyError while the network learns
   * @example
   * ```ts
   * import { digits, Network } from 'descent-nn'
   *
   * const network = new Network([784, 30, 10], { seed: 1 })
   * const batch = await digits({ count: 10, seed: 1 })
   * const cost = await network.partialFit(batch, { learningRate: 3 })
   * console.log(cost)
   * ```
   */
  async partialFit(batch: Dataset, options: UpdateOptions = {}): Promise<number> {
    requireOwn(this.#state, 'partialFit')
    return partialFit(this.#engine, this.#state, batch, options)
  }

  /**
   * Makes the network standardize its inputs from now on, in training, evaluation and prediction. It subtracts the mean
   * of each input column and divides by the standard deviation. The means and deviations are computed from this dataset
   * and saved with the network.
   *
   * @param dataset The rows whose means and deviations are computed. Use the training rows.
   * @throws DataError if the rows do not fit the network; NetworkBusyError while the network learns, or while a call such
   * as `predict` reads it
   * @example
   * ```ts
   * import { Network, readCsv } from 'descent-nn'
   *
   * const training = await readCsv('flowers.csv', { label: 4 })
   * const network = new Network([4, 10, 3], { seed: 1 })
   * network.standardize(training)
   * await network.fit(training, { learningRate: 1 })
   * ```
   */
  standardize(dataset: Dataset): void {
    this.#engine.requireIdle('standardize')
    // Large numbers are in range once they are standardized, so here they need only be in the range of float64.
    const rows = datasetOf(dataset, { ...inputsAfter(this.#engine, dataset), dtype: 'float64' })
    const { means, deviations } = standardization(rows)
    adoptInputNames(this.#engine, rows)
    this.#engine.kept.standardization = { means, factors: deviations.map((deviation) => 1 / deviation) }
  }

  /**
   * Computes the outputs for one or several rows, synchronously on this thread. While the network learns, this method
   * reads a copy of the parameters.
   *
   * @param x Rows x inputs, as a flat array of numbers or an array of rows. Bytes are scaled by 1/255.
   * @param out The array that receives the outputs: a typed array of the network's dtype with rows x outputs elements.
   * By default a new array is allocated.
   * @returns Rows x outputs, row-major. This is `out` if it was given.
   * @throws DataError if a row has the wrong width or contains a value whose type is not number, or if the memory of
   * `out` is gone; OptionError if `out` has the wrong type or length; NetworkBusyError during `partialFit`, which makes
   * no copy
   * @example
   * ```ts
   * import { Network } from 'descent-nn'
   *
   * const nand = new Network([2, 1], { parameters: [-20, -20, 30] })
   * console.log(nand.feedforward([[0, 1], [1, 1]]))
   * const out = new Float32Array(1)
   * for (const row of [[0, 0], [1, 1]]) console.log(nand.feedforward(row, out)[0])
   * ```
   */
  feedforward(x: Rows, out?: FloatArray): FloatArray {
    return feedforward(this.#engine.workspaceNow('feedforward'), x, out)
  }

  /**
   * Computes the outputs for every row, without blocking the event loop. Any number of calls can run at the same time.
   * While the network learns, they read a copy of its parameters.
   *
   * @param rows Rows x inputs, as a dataset, a flat array of numbers or an array of rows. Bytes are scaled by 1/255.
   * @param options A signal that stops the work.
   * @returns Rows x outputs, row-major.
   * @throws OptionError if an option is wrong; DataError if a row has the wrong width or a number that is not finite; the
   * signal's reason if the signal aborts
   * @example
   * ```ts
   * import { digits, Network } from 'descent-nn'
   *
   * const network = await Network.load('digits.safetensors')
   * const outputs = await network.predict(await digits({ count: 5, seed: 3 }))
   * console.log(outputs.length)
   * ```
   */
  async predict(rows: Rows | Dataset, options: RunOptions = {}): Promise<FloatArray> {
    const dataset = this.#rowsFor('predict', rows, options)
    return this.#answerRows('predict', dataset, options, predict)
  }

  /**
   * Returns the class of each row, without blocking the event loop. The class is the index of the largest output. A
   * single output gives class 1 from 0.5 up, and class 0 below. Any number of calls can run at the same time. While the
   * network learns, they read a copy of its parameters.
   *
   * @param rows Rows x inputs, as a dataset, a flat array of numbers or an array of rows. Bytes are scaled by 1/255.
   * @param options A signal that stops the work.
   * @returns The class number of each row, counted from 0.
   * @throws OptionError if an option is wrong; DataError if a row has the wrong width or a number that is not finite; the
   * signal's reason if the signal aborts
   * @example
   * ```ts
   * import { digits, Network } from 'descent-nn'
   *
   * const network = await Network.load('digits.safetensors')
   * const classes = await network.classify(await digits({ count: 5, seed: 3 }))
   * console.log(classes.join(' '))
   * ```
   */
  async classify(rows: Rows | Dataset, options: RunOptions = {}): Promise<Int32Array> {
    const dataset = this.#rowsFor('classify', rows, options)
    return this.#answerRows('classify', dataset, options, classify)
  }

  /**
   * Makes a Transform stream. For each row that is written to the stream, it outputs the class of the row. It computes
   * the classes batch by batch and keeps the order of the rows. While the network learns, a batch reads a copy of its
   * parameters.
   *
   * @param options How a row is converted to inputs, what the stream outputs, and what happens to bad rows.
   * @returns A stream of objects. A row that cannot be classified destroys the stream with a DataError, unless
   * `onBadRow` is set to another behavior.
   * @throws OptionError if an option is wrong
   * @example
   * ```ts
   * import { Readable } from 'node:stream'
   * import { pipeline } from 'node:stream/promises'
   * import { Network } from 'descent-nn'
   *
   * const network = await Network.load('flowers.safetensors')
   * const rows = Readable.from([{ length: 5.1, width: 3.5 }])
   * await pipeline(rows, network.classifier({ inputs: ['length', 'width'], keep: true }), async (answers) => {
   *   for await (const answer of answers) console.log(answer)
   * })
   * ```
   */
  classifier<Row>(options: ClassifierOptions<Row> = {}): Transform {
    return createClassifier(this.#engine, () => this.labelNames, options)
  }

  /**
   * Makes a Transform stream. For each row that is written to the stream, it outputs the network's outputs. It computes
   * the outputs batch by batch and keeps the order of the rows.
   *
   * @param options How a row is converted to inputs, what the stream outputs, and what happens to bad rows.
   * @returns A stream of objects. Without the option `keep`, the object for a row is a typed array of the outputs.
   * @throws OptionError if an option is wrong
   * @example
   * ```ts
   * import { Readable } from 'node:stream'
   * import { Network } from 'descent-nn'
   *
   * const network = await Network.load('prices.safetensors')
   * for await (const outputs of Readable.from([[3, 120], [2, 75]]).pipe(network.predictor())) console.log(outputs[0])
   * ```
   */
  predictor<Row>(options: PredictorOptions<Row> = {}): Transform {
    return createPredictor(this.#engine, options)
  }

  /**
   * Yields the classes of each batch of rows, in order. While the classes of a batch are computed, the next batch is
   * already fetched, unless the two batches may use the same memory.
   *
   * @param source An iterable or async iterable of batches: datasets, typed arrays of rows x inputs, or arrays of rows.
   * @param options How a batch is converted to rows, and a signal that stops the work.
   * @returns A generator of `{ batch, classes }`. `classes` has the class number of each row.
   * @throws OptionError if an option is wrong; DataError if a batch does not fit the network. The message says which
   * batch.
   * @example
   * ```ts
   * import { Network, streamCsv } from 'descent-nn'
   *
   * const network = await Network.load('flowers.safetensors')
   * for await (const { classes } of network.classifyBatches(streamCsv('unknown.csv'))) console.log(classes.join(' '))
   * ```
   */
  classifyBatches<Batch = Rows | Dataset>(source: Batches<Batch>, options: BatchesOptions<Batch> = {}) {
    return classifyBatches(this.#engine, source, options)
  }

  /**
   * Yields the outputs for each batch of rows, in order. While the outputs for a batch are computed, the next batch is
   * already fetched, unless the two batches may use the same memory.
   *
   * @param source An iterable or async iterable of batches: datasets, typed arrays of rows x inputs, or arrays of rows.
   * @param options How a batch is converted to rows, and a signal that stops the work.
   * @returns A generator of `{ batch, outputs }`. `outputs` has the outputs of all rows, one row after another.
   * @throws OptionError if an option is wrong; DataError if a batch does not fit the network. The message says which
   * batch.
   * @example
   * ```ts
   * import { Network, streamCsv } from 'descent-nn'
   *
   * const network = await Network.load('prices.safetensors')
   * for await (const { outputs } of network.predictBatches(streamCsv('houses.csv'))) console.log(outputs)
   * ```
   */
  predictBatches<Batch = Rows | Dataset>(source: Batches<Batch>, options: BatchesOptions<Batch> = {}) {
    return predictBatches(this.#engine, source, options)
  }

  /**
   * Measures how well the network performs on a dataset, without blocking the event loop. It computes the cost, the
   * accuracy, the confusion matrix (by default for at most 1,000 classes) and the requested metrics. While the network learns, reads a copy of its parameters.
   *
   * @param dataset Rows x inputs, with labels or with targets of rows x outputs.
   * @param options The names of further metrics, whether to return the confusion matrix, and a signal that stops the
   * work.
   * @returns The measures. `accuracy`, `correct` and `confusion` are undefined if the dataset has no labels.
   * @throws OptionError if an option is wrong; DataError if the dataset does not fit the network; the signal's
   * reason if the signal aborts
   * @example
   * ```ts
   * import { digits, Network } from 'descent-nn'
   *
   * const network = await Network.load('digits.safetensors')
   * const test = await digits({ count: 1000, seed: 2 })
   * const { cost, accuracy, metrics } = await network.evaluate(test, { metrics: ['top-3', 'f1'] })
   * console.log(cost, accuracy, metrics['top-3'])
   * ```
   */
  async evaluate(dataset: Dataset, options: EvaluateOptions = {}): Promise<Evaluation> {
    checkKeys('evaluate', options, ['signal', 'metrics', 'confusion'])
    checkSignal(options.signal)
    checkEvaluation(this.#engine, dataset, options)
    return this.#answer('evaluate', dataset, options, evaluate)
  }

  /**
   * Computes the mean cost of some rows, and the gradient of this cost by backpropagation (Nielsen, chapter 2,
   * equations BP1 to BP4). It runs synchronously on this thread.
   *
   * @param x Rows x inputs.
   * @param y The desired outputs: the class number of each row, or rows x outputs targets.
   * @param options The penalties that the cost includes.
   * @returns The cost, and its gradient: in one array for all parameters, and as views for each layer.
   * @throws DataError if the rows, labels or targets do not fit the network or have a number that is not finite;
   * OptionError if an option is wrong; NetworkBusyError while the network learns
   * @example
   * ```ts
   * import { Network } from 'descent-nn'
   *
   * const network = new Network([2, 3, 1], { seed: 1 })
   * const { cost, weights, biases } = network.gradients([[0, 1], [1, 1]], [[1], [0]], { l2: 0.1 })
   * console.log(cost, weights[0], biases[1])
   * ```
   */
  gradients(x: Rows, y: Answers, options: PenaltyOptions = {}): Gradients {
    this.#engine.requireUnchanging('gradients')
    return gradients(this.#engine, x, y, options)
  }

  /**
   * Computes what every layer of the network computes for some rows, synchronously on this thread: the weighted inputs z
   * and the activations a, and with desired outputs also the errors delta = dC/dz (Nielsen, chapter 2). C is the cost of
   * each row alone, without penalties, so the slopes that `gradients` returns are means over the rows: the slope of a bias
   * is the mean of delta, and that of a weight the mean of delta times the input of the weight. Dropout is off. While the
   * network learns, this method reads a copy of the parameters.
   *
   * @param x Rows x inputs, as a dataset, a flat array of numbers or an array of rows. Bytes are scaled by 1/255. The
   * labels and targets of a dataset are not used.
   * @param y The desired outputs: the class number of each row, or rows x outputs targets.
   * @returns For each layer `z`, `a` and, if `y` was given, `delta`. Each is an array of rows x outputs of the layer,
   * row-major. `inputs` has what the first layer gets: rows x inputs.
   * @throws DataError if the rows, labels or targets do not fit the network or have a number that is not finite;
   * OptionError if `x` or `y` is no array, or if `y` is given and the activation of a layer is `step`, which has no slope;
   * NetworkBusyError during `partialFit`, which makes no copy
   * @example
   * ```ts
   * import { Network } from 'descent-nn'
   *
   * const network = new Network([2, 3, 2], { seed: 1 })
   * const { layers } = network.activations([[0, 1], [1, 1]], [1, 0])
   * console.log('outputs:', layers[1].a, 'errors of the hidden neurons:', layers[0].delta)
   * ```
   */
  activations(x: Rows | Dataset, y: Answers): Activations<LayerErrors>
  /**
   * Computes what every layer computes for some rows. Without `y`, it computes no errors.
   *
   * @param x Rows x inputs, as a dataset, a flat array of numbers or an array of rows.
   * @param y The desired outputs, or undefined.
   * @returns For each layer `z`, `a` and, if `y` is not undefined, `delta`.
   */
  activations(x: Rows | Dataset, y?: Answers): Activations | Activations<LayerErrors>
  activations(x: Rows | Dataset, y?: Answers): Activations | Activations<LayerErrors> {
    return activations(this.#engine.workspaceNow('activations'), x, y)
  }

  /**
   * Describes the network as text: a table with a line for each layer, followed by the number of parameters, the cost,
   * the initializer and the backend.
   *
   * @returns The text.
   * @example
   * ```ts
   * import { Network } from 'descent-nn'
   *
   * console.log(new Network([784, 30, 10]).summary())
   * ```
   */
  summary(): string {
    return summarize(this.#engine)
  }

  /**
   * Lists the commands, such as matrix products, that the backends execute to process a batch.
   *
   * @param task The task. Default 'train'.
   * @param options `rows` is the number of rows of a batch. Default 10.
   * @returns A line for each command.
   * @throws OptionError if the task does not exist, or if `rows` is not a whole number of at least 1
   * @example
   * ```ts
   * import { Network } from 'descent-nn'
   *
   * console.log(new Network([784, 30, 10]).listing('train', { rows: 10 }))
   * ```
   */
  listing(task: TaskName = 'train', { rows = 10 }: { rows?: number } = {}): string {
    return list(this.#engine, task, rows)
  }

  /**
   * Writes the network to a safetensors file: parameters, description, standardization, label names, input names and
   * history. If the file cannot be written completely, an existing file is not changed, unless `atomic` is false.
   *
   * @param path The file to write.
   * @param options Whether to replace the file in one step (the default) or to overwrite it in place, for files that
   * cannot be replaced.
   * @returns A promise that resolves when the file is on the disk.
   * @throws OptionError if an option is wrong; ModelError if the file cannot be written; NetworkBusyError while the
   * network learns
   * @example
   * ```ts
   * import { Network } from 'descent-nn'
   *
   * await new Network([784, 30, 10], { seed: 1 }).save('untrained.safetensors')
   * ```
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    await this.#engine.hold('save', () => writeModel(path, this.#engine, this.#state, { options }))
  }

  /**
   * Returns an object from which another thread makes a network with `Network.fromShared`. The parameters are not
   * copied: both networks use the same memory.
   *
   * @returns An object for `workerData` or `postMessage`.
   * @throws BackendError if the platform has no shared memory; NetworkBusyError while the network learns
   * @example
   * ```ts
   * import { Worker } from 'node:worker_threads'
   * import { Network } from 'descent-nn'
   *
   * const network = await Network.load('digits.safetensors')
   * new Worker('./answer.mjs', { workerData: network.share() })
   * ```
   */
  share(): SharedNetwork {
    this.#engine.requireUnchanging('share')
    return shareOf(this.#engine, this.#state)
  }

  /**
   * Returns the bytes that `save` would write to a file, in the safetensors format.
   *
   * @returns The contents of the file.
   * @throws NetworkBusyError while the network learns
   * @example
   * ```ts
   * import { Network } from 'descent-nn'
   *
   * const bytes = new Network([2, 3, 1], { seed: 1 }).toBytes()
   * const copy = Network.fromBytes(bytes)
   * console.log(copy.parameters.length)
   * ```
   */
  toBytes(): OwnBytes {
    this.#engine.requireUnchanging('toBytes')
    return encodeModel(this.#engine, this.#state)
  }

  #train(
    rows: Dataset | BatchSource,
    options: (TrainOptions | SourceOptions) & PauseOptions,
  ): AsyncGenerator<Epoch | Pause, Epoch[], undefined> {
    requireOwn(this.#state, 'train')
    const run = planRun(this.#engine, this.#state, rows, options)
    return traceRun('train', () => ({ network: this, method: 'train', training: rows, options }), train(run))
  }

  /**
   * Shows the network in a notebook of Deno: the Jupyter kernel calls this method. While the network learns, it returns only
   * the text.
   *
   * @returns Texts by media type: the summary, and the diagram with the weights as HTML and as SVG.
   */
  [notebookDisplay](): NotebookTexts {
    try {
      return networkTexts(this, this.summary())
    } catch (error) {
      if (!(error instanceof NetworkBusyError)) throw error
      return { 'text/plain': this.summary() }
    }
  }

  /** Publishes trace events about an answer. */
  #traced<Answer>(method: string, { rows }: Dataset, options: RunOptions, answer: () => Promise<Answer>) {
    return trace('predict', () => ({ network: this, method, rows, options }), answer)
  }

  /** Computes the answer in a workspace that no other call uses at the same time, and publishes trace events. */
  #answer<Answer, Options extends RunOptions>(
    method: string,
    dataset: Dataset,
    options: Options,
    compute: (workspace: Workspace, dataset: Dataset, options: Options) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#traced(method, dataset, options, () =>
      this.#engine.answer(method, (workspace) => compute(workspace, dataset, options)),
    )
  }

  /** Like `#answer`. Calls with few rows share a pass with others, unless a signal can stop them. */
  #answerRows<Answer extends FloatArray | Int32Array>(
    method: string,
    dataset: Dataset,
    options: RunOptions,
    compute: (workspace: Workspace, dataset: Dataset, options?: RunOptions) => Promise<Answer>,
  ): Promise<Answer> {
    if (options.signal) return this.#answer(method, dataset, options, compute)
    return this.#traced(method, dataset, options, () => this.#engine.answerRows(method, dataset, compute))
  }

  #rowsFor(what: string, rows: Rows | Dataset, options: RunOptions): Dataset {
    checkRunOptions(what, options)
    return datasetOf(rows, this.#engine)
  }
}
