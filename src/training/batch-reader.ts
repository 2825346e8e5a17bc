import { isRefusedPromise } from '../base/checks.js'
import { DataError, optionError } from '../base/errors.js'
import { type Dataset, isDataset } from '../data/dataset.js'
import type { BatchSource } from './source-plan.js'

/** Reads the batches of a source one by one. */
export interface BatchReader {
  /**
   * Returns the next batch, and its name for error messages. Returns undefined at the end of the source and after
   * `close`.
   * @throws OptionError if the source yields something other than a Dataset; DataError if it yields more or fewer rows
   * than the option `rows` says. Errors of the source itself are thrown unchanged.
   */
  next(): Promise<{ batch: Dataset; name: string } | undefined>
  /** Stops the source before its end, so that the source releases its resources, such as an open file. */
  close(): Promise<void>
}

/** Opens the source for an epoch. If `rows` is given, the source must yield exactly that number of rows. */
export function openReader(source: BatchSource, epoch: number, rows: number | undefined): BatchReader {
  const iterable = source()
  if (typeof iterable?.[Symbol.asyncIterator] !== 'function') {
    isRefusedPromise(iterable)
    throw optionError({ 'what the source returns': iterable }, 'an async iterable of datasets')
  }
  const iterator = iterable[Symbol.asyncIterator]()
  if (typeof iterator?.next !== 'function') {
    throw optionError({ 'the iterator of the source': iterator }, 'an object with a function next')
  }
  let batches = 0
  let given = 0
  let reading = false
  let ended = false

  async function read(): Promise<{ value: Dataset } | undefined> {
    if (ended) return undefined
    reading = true
    try {
      const result = await iterator.next()
      if (typeof result !== 'object' || result === null) {
        throw optionError({ [`the result of next() in epoch ${epoch}`]: result }, 'an object such as { done: true }')
      }
      const { done, value } = result
      if (!done) return ended ? undefined : { value }
    } catch (error) {
      ended = true
      throw error
    } finally {
      reading = false
    }
    const closed = ended
    ended = true
    if (!closed && rows !== undefined && given < rows) {
      throw new DataError(`the source gave ${given} rows in epoch ${epoch}, but the option rows is ${rows}`)
    }
    return undefined
  }

  return {
    async next() {
      const result = await read()
      if (!result) return undefined
      const { value: batch } = result
      const name = `batch ${++batches} of epoch ${epoch}`
      if (!isDataset(batch)) throw optionError({ [name]: batch }, 'a Dataset')
      given += batch.rows
      if (rows !== undefined && given > rows) {
        throw new DataError(`the source gave ${given} rows up to ${name}, but the option rows is ${rows}`)
      }
      return { batch, name }
    },
    async close() {
      if (ended) return
      ended = true
      // An error during closing is ignored, because it would hide the error that ended the run. If a read is pending,
      // the source may never close, so do not wait for it.
      const closed = (async () => iterator.return?.())().catch(() => undefined)
      if (!reading) await closed
    },
  }
}
