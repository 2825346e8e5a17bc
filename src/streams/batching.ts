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

/** Rows that wait in front of a full batch, as in any stream of objects. */
const writableHighWaterMark = 16
/** Answers come by the batch: the reader is asked for the next when it takes the last. */
const readableHighWaterMark = 1
/** Rows that are taken, or answers that are given, between two looks at the time. */
const rowsBetweenLooks = 16

type Callback = (error?: Error | null) => void

/**
 * A stream of rows that become answers, in their order. Of its two batches one is filled while the other one is computed, or
 * waits for the reader. A batch is computed when it is full, or when the event loop has turned and no more rows came.
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
  /** Where the other batch is: empty, on its way, answered and waiting for the reader, or on its way to it. */
  let state: 'free' | 'computing' | 'answered' | 'delivering' = 'free'
  /** Ends when the native side has let go of the batch. */
  let computing: Promise<void> | undefined
  let readerWaits = false
  let seen = 0
  /** Goes on with the row that needs an empty batch, or that has filled one. */
  let held: (() => void) | undefined
  /** What follows the last answer: the end, or the error of a row. */
  let last: { readonly done: () => void; readonly isError: boolean } | undefined
  let pause: NodeJS.Immediate | undefined
  /** Whether rows come no more in this turn of the event loop because it has been long. */
  let breathing = false

  // Before the stream, which a signal that has aborted destroys as it is made.
  const diversion = onBadRow === 'throw' ? undefined : createDiversion(onBadRow, (error) => stream.destroy(error))

  const stream: Transform = new Transform({
    objectMode: true,
    writableHighWaterMark,
    readableHighWaterMark,
    ...(signal && { signal }),
    // Not `transform`, which would hold the source back only while it is called.
    write(row: Row, _encoding, callback) {
      // Without a call back: no more rows are to come.
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
      // An error is on its way to the reader.
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
      // What is buffered still flows from a destroyed stream, and Node's adapter for web streams takes no more of it.
      this.pause()
      clearImmediate(pause)
      held = undefined
      diversion?.release()
      // So that who waits for 'close' finds the network idle.
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
      // There is no memory for a batch.
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

  /** Now, or in the next turn of the event loop where this one has been long. */
  function takeNext(callback: Callback): void {
    if (seen % rowsBetweenLooks !== 0 || !isLongTurn()) {
      callback()
      return
    }
    breathing = true
    setImmediate(() => {
      breathing = false
      callback()
    })
  }

  function refuse(bad: BadRow<Row>, callback: Callback): void {
    if (diversion) diversion.divert(bad, (error) => (error ? callback(error) : takeNext(callback)))
    else {
      // The callback is kept, so no further row comes, and the rows before this one are answered.
      last = { done: () => callback(bad.error), isError: true }
      goOn()
    }
  }

  /** The rows of this turn of the event loop come first. */
  function startSoon(): void {
    pause ??= setImmediate(() => {
      pause = undefined
      if (breathing) startSoon()
      else if (state === 'free' && filling.count > 0) start()
    })
  }

  function start(): void {
    clearImmediate(pause)
    pause = undefined
    const batch = filling
    filling = other
    other = batch
    state = 'computing'
    engine
      .takeTurn(`a batch of the ${what}`, async () => {
        if (stream.destroyed) return
        const computed = answers.compute(batch, last !== undefined)
        // Its error is that of the turn.
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

  /** Gives the reader the answers from `from` on, over several turns of the event loop where it works for long on them. */
  function deliver(from: number): void {
    if (stream.destroyed) return
    readerWaits = false
    state = 'delivering'
    const { count } = other
    let i = from
    try {
      for (; i < count && !stream.destroyed; i++) {
        if (i > from && i % rowsBetweenLooks === 0 && isLongTurn()) {
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

  /** Ends the stream with an error after the answers that it has given. The rows after them get none. */
  function endWith(error: Error): void {
    clearImmediate(pause)
    held = undefined
    filling.clear()
    last = { done: () => stream.destroy(error), isError: true }
  }

  /** What there is to do once a batch has been delivered, or the last row has come. */
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
      // An error takes away what has not been read: the reader is just taking the last answer.
      setImmediate(done)
    }
  }

  return stream
}
