import type { Writable } from 'node:stream'
import { type DataError, DescentError, inspectValue } from '../base/errors.js'
import type { BadRow, OnBadRow } from './stream-options.js'

/** Where the bad rows of a stream go. */
export interface Diversion<Row> {
  /** Hands a row over, and calls back as soon as the next may come, or with what went wrong. */
  divert(bad: BadRow<Row>, callback: (error?: Error | null) => void): void
  /** Calls back once every row has been taken. Where one never is, `fail` is told. */
  settle(callback: () => void): void
  /** Lets go of the stream that they were written to, which stays open. */
  release(): void
}

/** `fail` is told of an error of the stream that bad rows are written to. */
export function createDiversion<Row>(
  onBadRow: Exclude<OnBadRow<Row>, 'throw'>,
  fail: (error: Error) => void,
): Diversion<Row> {
  return typeof onBadRow === 'function' ? toFunction(onBadRow) : toStream(onBadRow, fail)
}

/** What a function of the user's threw at a row, as a stream can be destroyed with it: null and the like would be no error. */
export function thrownBy(option: string, number: number, error: unknown): Error {
  if (error) return error as Error
  return new DescentError(`the function '${option}' threw ${inspectValue(error)} at row ${number}`, { cause: error })
}

function toFunction<Row>(take: (row: Row, number: number, error: DataError) => void | Promise<void>): Diversion<Row> {
  return {
    divert({ row, number, error }, callback) {
      // A promise is waited for, so that a slow taker slows the source.
      const taken = (async () => take(row, number, error))()
      taken.then(
        () => callback(),
        (error) => callback(thrownBy('onBadRow', number, error)),
      )
    },
    settle: (callback) => callback(),
    release() {},
  }
}

function toStream<Row>(writable: Writable, fail: (error: Error) => void): Diversion<Row> {
  /** Rows that it has not said it has written; of those that it refused, one is enough. */
  let pending = 0
  let settled: (() => void) | undefined
  /** A stream that is destroyed without an error says nothing else, and never calls back for the row that it is at. */
  const close = () => {
    if (pending > 0) fail(new DescentError('the stream for bad rows was closed before it had written them all'))
  }
  writable.on('error', fail)
  writable.on('close', close)
  return {
    divert(bad, callback) {
      pending++
      // A full stream takes the next row once it has written this one; 'drain' never comes from a stream that is ended.
      const hasRoom = writable.write(bad, (error) => {
        // After its 'error' event, for which there must be a listener; one that was destroyed before has none.
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
