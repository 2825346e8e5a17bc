import { outputsOf } from '../compile/spec.js'
import type { Dataset } from '../data/dataset.js'
import { allocate, type FloatArray } from '../memory.js'
import { floatArrayType } from '../program/arena.js'
import type { Engine, Job } from './engine.js'
import { checkExamples } from './rows.js'

/** How well a network answers a dataset. */
export interface Evaluation {
  /** The mean cost of a row, without penalties. */
  readonly cost: number
  /** The share of rows whose largest output is that of their label; undefined where the dataset has no labels. */
  readonly accuracy: number | undefined
  /** The number of such rows. */
  readonly correct: number | undefined
  /** confusion[label][answer]: how many rows of each label were given which answer. */
  readonly confusion: number[][] | undefined
  /** The number of rows. */
  readonly size: number
}

export interface RunOptions {
  /** Stops the work within one slice; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

export async function evaluate(engine: Engine, dataset: Dataset, { signal }: RunOptions): Promise<Evaluation> {
  const classes = outputsOf(engine.spec)
  checkExamples('the dataset', dataset, engine.spec.inputs, classes)
  const { inputs, labels, targets, scale, size } = dataset
  const job: Job = {
    task: 'evaluate',
    rows: Math.min(engine.chunkRows, size),
    answers: labels ? 'labels' : 'targets',
    source: { inputs, labels, targets },
    size,
    scalars: { inputScale: scale },
    signal,
  }
  await engine.run(job)
  const cost = engine.read(job, 'cost')[0] / size
  if (!labels) return { cost, accuracy: undefined, correct: undefined, confusion: undefined, size }
  const counts = engine.read(job, 'confusion')
  const confusion = Array.from({ length: classes }, (_, label) => [
    ...counts.subarray(label * classes, (label + 1) * classes),
  ])
  const correct = confusion.reduce((total, row, label) => total + row[label], 0)
  return { cost, accuracy: correct / size, correct, confusion, size }
}

/** The network's answers to every row: rows x outputs. */
export async function predict(engine: Engine, dataset: Dataset, { signal }: RunOptions): Promise<FloatArray> {
  const outputs = allocate<FloatArray>(floatArrayType(engine.dtype), dataset.size * outputsOf(engine.spec))
  await engine.run({
    ...answerJob(engine, dataset, signal),
    task: 'predict',
    source: { inputs: dataset.inputs, outputs },
  })
  return outputs
}

/** The number of the largest output for every row. */
export async function classify(engine: Engine, dataset: Dataset, { signal }: RunOptions): Promise<Int32Array> {
  const classes = allocate(Int32Array, dataset.size)
  await engine.run({
    ...answerJob(engine, dataset, signal),
    task: 'classify',
    source: { inputs: dataset.inputs, classes },
  })
  return classes
}

function answerJob(engine: Engine, dataset: Dataset, signal: AbortSignal | undefined): Omit<Job, 'task' | 'source'> {
  const { size, scale } = dataset
  return { rows: Math.min(engine.chunkRows, size), size, scalars: { inputScale: scale }, signal }
}
