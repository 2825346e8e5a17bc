import type { Transform } from 'node:stream'
import { DataError } from '../base/errors.js'
import { isLongTurn } from '../base/event-loop.js'
import type { Engine } from '../engine/engine.js'
import { paddedRows } from '../engine/input-rows.js'
import type { Answers } from './answers.js'
import { createDiversion, thrownBy } from './bad-rows.js'
import { createBatch } from './batch.js'
import { nodeStreams } from './node-streams.js'
import { createRowReader } from './row-reader.js'
import type { BadRow, InputRow, StreamOptions } from './stream-options.js'

/** The number of rows that may wait until a batch has room for them. 16 is Node's default for streams of objects. */
const writableHighWaterMark = 16
/**
 * If fewer than this many results are unread, the stream outputs all results of the next batch. As the number is 1,
 * this happens when the consumer takes the last unread result.
 */
const readableHighWaterMark = 1
/** After this many rows or results, the stream checks whether the turn of the event loop has lasted too long. */
const rowsBetweenChecks = 16

type Callback = (error?: Error | null) => void

/**
 * Creates a stream that receives rows and outputs the results for them, in order. It has two batches. While one batch
 * is filled, the network processes the other one, or the results of the other one wait for the consumer. A batch is
 * processed when it is full, or at the end of a turn of the event loop if no more rows have arrived.
 */
export function createBatching<Row>(
  what: 'classifier' | 'predictor',
  engine: Engine,
  answers: Answers,
  {
    inputs,
    onBadRow = 'throw',
    signal,
    batchSize,
    keepsRows,
  }: StreamOptions<Row> & {
    readonly batchSize: number
    readonly keepsRows: boolean
  },
): Transform {
  const { Transform } = nodeStreams(what)
  const width = engine.spec.inputs
  const readRow = createRowReader(inputs, width, () => engine.kept.inputNames)
  const capacity = paddedRows(batchSize, engine.chunkRows)
  let filling = createBatch(capacity, width, keepsRows)
  let other = createBatch(capacity, width, keepsRows)
  /** The state of the batch `other`: 'free' if it is empty, 'answered' if its results wait for the consumer. */
  let state: 'free' | 'computing' | 'answered' | 'delivering' = 'free'
  /** Resolves when the current computation has ended, even if it failed. Undefined if no batch is being computed. */
  let computing: Promise<void> | undefined
  let readerWaits = false
  let seen = 0
  /**
   * A function that continues with the next row. It is called as soon as the batch `other` is free. The stream has to
   * wait for `other` if the batch `filling` is full, or if the next row needs a different type of array.
   */
  let held: (() => void) | undefined
  /** What happens after the last result: the stream ends, or it fails with the error of a row. */
  let last: { readonly done: () => void; readonly isError: boolean } | undefined
  /** The timer that starts to compute an incomplete batch at the end of this turn of the event loop. */
  let pendingStart: NodeJS.Immediate | undefined
  /** Whether the stream accepts no more rows in this turn of the event loop, because the turn has taken too long. */
  let isYielding = false

  // Create `diversion` before the stream. If the signal is already aborted, the constructor of the stream calls the
  // stream's `destroy`, which uses `diversion`.
  const diversion = onBadRow === 'throw' ? undefined : createDiversion(onBadRow, (error) => stream.destroy(error))

  const stream: Transform = new Transform({
    objectMode: true,
    writableHighWaterMark,
    readableHighWaterMark,
    ...(signal && { signal }),
    // Implement `write` instead of `transform`. The callback of `transform` may have to wait for Node's own `read`
    // function, but this stream replaces that function.
    write(row: Row, _encoding, callback) {
      // If `last` is set, the stream is about to end with an error. Do not call back, so that no more rows arrive.
      if (last) return
      const number = seen++
      let numbers: InputRow
      try {
        numbers = readRow(row, number)
      } catch (error) {
        if (error instanceof DataError) refuse({ row, number, error }, callback)
        else callback(error as Error)
        return
      }
      accept(numbers, row, number, callback)
    },
    flush(callback) {
      // If `last` is set, the stream is already about to end with an error.
      if (last) return
      last = { done: () => (diversion ? diversion.settle(callback) : callback()), isError: false }
      goOn()
    },
    read() {
      readerWaits = true
      if (state === 'answered') deliver(0)
      else endIfDone()
    },
    destroy(error, callback) {
      // Pause, because a destroyed stream still emits its buffered results, and Node's adapter for web streams cannot
      // handle these.
      this.pause()
      clearImmediate(pendingStart)
      held = undefined
      diversion?.release()
      // Call back only when the network is idle.
      if (computing) computing.then(() => callback(error))
      else callback(error)
    },
  })
  function accept(numbers: InputRow, row: Row, number: number, callback: Callback): void {
    if (!filling.suits(numbers)) {
      if (state !== 'free') {
        held = () => accept(numbers, row, number, callback)
        return
      }
      start()
    }
    try {
      filling.add(numbers, row, number)
    } catch (error) {
      // The memory for the batch could not be allocated.
      callback(error as Error)
      return
    }
    if (filling.count < batchSize) {
      if (state === 'free') startSoon()
    } else if (state === 'free') start()
    else {
      held = callback
      return
    }
    takeNext(callback)
  }

  /**
   * Requests the next row immediately, or in the next turn of the event loop if the current turn has taken too long.
   */
  function takeNext(callback: Callback): void {
    if (seen % rowsBetweenChecks !== 0 || !isLongTurn()) {
      callback()
      return
    }
    isYielding = true
    setImmediate(() => {
      isYielding = false
      callback()
    })
  }

  function refuse(bad: BadRow<Row>, callback: Callback): void {
    if (diversion) diversion.divert(bad, (error) => (error ? callback(error) : takeNext(callback)))
    else {
      // Delay the callback with the error until all earlier rows have their results. Until then, no more rows are
      // accepted.
      last = { done: () => callback(bad.error), isError: true }
      goOn()
    }
  }

  /**
   * Starts to compute an incomplete batch at the end of this turn of the event loop, so that the batch contains all
   * rows that arrive in this turn.
   */
  function startSoon(): void {
    pendingStart ??= setImmediate(() => {
      pendingStart = undefined
      if (isYielding) startSoon()
      else if (state === 'free' && filling.count > 0) start()
    })
  }

  function start(): void {
    clearImmediate(pendingStart)
    pendingStart = undefined
    const batch = filling
    filling = other
    other = batch
    state = 'computing'
    engine
      .answer(`a batch of the ${what}`, async (workspace) => {
        if (stream.destroyed) return
        const computed = answers.compute(workspace, batch)
        // Ignore the error here, because `answer` fails with the same error, which is handled below.
        computing = computed.catch(() => {})
        await computed
      })
      .then(
        () => {
          computing = undefined
          state = 'answered'
          if (readerWaits) deliver(0)
        },
        (error) => stream.destroy(error),
      )
    const goOnWithRow = held
    held = undefined
    goOnWithRow?.()
  }

  /**
   * Outputs the results of the computed batch, starting at index `from`. If the turn of the event loop lasts too long,
   * the output continues in the next turn.
   */
  function deliver(from: number): void {
    if (stream.destroyed) return
    readerWaits = false
    state = 'delivering'
    const { count } = other
    let i = from
    try {
      for (; i < count && !stream.destroyed; i++) {
        if (i > from && i % rowsBetweenChecks === 0 && isLongTurn()) {
          setImmediate(deliver, i)
          return
        }
        stream.push(answers.answer(other, i))
      }
    } catch (error) {
      endWith(thrownBy('keep', other.number(i), error))
    }
    if (stream.destroyed) return
    other.clear()
    state = 'free'
    goOn()
  }

  /**
   * Lets the stream fail with the error after the consumer has taken all delivered results. Later rows get no results.
   */
  function endWith(error: Error): void {
    clearImmediate(pendingStart)
    held = undefined
    filling.clear()
    last = { done: () => stream.destroy(error), isError: true }
  }

  /**
   * Starts to compute the next batch if all results of the previous batch have been delivered. Ends the stream if no
   * rows are left and no more will arrive.
   */
  function goOn(): void {
    if (state !== 'free') return
    if (filling.count === 0) endIfDone()
    else if (held || last) start()
    else startSoon()
  }

  function endIfDone(): void {
    if (!last || state !== 'free' || filling.count > 0) return
    const { done, isError } = last
    if (!isError) {
      last = undefined
      done()
    } else if (readerWaits || stream.readableLength === 0) {
      last = undefined
      // An error discards results that the consumer has not taken yet. So fail only in the next turn of the event loop,
      // when the consumer has taken the last result.
      setImmediate(done)
    }
  }

  return stream
}
