import type { Dataset } from '../../data/dataset.js'
import { checkKeys, DataError, optionError } from '../../errors.js'
import type { FloatArray } from '../../memory.js'
import { closeSource } from '../close-source.js'
import type { Engine } from '../engine.js'
import { classify, predict } from '../evaluate.js'
import { datasetOf, type Rows } from '../rows.js'
import { checkSignal } from './options.js'

export interface BatchesOptions<Batch> {
  /** How a batch of the source becomes rows. Default: it is a Dataset, a typed array of rows x inputs or an array of rows. */
  readonly inputs?: ((batch: Batch) => Dataset | Rows) | undefined
  /** Ends the run within a slice, also while the source is waited for: the generator throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Batches, one after the other: of a database, of a file, of an array. */
export type Batches<Batch> = AsyncIterable<Batch> | Iterable<Batch>

interface Fetched<Batch> {
  readonly batch: Batch
  readonly dataset: Dataset
}

/** A batch, as it came from the source, and the answers to its rows. */
export interface ClassifiedBatch<Batch> {
  readonly batch: Batch
  /** The number of the largest output for every row. */
  readonly classes: Int32Array
}

export interface PredictedBatch<Batch> {
  readonly batch: Batch
  /** Rows x outputs, row-major. */
  readonly outputs: FloatArray
}

/** The classes of the rows of each batch, in order. The next batch is fetched while one is computed. @throws OptionError */
export function classifyBatches<Batch>(
  engine: Engine,
  source: Batches<Batch>,
  options: BatchesOptions<Batch>,
): AsyncGenerator<ClassifiedBatch<Batch>, void, undefined> {
  return answerBatches('classifyBatches', engine, source, options, async (dataset, batch) => ({
    batch,
    classes: await classify(engine, dataset, options),
  }))
}

/** The same with the outputs for the rows. @throws OptionError */
export function predictBatches<Batch>(
  engine: Engine,
  source: Batches<Batch>,
  options: BatchesOptions<Batch>,
): AsyncGenerator<PredictedBatch<Batch>, void, undefined> {
  return answerBatches('predictBatches', engine, source, options, async (dataset, batch) => ({
    batch,
    outputs: await predict(engine, dataset, options),
  }))
}

function answerBatches<Batch, Answer>(
  what: string,
  engine: Engine,
  source: Batches<Batch>,
  options: BatchesOptions<Batch>,
  answer: (dataset: Dataset, batch: Batch) => Promise<Answer>,
): AsyncGenerator<Answer, void, undefined> {
  checkKeys(what, options, ['inputs', 'signal'])
  const { inputs, signal } = options
  if (inputs !== undefined && typeof inputs !== 'function') throw optionError({ inputs }, 'a function')
  checkSignal(signal)
  if (!isIterable(source)) throw optionError({ source }, 'an iterable or async iterable of batches')
  return run(what, engine, source, options, answer)
}

function isIterable(source: unknown): boolean {
  if (typeof source !== 'object' || source === null || ArrayBuffer.isView(source)) return false
  return Symbol.asyncIterator in source || Symbol.iterator in source
}

async function* run<Batch, Answer>(
  what: string,
  engine: Engine,
  source: Batches<Batch>,
  { inputs, signal }: BatchesOptions<Batch>,
  answer: (dataset: Dataset, batch: Batch) => Promise<Answer>,
): AsyncGenerator<Answer, void, undefined> {
  signal?.throwIfAborted()
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  let number = 0
  let isOpen = true
  let hasFailed = false
  let isFetching = false

  async function fetch(): Promise<Fetched<Batch> | undefined> {
    isFetching = true
    let next: IteratorResult<Batch> | undefined
    try {
      next = await iterator.next()
    } finally {
      isFetching = false
      // A source that throws has closed itself.
      isOpen = next !== undefined && !next.done
    }
    if (next.done) return undefined
    const batch = next.value
    return { batch, dataset: toDataset(inputs ? inputs(batch) : (batch as Dataset | Rows), number++, engine) }
  }
  const fetchNext = () => {
    const fetching = fetch()
    // Its error comes when it is its turn, or never, where nobody asks for it any more.
    fetching.catch(() => {})
    return fetching
  }

  let next = fetchNext()
  try {
    for (;;) {
      const fetched = await abortable(next, signal)
      if (!fetched) return
      const turn = engine.takeTurn(what, () => {
        signal?.throwIfAborted()
        const answering = answer(fetched.dataset, fetched.batch)
        next = fetchNext()
        return answering
      })
      yield await abortable(turn, signal)
    }
  } catch (error) {
    hasFailed = true
    throw error
  } finally {
    if (isOpen) await closeSource(iterator, { isAsked: isFetching, hasFailed })
  }
}

function toDataset(rows: Dataset | Rows, number: number, { spec }: Engine): Dataset {
  try {
    return datasetOf(rows, spec.inputs)
  } catch (error) {
    if (error instanceof DataError) throw new DataError(`batch ${number}: ${error.message}`, { cause: error })
    throw error
  }
}

/** The promise, or the reason of the signal as soon as it aborts. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
