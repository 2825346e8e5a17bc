import { classOf, confidenceIn } from '../base/argmax.js'
import { isRefusedPromise } from '../base/checks.js'
import { DataError } from '../base/errors.js'
import { allocate, type FloatArray } from '../base/memory.js'
import { isBytes } from '../base/typed-arrays.js'
import { outputsOf } from '../compile/spec.js'
import { paddedRows } from '../engine/input-rows.js'
import type { Workspace } from '../engine/workspace.js'
import { floatArrayType } from '../program/arena.js'
import type { Batch } from './batch.js'
import type { Classification, ClassifierOptions, PredictorOptions } from './stream-options.js'

/** Computes the results for a batch, and creates the value that the stream outputs for each row. */
export interface Answers {
  /** Runs the network on a batch, using `workspace`. */
  compute(workspace: Workspace, batch: Batch): Promise<void>
  /**
   * Returns what the stream outputs for a row of the last computed batch.
   * @throws DataError if the option `keep` is a function and returns null, undefined or a promise, or if `keep` is true
   * and a result would replace a property of the row
   */
  answer(batch: Batch, index: number): unknown
}

export interface AnswerSettings {
  /** The maximum number of rows in a batch. */
  readonly batchSize: number
  readonly scale: number | undefined
}

/** Creates the object that computes the results of a classifier stream. */
export function createClassifications<Row>(
  engine: Pick<Workspace, 'spec' | 'dtype' | 'chunkRows'>,
  names: () => readonly string[] | undefined,
  keep: ClassifierOptions<Row>['keep'],
  settings: AnswerSettings,
): Answers {
  if (!keep) {
    const classes = allocate(Int32Array, paddedRows(settings.batchSize, engine.chunkRows))
    return {
      compute: (workspace, batch) => run(workspace, batch, settings, { task: 'classify', results: { classes } }),
      answer: (_, index) => names()?.[classes[index]] ?? classes[index],
    }
  }
  const { compute, outputs, width } = createOutputs(engine, settings)
  return {
    compute,
    answer(batch, index) {
      const best = classOf(outputs, index * width, width)
      const label = names()?.[best]
      const confidence = confidenceIn(best, outputs, index * width, width)
      const answer: Classification =
        label === undefined ? { class: best, confidence } : { class: best, label, confidence }
      const row = batch.row(index) as Row
      const number = batch.number(index)
      return keep === true ? withAnswer(row, answer, number) : checkKept(keep(row, answer), number)
    },
  }
}

/** Creates the object that computes the results of a predictor stream. */
export function createPredictions<Row>(
  engine: Pick<Workspace, 'spec' | 'dtype' | 'chunkRows'>,
  keep: PredictorOptions<Row>['keep'],
  settings: AnswerSettings,
): Answers {
  const { compute, outputs, width } = createOutputs(engine, settings)
  const own = (index: number) => outputs.slice(index * width, (index + 1) * width)
  if (!keep) return { compute, answer: (_, index) => own(index) }
  return {
    compute,
    answer(batch, index) {
      const row = batch.row(index) as Row
      if (keep === true) return withAnswer(row, { outputs: own(index) }, batch.number(index))
      return checkKept(keep(row, own(index)), batch.number(index))
    },
  }
}

function createOutputs(engine: Pick<Workspace, 'spec' | 'dtype' | 'chunkRows'>, settings: AnswerSettings) {
  const width = outputsOf(engine.spec)
  const rows = paddedRows(settings.batchSize, engine.chunkRows)
  const outputs = allocate<FloatArray>(floatArrayType(engine.dtype), rows * width)
  const compute: Answers['compute'] = (workspace, batch) =>
    run(workspace, batch, settings, { task: 'predict', results: { outputs } })
  return { compute, outputs, width }
}

interface Answering {
  readonly task: 'predict' | 'classify'
  readonly results: { readonly outputs: FloatArray } | { readonly classes: Int32Array }
}

function run(
  workspace: Workspace,
  { inputs, count }: Batch,
  { scale }: AnswerSettings,
  { task, results }: Answering,
): Promise<void> {
  const size = paddedRows(count, workspace.chunkRows)
  const inputScale = scale ?? (isBytes(inputs) ? 1 / 255 : 1)
  return workspace.run({
    task,
    rows: Math.min(workspace.chunkRows, size),
    size,
    source: { inputs, ...results },
    scalars: { inputScale },
  })
}

/**
 * Returns a copy of the row with the properties of `answer` added. If the row is not a plain object, returns
 * `{ row, ...answer }`.
 * @throws DataError if the row already has a property that `answer` would replace
 */
function withAnswer(row: unknown, answer: object, number: number): object {
  if (!isPlain(row)) return { row, ...answer }
  for (const name of Object.keys(answer)) {
    if (Object.hasOwn(row, name)) {
      throw new DataError(
        `row ${number} already has a property ${JSON.stringify(name)}, which the answer would replace: use a function as 'keep'`,
      )
    }
  }
  return { ...row, ...answer }
}

/**
 * Whether `row` is a plain object. An object from another realm, such as a vm context, has a different
 * Object.prototype. So this only checks that the prototype has no prototype itself.
 */
function isPlain(row: unknown): row is object {
  if (typeof row !== 'object' || row === null) return false
  const prototype = Object.getPrototypeOf(row)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/**
 * Checks the result of `keep`. A null result would end the stream, and a promise would be output without being awaited.
 * @throws DataError if the result is null, undefined or a promise
 */
function checkKept(answer: unknown, number: number): unknown {
  if (isRefusedPromise(answer)) {
    throw new DataError(`the function 'keep' must return a value for row ${number}, not a promise`)
  }
  if (answer !== null && answer !== undefined) return answer
  throw new DataError(`the function 'keep' must return a value for row ${number}, not ${answer}`)
}
