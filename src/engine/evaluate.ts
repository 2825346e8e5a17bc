import { checkKeys, checkSignal } from '../base/checks.js'
import { allocate, type FloatArray } from '../base/memory.js'
import { outputsOf } from '../compile/spec.js'
import type { Dataset } from '../data/dataset.js'
import { measure } from '../metrics/metrics.js'
import { checkMetrics, type MetricName } from '../metrics/names.js'
import { floatArrayType } from '../program/arena.js'
import type { Job } from './engine-job.js'
import { checkExamples } from './input-rows.js'
import type { Workspace } from './workspace.js'

/** How well a network performs on a dataset. */
export interface Evaluation {
  /** The mean cost of a row, without penalties. */
  readonly cost: number
  /**
   * The fraction of rows that are classified correctly, which means that the correct class has the largest output.
   * Undefined if the dataset has no labels.
   */
  readonly accuracy: number | undefined
  /** The number of rows that are classified correctly. Undefined if the dataset has no labels. */
  readonly correct: number | undefined
  /**
   * The confusion matrix. `confusion[label][answer]` is the number of rows with this label that the network classified
   * as `answer`.
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
}

/**
 * Metrics are computed for one chunk of rows at a time. This is the approximate number of outputs for a chunk: the
 * number of its rows times the number of outputs of the network. The outputs for a chunk take at most about a quarter
 * of a megabyte, and computing them takes about a millisecond.
 */
const chunkOutputs = 2 ** 15

/**
 * Checks that the dataset fits the network, and that the metrics are defined for the dataset.
 * @throws DataError if the dataset does not fit the network, OptionError if a metric is not defined for the dataset
 */
export function checkEvaluation(
  { spec }: Pick<Workspace, 'spec'>,
  dataset: Dataset,
  { metrics = [] }: EvaluateOptions,
): void {
  const classes = outputsOf(spec)
  checkExamples('the dataset', dataset, spec)
  checkMetrics({ metrics }, dataset, classes)
}

/**
 * Computes the cost of a dataset, its confusion matrix and the requested metrics.
 * @throws DataError if the dataset does not fit the network, OptionError if a metric is not defined for the dataset
 */
export async function evaluate(workspace: Workspace, dataset: Dataset, options: EvaluateOptions): Promise<Evaluation> {
  const { signal, metrics: names = [] } = options
  const classes = outputsOf(workspace.spec)
  // Check again, because the caller may have changed the labels while this evaluation waited for the network.
  checkEvaluation(workspace, dataset, options)
  const { inputs, labels, targets, scale, rows } = dataset
  const job: Job = {
    task: 'evaluate',
    rows: Math.min(workspace.chunkRows, rows),
    answers: labels ? 'labels' : 'targets',
    source: { inputs, labels, targets },
    size: rows,
    scalars: { inputScale: scale },
    signal,
  }
  await workspace.run(job)
  const cost = workspace.read(job, 'cost')[0] / rows
  const confusion = labels && matrixOf(workspace.read(job, 'confusion'), classes)
  const correct = confusion?.reduce((total, row, label) => total + row[label], 0)
  const accuracy = correct === undefined ? undefined : correct / rows
  const measurement = measure(names, dataset, classes)
  if (measurement.needsOutputs) {
    await forEachChunk(workspace, dataset, signal, (outputs, rows) => measurement.add(outputs, rows))
  }
  return { cost, accuracy, correct, confusion, metrics: measurement.metrics(confusion), rows }
}

function matrixOf(numbers: FloatArray, width: number): number[][] {
  return Array.from({ length: width }, (_, row) => [...numbers.subarray(row * width, (row + 1) * width)])
}

/**
 * Calls `take` for each chunk of rows, with the network's outputs for these rows. The array of outputs is reused for
 * the next chunk, so `take` must not keep it.
 */
async function forEachChunk(
  workspace: Workspace,
  dataset: Dataset,
  signal: AbortSignal | undefined,
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
    // The event loop can handle other events during this call, even if the dataset is large.
    await workspace.run({
      ...answerJob(workspace, rows, signal),
      task: 'predict',
      source: { inputs: rows.inputs, outputs },
    })
    take(outputs.subarray(0, rows.rows * width), rows)
  }
}

/** Returns the network's outputs for all rows, one row after another. */
export async function predict(workspace: Workspace, dataset: Dataset, { signal }: RunOptions): Promise<FloatArray> {
  const outputs = allocate<FloatArray>(floatArrayType(workspace.dtype), dataset.rows * outputsOf(workspace.spec))
  await workspace.run({
    ...answerJob(workspace, dataset, signal),
    task: 'predict',
    source: { inputs: dataset.inputs, outputs },
  })
  return outputs
}

/** Returns the class of every row: the index of the largest output, or for a single output 1 from 0.5 up and else 0. */
export async function classify(workspace: Workspace, dataset: Dataset, { signal }: RunOptions): Promise<Int32Array> {
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
