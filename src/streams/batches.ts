import { checkKeys, checkSignal, isRefusedPromise } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import type { Dataset } from '../data/dataset.js'
import { closeSource } from '../engine/close-source.js'
import type { Engine } from '../engine/engine.js'
import { classify, predict } from '../engine/evaluate.js'
import type { Rows } from '../engine/input-rows.js'
import type { Workspace } from '../engine/workspace.js'
import { abortable, type Batches, checkSource, datasetOfBatch, openSource } from './source.js'

export type { Batches } from './source.js'

export interface BatchesOptions<Batch> {
  /**
   * Returns the rows of a batch. Without this function, the batch itself must be a Dataset, a typed array (rows x
   * inputs) or an array of rows.
   */
  readonly inputs?: ((batch: Batch) => Dataset | Rows) | undefined
  /**
   * When this signal is aborted, the generator throws the signal's reason. It does not wait for the next batch of the
   * source.
   */
  readonly signal?: AbortSignal | undefined
}

interface Fetched<Batch> {
  readonly batch: Batch
  readonly dataset: Dataset
  /** Whether the dataset belongs to the source and is not a copy. */
  readonly isLent: boolean
}

/** A batch from the source, and the class of each of its rows. */
export interface ClassifiedBatch<Batch> {
  readonly batch: Batch
  /** The class of each row, as `network.classify` gives it. */
  readonly classes: Int32Array
}

/** A batch from the source, and the outputs for each of its rows. */
export interface PredictedBatch<Batch> {
  readonly batch: Batch
  /** The outputs of the network (rows x outputs), row-major. */
  readonly outputs: FloatArray
}

/**
 * Yields the classes of the rows of each batch, in order. While the network processes a batch, the next batch is
 * fetched from the source.
 * @throws OptionError if an option is wrong or the source is not iterable
 */
export function classifyBatches<Batch>(
  engine: Engine,
  source: Batches<Batch>,
  options: BatchesOptions<Batch>,
): AsyncGenerator<ClassifiedBatch<Batch>, void, undefined> {
  return answerBatches('classifyBatches', engine, source, options, async (workspace, dataset, batch) => ({
    batch,
    classes: await classify(workspace, dataset, options),
  }))
}

/**
 * Yields the outputs for the rows of each batch, in order. While the network processes a batch, the next batch is
 * fetched from the source.
 * @throws OptionError if an option is wrong or the source is not iterable
 */
export function predictBatches<Batch>(
  engine: Engine,
  source: Batches<Batch>,
  options: BatchesOptions<Batch>,
): AsyncGenerator<PredictedBatch<Batch>, void, undefined> {
  return answerBatches('predictBatches', engine, source, options, async (workspace, dataset, batch) => ({
    batch,
    outputs: await predict(workspace, dataset, options),
  }))
}

function answerBatches<Batch, Answer>(
  what: string,
  engine: Engine,
  source: Batches<Batch>,
  options: BatchesOptions<Batch>,
  answer: (workspace: Workspace, dataset: Dataset, batch: Batch) => Promise<Answer>,
): AsyncGenerator<Answer, void, undefined> {
  checkKeys(what, options, ['inputs', 'signal'])
  const { inputs, signal } = options
  if (inputs !== undefined && typeof inputs !== 'function') throw optionError({ inputs }, 'a function')
  checkSignal(signal)
  checkSource(source)
  return run(what, engine, source, options, answer)
}

async function* run<Batch, Answer>(
  what: string,
  engine: Engine,
  source: Batches<Batch>,
  { inputs, signal }: BatchesOptions<Batch>,
  answer: (workspace: Workspace, dataset: Dataset, batch: Batch) => Promise<Answer>,
): AsyncGenerator<Answer, void, undefined> {
  signal?.throwIfAborted()
  const iterator = openSource(source)
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
      // An iterator that throws is closed already and must not be closed again.
      isOpen = next !== undefined && !next.done
    }
    if (next.done) return undefined
    const batch = next.value
    const rows = inputs ? inputs(batch) : (batch as Dataset | Rows)
    isRefusedPromise(rows)
    const dataset = datasetOfBatch(rows, number++, engine)
    return { batch, dataset, isLent: dataset === rows }
  }
  const fetchNext = () => {
    const fetching = fetch()
    // If fetching fails, the error is thrown where this promise is awaited. Handle the rejection here too, because Node
    // would report it as unhandled if the promise is awaited late or never.
    fetching.catch(() => {})
    return fetching
  }

  let next: Promise<Fetched<Batch> | undefined> | undefined
  let before: Dataset | undefined
  try {
    for (;;) {
      next ??= fetchNext()
      const fetched = await abortable(next, signal)
      next = undefined
      if (!fetched) return
      const { dataset, isLent } = fetched
      // Some sources reuse the memory of a dataset for the next batch. If this source may do so, fetch the next batch
      // only after the consumer has finished with the current one. Waiting is faster than copying each dataset.
      const mayRefill = isLent && (!before || isSameMemory(dataset, before))
      before = dataset
      let hasBegun = false
      const turn = engine.answer(what, async (workspace) => {
        signal?.throwIfAborted()
        hasBegun = true
        const answering = answer(workspace, dataset, fetched.batch)
        if (!mayRefill) next = fetchNext()
        return answering
      })
      try {
        yield await abortable(turn, signal)
      } catch (error) {
        // When an abort is reported, this generator must have stopped using the network. So if its computation has
        // begun, wait until it ends. If it has not begun, do not wait, because other computations may come first.
        if (hasBegun) await turn.catch(() => undefined)
        throw error
      }
    }
  } catch (error) {
    hasFailed = true
    throw error
  } finally {
    if (isOpen) await closeSource(iterator, { isAsked: isFetching, hasFailed })
  }
}

function isSameMemory({ inputs: a }: Dataset, { inputs: b }: Dataset): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset
}
