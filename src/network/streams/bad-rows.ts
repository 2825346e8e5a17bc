import type { Writable } from 'node:stream'
import type { DataError } from '../../errors.js'
import type { BadRow, OnBadRow } from './options.js'

/** Where the bad rows of a stream go. */
export interface Diversion<Row> {
  /** Hands a row over, and calls back as soon as the next may come, or with what went wrong. */
  divert(bad: BadRow<Row>, callback: (error?: Error | null) => void): void
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

function toFunction<Row>(take: (row: Row, number: number, error: DataError) => void | Promise<void>): Diversion<Row> {
  return {
    divert({ row, number, error }, callback) {
      // A promise is waited for, so that a slow taker slows the source.
      const taken = (async () => take(row, number, error))()
      taken.then(() => callback(), callback)
    },
    release() {},
  }
}

function toStream<Row>(writable: Writable, fail: (error: Error) => void): Diversion<Row> {
  writable.on('error', fail)
  return {
    divert(bad, callback) {
      // A full stream takes the next row once it has written this one; 'drain' never comes from a stream that is ended.
      const hasRoom = writable.write(bad, (error) => {
        // After its 'error' event, for which there must be a listener; one that was destroyed before has none.
        if (error) setImmediate(fail, error)
        else if (!hasRoom) callback()
      })
      if (hasRoom) callback()
    },
    release() {
      writable.off('error', fail)
    },
  }
}
