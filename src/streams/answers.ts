import { DataError } from '../base/errors.js'
import { allocate, type FloatArray } from '../base/memory.js'
import { outputsOf } from '../compile/spec.js'
import type { Engine } from '../engine/engine.js'
import { floatArrayType } from '../program/arena.js'
import type { Batch } from './batch.js'
import type { Classification, ClassifierOptions, PredictorOptions } from './stream-options.js'

/** Computes the answers to a batch, and says what is passed on for each of its rows. */
export interface Answers {
  /** `isLast` says that no batch comes after this one. */
  compute(batch: Batch, isLast: boolean): Promise<void>
  /** What is passed on for a row of the batch computed last. @throws DataError */
  answer(batch: Batch, index: number): unknown
}

export interface AnswerSettings {
  /** Rows that a batch has at most. */
  readonly batchSize: number
  readonly scale: number | undefined
}

/** Rows of programs for smaller batches are powers of two, so that a live source does not compile one for each number. */
export function paddedRows(count: number, chunkRows: number): number {
  if (count >= chunkRows) return Math.ceil(count / chunkRows) * chunkRows
  return Math.min(chunkRows, 2 ** Math.ceil(Math.log2(count)))
}

/** Answers by class. */
export function createClassifications<Row>(
  engine: Engine,
  names: () => readonly string[] | undefined,
  keep: ClassifierOptions<Row>['keep'],
  settings: AnswerSettings,
): Answers {
  if (!keep) {
    const classes = allocate(Int32Array, paddedRows(settings.batchSize, engine.chunkRows))
    return {
      compute: (batch, isLast) => run(engine, batch, isLast, settings, { task: 'classify', results: { classes } }),
      answer: (_, index) => names()?.[classes[index]] ?? classes[index],
    }
  }
  const { compute, outputs, width } = createOutputs(engine, settings)
  return {
    compute,
    answer(batch, index) {
      const best = argmax(outputs, index * width, width)
      const label = names()?.[best]
      const confidence = outputs[index * width + best]
      const answer: Classification =
        label === undefined ? { class: best, confidence } : { class: best, label, confidence }
      const row = batch.row(index) as Row
      return keep === true ? beside(row, answer, batch.number(index)) : passable(keep(row, answer), batch.number(index))
    },
  }
}

/** Answers by outputs. */
export function createPredictions<Row>(
  engine: Engine,
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
      if (keep === true) return beside(row, { outputs: own(index) }, batch.number(index))
      return passable(keep(row, own(index)), batch.number(index))
    },
  }
}

function createOutputs(engine: Engine, settings: AnswerSettings) {
  const width = outputsOf(engine.spec)
  const rows = paddedRows(settings.batchSize, engine.chunkRows)
  const outputs = allocate<FloatArray>(floatArrayType(engine.dtype), rows * width)
  const compute: Answers['compute'] = (batch, isLast) =>
    run(engine, batch, isLast, settings, { task: 'predict', results: { outputs } })
  return { compute, outputs, width }
}

interface Answering {
  readonly task: 'predict' | 'classify'
  readonly results: { readonly outputs: FloatArray } | { readonly classes: Int32Array }
}

function run(
  engine: Engine,
  { inputs, count }: Batch,
  isLast: boolean,
  { scale }: AnswerSettings,
  { task, results }: Answering,
): Promise<void> {
  // The last batch as `predict` runs it: full ones and such a last one get its bits.
  const size = isLast ? count : paddedRows(count, engine.chunkRows)
  const inputScale = scale ?? (inputs instanceof Uint8Array ? 1 / 255 : 1)
  return engine.run({
    task,
    rows: Math.min(engine.chunkRows, size),
    size,
    source: { inputs, ...results },
    scalars: { inputScale },
  })
}

/** Puts the answer beside the row: as further properties of a plain object, or next to anything else. @throws DataError */
function beside(row: unknown, answer: object, number: number): object {
  if (!isPlain(row)) return { row, ...answer }
  const known = row
  for (const name of Object.keys(answer)) {
    if (Object.hasOwn(known, name)) {
      throw new DataError(
        `row ${number} has a ${JSON.stringify(name)} of its own, which its answer would replace: give 'keep' a function`,
      )
    }
  }
  return { ...known, ...answer }
}

/** An object that is nothing but its properties. One of another thread or context has a prototype of its own, at the end of the chain. */
function isPlain(row: unknown): row is object {
  if (typeof row !== 'object' || row === null) return false
  const prototype = Object.getPrototypeOf(row)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** No stream of objects can pass on null, which is its end; and a promise would be passed on unresolved. */
function passable(answer: unknown, number: number): unknown {
  if (answer instanceof Promise) {
    // What it is rejected with is nobody's any more.
    answer.catch(() => undefined)
    throw new DataError(
      `the function 'keep' must give what is passed on for row ${number} at once, not a promise of it`,
    )
  }
  if (answer !== null && answer !== undefined) return answer
  throw new DataError(`the function 'keep' must give what is passed on for row ${number}, not ${answer}`)
}

/** As `classify` chooses: the first of equal outputs, and the first NaN before any number. */
function argmax(values: FloatArray, from: number, count: number): number {
  let best = 0
  for (let j = 0; j < count; j++) {
    const value = values[from + j]
    if (Number.isNaN(value)) return j
    if (value > values[from + best]) best = j
  }
  return best
}
