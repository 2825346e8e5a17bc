import type { Communicator } from '../backend/communicator.js'
import { classCount } from '../base/argmax.js'
import { checkKeys, checkSignal } from '../base/checks.js'
import { createChunkedLoop } from '../base/chunked-loop.js'
import { optionError } from '../base/errors.js'
import { allocate, type FloatArray } from '../base/memory.js'
import type { Range } from '../base/work-shares.js'
import { outputsOf } from '../compile/spec.js'
import type { Dataset } from '../data/dataset.js'
import { evaluationTexts, notebookDisplay } from '../drawing/notebook.js'
import { addRows, type ClassCounts, createClassCounts } from '../metrics/class-counts.js'
import { measure } from '../metrics/metrics.js'
import { checkMetrics, type MetricName } from '../metrics/names.js'
import { floatArrayType } from '../program/arena.js'
import type { Job } from './engine-job.js'
import { matchInputs } from './input-names.js'
import { checkExamples } from './input-rows.js'
import { rowsOfRank } from './shared-rows.js'
import type { Workspace } from './workspace.js'

/** How well a network performs on a dataset. */
export interface Evaluation {
  /** The mean cost of a row, without penalties. */
  readonly cost: number
  /**
   * The fraction of rows that are classified correctly, which means that the correct class has the largest output. A
   * single output stands for class 1 from 0.5 up, and for class 0 below. Undefined if the dataset has no labels.
   */
  readonly accuracy: number | undefined
  /** The number of rows that are classified correctly. Undefined if the dataset has no labels. */
  readonly correct: number | undefined
  /**
   * The confusion matrix. `confusion[label][answer]` is the number of rows with this label that the network classified
   * as `answer`. Undefined if the dataset has no labels, or if there are more than 1,000 classes and the option
   * `confusion` is not true.
   */
  readonly confusion: number[][] | undefined
  /** The requested metrics, by name. */
  readonly metrics: Record<string, number>
  /** The number of rows. */
  readonly rows: number
}

export interface RunOptions {
  /** A signal that stops the work after the current batch. The call then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Checks the options of a method such as `predict`. @throws OptionError if an option is wrong */
export function checkRunOptions(what: string, options: RunOptions): void {
  checkKeys(what, options, ['signal'])
  checkSignal(options.signal)
}

export interface EvaluateOptions extends RunOptions {
  /** The metrics to compute, such as ['top-3', 'f1'] or ['mse', 'r2']. By default, no metrics are computed. */
  readonly metrics?: readonly MetricName[] | undefined
  /**
   * Whether to return the confusion matrix. By default it is returned for at most 1,000 classes, because its memory
   * grows with the square of their number. With true it is returned for at most 8,192 classes, where it takes half a
   * gigabyte.
   */
  readonly confusion?: boolean | undefined
}

/** The options of `evaluate` inside the library. */
interface SharedEvaluateOptions extends EvaluateOptions {
  /** The ranks that share the rows. All must call `evaluate` with the same rows, and all get the same result. */
  readonly communicator?: Communicator | undefined
}

/** The maximum number of classes for which `evaluate` returns the confusion matrix if the caller does not ask for it. */
const defaultMatrixClasses = 1000
/** The maximum number of classes of a confusion matrix. A larger matrix could exceed the memory limit of V8. */
const maxMatrixClasses = 8192

/**
 * Metrics are computed for one chunk of rows at a time. This is the approximate number of outputs for a chunk: the
 * number of its rows times the number of outputs of the network. The outputs for a chunk take at most about a quarter
 * of a megabyte, and computing them takes about a millisecond.
 */
const chunkOutputs = 2 ** 15

/**
 * Checks that the dataset fits the network, and that the metrics are defined for the dataset.
 * @throws DataError if the dataset does not fit the network; OptionError if a metric is not defined for the dataset, or
 * if the option `confusion` is wrong
 */
export function checkEvaluation(
  { spec, kept }: Pick<Workspace, 'spec' | 'kept'>,
  dataset: Dataset,
  { metrics = [], confusion }: EvaluateOptions,
): void {
  const outputs = outputsOf(spec)
  const classes = classCount(outputs)
  if (confusion !== undefined && typeof confusion !== 'boolean') throw optionError({ confusion }, 'true or false')
  if (confusion && classes > maxMatrixClasses) {
    const expected = `false or undefined for ${classes} classes; a confusion matrix has at most ${maxMatrixClasses}`
    throw optionError({ confusion }, expected)
  }
  checkExamples('the dataset', dataset, { spec, kept })
  checkMetrics({ metrics }, dataset, outputs)
}

/**
 * Computes the cost of a dataset, its confusion matrix and the requested metrics.
 * @throws DataError if the dataset does not fit the network, OptionError if a metric is not defined for the dataset
 */
export async function evaluate(
  workspace: Workspace,
  given: Dataset,
  options: SharedEvaluateOptions,
): Promise<Evaluation> {
  const outputs = outputsOf(workspace.spec)
  const classes = classCount(outputs)
  const { signal, metrics: names = [], confusion: wantsConfusion = classes <= defaultMatrixClasses } = options
  const { communicator } = options
  // Check again, because the caller may have changed the labels while this evaluation waited for the network.
  checkEvaluation(workspace, given, options)
  const dataset = matchInputs('the dataset', given, workspace)
  const { labels, rows } = dataset
  const answers = labels && allocate(Int32Array, rows)
  const own = rowsOfRank(communicator, rows)
  const sum = Float64Array.of(await evaluateRows(workspace, dataset, own, answers, signal))
  if (communicator) {
    await communicator.allreduce(sum)
    // Each rank has zeros where the others have their answers.
    if (answers) await communicator.allreduce(answers)
  }
  const cost = sum[0] / rows
  const counts = labels && answers && (await countClasses(labels, answers, classes, signal))
  const correct = counts?.hits.reduce((total, count) => total + count, 0)
  const accuracy = correct === undefined ? undefined : correct / rows
  const confusion =
    labels && answers && wantsConfusion ? await createConfusion(labels, answers, classes, signal) : undefined
  const measurement = measure(names, dataset, outputs)
  if (measurement.needsOutputs) {
    await forEachChunk(workspace, dataset, options, (outputs, rows) => measurement.add(outputs, rows))
  }
  return withDisplay({ cost, accuracy, correct, confusion, metrics: measurement.metrics(counts), rows })
}

/** Returns some rows of a dataset, or the dataset itself if these are all. */
const rowsIn = (dataset: Dataset, { from, to }: Range): Dataset =>
  to - from === dataset.rows ? dataset : dataset.slice(from, to)

/**
 * Writes the classes of the rows from `from` up to `to` to `answers`, at the places of the rows. Returns the summed cost of
 * these rows.
 */
async function evaluateRows(
  workspace: Workspace,
  dataset: Dataset,
  range: Range,
  answers: Int32Array | undefined,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { from, to } = range
  if (from === to) return 0
  const { inputs, labels, targets, scale, rows } = rowsIn(dataset, range)
  const job: Job = {
    task: 'evaluate',
    rows: Math.min(workspace.chunkRows, rows),
    answers: labels ? 'labels' : 'targets',
    source: { inputs, labels, targets, classes: answers?.subarray(from, to) },
    size: rows,
    scalars: { inputScale: scale },
    signal,
  }
  await workspace.run(job)
  return workspace.read(job, 'cost')[0]
}

/** Makes an evaluation show itself in notebooks. The method is hidden, so that nothing copies, prints or compares it. */
function withDisplay(evaluation: Evaluation): Evaluation {
  return Object.defineProperty(evaluation, notebookDisplay, { value: () => evaluationTexts(evaluation) })
}

async function countClasses(
  labels: Int32Array,
  answers: Int32Array,
  classes: number,
  signal: AbortSignal | undefined,
): Promise<ClassCounts> {
  const counts = createClassCounts(classes)
  await createChunkedLoop(signal)(answers.length, (from, to) => addRows(counts, labels, answers, from, to))
  return counts
}

async function createConfusion(
  labels: Int32Array,
  answers: Int32Array,
  classes: number,
  signal: AbortSignal | undefined,
): Promise<number[][]> {
  const confusion: number[][] = []
  const loop = createChunkedLoop(signal)
  const addLabels = (from: number, to: number) => {
    for (let label = from; label < to; label++) confusion.push(new Array<number>(classes).fill(0))
  }
  await loop(classes, addLabels, classes)
  await loop(answers.length, (from, to) => {
    // The matrix may have no row for a label, because the caller may have changed it while this evaluation waited.
    for (let row = from; row < to; row++) if (labels[row] in confusion) confusion[labels[row]][answers[row]]++
  })
  return confusion
}

/**
 * Calls `take` for each chunk of rows, with the network's outputs for these rows. The array of outputs is reused for
 * the next chunk, so `take` must not keep it.
 */
async function forEachChunk(
  workspace: Workspace,
  dataset: Dataset,
  { signal, communicator }: SharedEvaluateOptions,
  take: (outputs: FloatArray, rows: Dataset) => void,
): Promise<void> {
  const width = outputsOf(workspace.spec)
  // Make the size of a chunk a multiple of the batch size. Then all batches except the last one have the same size.
  // This saves time, because each batch size needs its own program (a compiled list of kernel calls).
  const batches = Math.max(1, Math.floor(chunkOutputs / (workspace.chunkRows * width)))
  const chunkRows = Math.min(batches * workspace.chunkRows, dataset.rows)
  const outputs = allocate<FloatArray>(floatArrayType(workspace.dtype), chunkRows * width)
  for (let from = 0; from < dataset.rows; from += chunkRows) {
    const rows = dataset.slice(from, Math.min(from + chunkRows, dataset.rows))
    const answers = outputs.subarray(0, rows.rows * width)
    const own = rowsOfRank(communicator, rows.rows)
    if (communicator) answers.fill(0)
    // The event loop can handle other events during this call, even if the dataset is large.
    if (own.from < own.to) {
      const part = rowsIn(rows, own)
      await workspace.run({
        ...answerJob(workspace, part, signal),
        task: 'predict',
        source: { inputs: part.inputs, outputs: answers.subarray(own.from * width, own.to * width) },
      })
    }
    await communicator?.allreduce(answers)
    take(answers, rows)
  }
}

/** Returns the network's outputs for all rows, one row after another. */
export async function predict(
  workspace: Workspace,
  dataset: Dataset,
  { signal }: RunOptions = {},
): Promise<FloatArray> {
  const outputs = allocate<FloatArray>(floatArrayType(workspace.dtype), dataset.rows * outputsOf(workspace.spec))
  await workspace.run({
    ...answerJob(workspace, dataset, signal),
    task: 'predict',
    source: { inputs: dataset.inputs, outputs },
  })
  return outputs
}

/**
 * Returns the class of every row. The class is the index of the largest output. A single output gives class 1 if it is
 * at least 0.5, and class 0 otherwise.
 */
export async function classify(
  workspace: Workspace,
  dataset: Dataset,
  { signal }: RunOptions = {},
): Promise<Int32Array> {
  const classes = allocate(Int32Array, dataset.rows)
  await workspace.run({
    ...answerJob(workspace, dataset, signal),
    task: 'classify',
    source: { inputs: dataset.inputs, classes },
  })
  return classes
}

function answerJob(
  workspace: Workspace,
  dataset: Dataset,
  signal: AbortSignal | undefined,
): Omit<Job, 'task' | 'source'> {
  const { rows, scale } = dataset
  return { rows: Math.min(workspace.chunkRows, rows), size: rows, scalars: { inputScale: scale }, signal }
}
