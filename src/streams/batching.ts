import type { Transform } from 'node:stream'
import { DataError } from '../base/errors.js'
import { isLongTurn } from '../base/event-loop.js'
import type { Engine } from '../engine/engine.js'
import { type Answers, paddedRows } from './answers.js'
import { createDiversion, thrownBy } from './bad-rows.js'
import { createBatch } from './batch.js'
import { nodeStreams } from './node-streams.js'
import { createRowReader } from './row-reader.js'
import type { BadRow, InputRow, StreamOptions } from './stream-options.js'

/** How many rows may wait for a free batch: Node's default for streams of objects. */
const writableHighWaterMark = 16
/** Answers come in batches: the next batch is delivered when the reader takes the last answer. */
const readableHighWaterMark = 1
/** How many rows or answers are handled between two checks of the time. */
const rowsBetweenChecks = 16

type Callback = (error?: Error | null) => void

/**
 * Creates a stream that turns rows into answers, in order. It has two batches: one is filled while the other one is computed or
 * waits for the reader. A batch is computed when it is full, or at the end of a turn of the event loop if no more rows have come.
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
  const readRow = createRowReader(inputs, width)
  const capacity = paddedRows(batchSize, engine.chunkRows)
  let filling = createBatch(capacity, width, keepsRows)
  let other = createBatch(capacity, width, keepsRows)
  /** The state of the other batch: empty, being computed, computed and waiting for the reader, or being delivered. */
  let state: 'free' | 'computing' | 'answered' | 'delivering' = 'free'
  /** Resolves when the native side no longer uses the batch. */
  let computing: Promise<void> | undefined
  let readerWaits = false
  let seen = 0
  /** Continues with the row that needs an empty batch, or that has filled one. */
  let held: (() => void) | undefined
  /** What follows the last answer: the end of the stream, or the error of a row. */
  let last: { readonly done: () => void; readonly isError: boolean } | undefined
  /** Starts an incomplete batch in the next turn of the event loop. */
  let pendingStart: NodeJS.Immediate | undefined
  /** Whether no more rows are taken in this turn of the event loop, because it has been long. */
  let isYielding = false

  // Create this before the stream: a signal that is already aborted destroys the stream in its constructor.
  const diversion = onBadRow === 'throw' ? undefined : createDiversion(onBadRow, (error) => stream.destroy(error))

  const stream: Transform = new Transform({
    objectMode: true,
    writableHighWaterMark,
    readableHighWaterMark,
    ...(signal && { signal }),
    // `write` and not `transform`, which could not slow the source while the stream waits for a free batch.
    write(row: Row, _encoding, callback) {
      // Do not call back: no more rows may come.
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
      // The stream already ends with an error.
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
      // A destroyed stream still emits its buffered answers, which Node's adapter for web streams cannot handle.
      this.pause()
      clearImmediate(pendingStart)
      held = undefined
      diversion?.release()
      // Close only when the network is idle.
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
      // Not enough memory for a batch.
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

  /** Asks for the next row: now, or in the next turn of the event loop if this one has been long. */
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
      // Call back only at the end: until then no more rows come, and the rows before this one are answered.
      last = { done: () => callback(bad.error), isError: true }
      goOn()
    }
  }

  /** Starts an incomplete batch after the rows that come in this turn of the event loop. */
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
      .takeTurn(`a batch of the ${what}`, async () => {
        if (stream.destroyed) return
        const computed = answers.compute(batch, last !== undefined)
        // The turn fails with the same error, below.
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

  /** Delivers the answers, starting at index `from`. If the reader is slow, this takes several turns of the event loop. */
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

  /** Ends the stream with an error after the answers already delivered. All later rows get no answer. */
  function endWith(error: Error): void {
    clearImmediate(pendingStart)
    held = undefined
    filling.clear()
    last = { done: () => stream.destroy(error), isError: true }
  }

  /** Continues after a batch has been delivered, or after the last row has arrived. */
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
      // An error discards answers that have not been read. The reader is just taking the last one, so wait a turn.
      setImmediate(done)
    }
  }

  return stream
}
