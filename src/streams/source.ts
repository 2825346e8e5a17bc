import { DataError, OptionError, optionError } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import type { NetworkInputs } from '../engine/input-names.js'
import type { NetworkRange } from '../engine/input-range.js'
import { datasetOf, type Rows } from '../engine/input-rows.js'

/** A source of batches, such as a database query, a file or an array. */
export type Batches<Batch> = AsyncIterable<Batch> | Iterable<Batch>

const expected = 'an iterable or async iterable of batches'

/** @throws OptionError unless the source is an iterable or an async iterable */
export function checkSource(source: unknown): void {
  const isObject = typeof source === 'object' && source !== null && !ArrayBuffer.isView(source)
  if (!isObject || !(Symbol.asyncIterator in source || Symbol.iterator in source)) {
    throw optionError({ source }, expected)
  }
}

/** Returns the iterator of a source. @throws OptionError if the source does not give an iterator */
export function openSource<Batch>(source: Batches<Batch>): AsyncIterator<Batch> | Iterator<Batch> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  if (typeof iterator?.next !== 'function') throw optionError({ source }, expected)
  return iterator
}

/**
 * Returns the rows of a batch as a dataset for the network. A dataset is returned without copying if it has the inputs
 * of the network in the same order, and any other batch is copied.
 * @throws DataError or OptionError if the rows are invalid. The message names the batch.
 */
export function datasetOfBatch(rows: Dataset | Rows, number: number, network: NetworkInputs & NetworkRange): Dataset {
  try {
    return datasetOf(rows, network)
  } catch (error) {
    if (error instanceof DataError) throw new DataError(`batch ${number}: ${error.message}`, { cause: error })
    if (error instanceof OptionError) throw new OptionError(`batch ${number}: ${error.message}`, { cause: error })
    throw error
  }
}

/**
 * Returns a promise that settles like the given promise, but rejects with the signal's reason as soon as the signal is
 * aborted.
 */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
