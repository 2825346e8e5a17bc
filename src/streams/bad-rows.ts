import type { Writable } from 'node:stream'
import { type DataError, DescentError, inspectValue } from '../base/errors.js'
import type { BadRow, OnBadRow } from './stream-options.js'

/** The destination to which a stream passes its bad rows, which are rows with invalid inputs. */
export interface Diversion<Row> {
  /**
   * Passes a bad row to the destination. Calls back when the destination is ready for the next row, or with an error.
   */
  divert(bad: BadRow<Row>, callback: (error?: Error | null) => void): void
  /**
   * Calls back after all bad rows have been written. If a row cannot be written, the function `fail` that was passed to
   * `createDiversion` is called instead.
   */
  settle(callback: () => void): void
  /** Removes the listeners from the stream for bad rows. This stream stays open. */
  release(): void
}

/** Creates the destination for bad rows. `fail` is called if the stream for bad rows fails. */
export function createDiversion<Row>(
  onBadRow: Exclude<OnBadRow<Row>, 'throw'>,
  fail: (error: Error) => void,
): Diversion<Row> {
  return typeof onBadRow === 'function' ? toFunction(onBadRow) : toStream(onBadRow, fail)
}

/**
 * Returns the value that a user's function threw. If the value is falsy, such as null or 0, returns an error that
 * describes the value, because a stream that is destroyed with a falsy value does not report an error.
 */
export function thrownBy(option: string, number: number, error: unknown): Error {
  if (error) return error as Error
  return new DescentError(`the function '${option}' threw ${inspectValue(error)} at row ${number}`, { cause: error })
}

function toFunction<Row>(handle: (row: Row, number: number, error: DataError) => void | Promise<void>): Diversion<Row> {
  return {
    divert({ row, number, error }, callback) {
      // Await the result if it is a promise. The stream accepts no more rows until the user's function has finished.
      const handled = (async () => handle(row, number, error))()
      handled.then(
        () => callback(),
        (error) => callback(thrownBy('onBadRow', number, error)),
      )
    },
    settle: (callback) => callback(),
    release() {},
  }
}

function toStream<Row>(writable: Writable, fail: (error: Error) => void): Diversion<Row> {
  /** The number of rows that the stream has not confirmed as written. It includes rows whose write has failed. */
  let pending = 0
  let settled: (() => void) | undefined
  // Listen to 'close', because a stream that is destroyed without an error emits nothing else, and does not call back
  // for the row that it is writing.
  const close = () => {
    if (pending > 0) fail(new DescentError('the stream for bad rows was closed before it had written all of them'))
  }
  writable.on('error', fail)
  writable.on('close', close)
  return {
    divert(bad, callback) {
      pending++
      // If the stream is full, wait for this row to be written. Do not wait for 'drain', because a stream that has
      // ended never emits it.
      const hasRoom = writable.write(bad, (error) => {
        // Call `fail` here too, because a stream that was already destroyed does not emit 'error'. Delay the call,
        // because `fail` removes the 'error' listener, and the stream may emit 'error' right after this callback.
        // Without a listener, this event would crash the process.
        if (error) {
          setImmediate(fail, error)
          return
        }
        pending--
        if (!hasRoom) callback()
        if (pending === 0) settled?.()
      })
      if (hasRoom) callback()
    },
    settle(callback) {
      if (pending === 0) callback()
      else settled = callback
    },
    release() {
      settled = undefined
      writable.off('error', fail)
      writable.off('close', close)
    },
  }
}
