import { DataError, optionError } from '../base/errors.js'
import { Dataset } from '../data/dataset.js'
import type { BatchSource } from './source-plan.js'

/** An open source, read a batch at a time. */
export interface BatchReader {
  /**
   * The next batch and what to call it in a message; undefined at the end, and when it has been closed.
   * @throws OptionError or DataError; what the source throws
   */
  next(): Promise<{ batch: Dataset; name: string } | undefined>
  /** Ends a source that has more to give: what it holds, such as an open file, is let go of. */
  close(): Promise<void>
}

/** Opens the source for an epoch, and counts what it gives where it has to be `rows`. */
export function openReader(source: BatchSource, epoch: number, rows: number | undefined): BatchReader {
  const iterable = source()
  if (typeof iterable?.[Symbol.asyncIterator] !== 'function') {
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
        throw optionError({ [`what next() gives in epoch ${epoch}`]: result }, 'an object such as { done: true }')
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
      throw new DataError(`the source gave ${given} rows in epoch ${epoch}, not the ${rows} that the option rows says`)
    }
    return undefined
  }

  return {
    async next() {
      const result = await read()
      if (!result) return undefined
      const { value: batch } = result
      const name = `batch ${++batches} of epoch ${epoch}`
      if (!(batch instanceof Dataset)) throw optionError({ [name]: batch }, 'a Dataset')
      given += batch.rows
      if (rows !== undefined && given > rows) {
        throw new DataError(
          `${name} goes beyond the ${rows} rows that the option rows says: with it the source gave ${given}`,
        )
      }
      return { batch, name }
    },
    async close() {
      if (ended) return
      ended = true
      // What went wrong has a better error than what goes wrong here, and a source that is being waited for may never answer.
      const closed = (async () => iterator.return?.())().catch(() => undefined)
      if (!reading) await closed
    },
  }
}
