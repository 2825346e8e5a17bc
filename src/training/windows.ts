import { DataError } from '../base/errors.js'
import { allocate, type FloatArray } from '../base/memory.js'
import { outputsOf } from '../compile/spec.js'
import type { Dataset, InputArray } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import { type BatchForm, checkBatch } from './batch-form.js'
import { type BatchReader, openReader } from './batch-reader.js'
import { type ChunkedLoop, createChunkedLoop } from './chunked-loops.js'
import type { SourcePlan } from './source-plan.js'

/** How many rows a window has, and how many bytes at most, where the user says nothing. */
const usualRows = 65_536
const mostBytes = 2 ** 26

type Rows = Pick<Dataset, 'inputs' | 'labels' | 'targets'>

/** Rows of a source that are learned from together, in memory that the window after the next one uses again. */
export interface Window extends Rows, Pick<Dataset, 'scale' | 'targetWidth' | 'rows'> {
  /** The rows of the epoch before it, and the windows. */
  readonly first: number
  readonly number: number
}

/** How the rows of a batch lie in memory, once a batch has shown it. */
interface Layout {
  readonly form: BatchForm
  /** Rows of a window. */
  readonly rows: number
  /** The memory of two windows, each made when it is needed first. */
  readonly memory: (Rows | undefined)[]
}

/**
 * Reads epochs of a source window by window: while the caller works on one, the next is fetched, and no more than that. Windows
 * begin at multiples of their length, however the source cuts its batches.
 */
export function createWindows(
  { spec, askSource, leaveSource }: Engine,
  { source, batchSize, rows, window, options: { signal } }: SourcePlan,
): (epoch: number, from: number) => AsyncGenerator<Window, void, undefined> {
  const widths = { inputs: spec.inputs, targets: outputsOf(spec) }
  let layout: Layout | undefined

  function layOut(form: BatchForm): Layout {
    const bytes = widths.inputs * form.inputs.BYTES_PER_ELEMENT
    const wanted = window ?? Math.max(1, Math.min(usualRows, Math.floor(mostBytes / bytes)))
    const batches = Math.ceil(Math.min(wanted, rows ?? wanted) / batchSize)
    return { form, rows: batches * batchSize, memory: [] }
  }

  /** That of the window before is being worked on. */
  function memoryOf({ form, rows, memory }: Layout, number: number): Rows {
    const made = memory[number % 2] ?? {
      inputs: allocate<InputArray>(form.inputs, rows * widths.inputs),
      labels: form.targets ? undefined : allocate(Int32Array, rows),
      targets: form.targets && allocate<FloatArray>(form.targets, rows * widths.targets),
    }
    memory[number % 2] = made
    return made
  }

  async function copyRows(pieces: ChunkedLoop, batch: Dataset, from: number, to: Rows, at: number, count: number) {
    const copy = (source: InputArray, target: InputArray, width: number) =>
      pieces(count * width, (begin, end) =>
        target.set(source.subarray(from * width + begin, from * width + end), at * width + begin),
      )
    await copy(batch.inputs, to.inputs, widths.inputs)
    if (batch.labels) to.labels?.set(batch.labels.subarray(from, from + count), at)
    if (batch.targets && to.targets) await copy(batch.targets, to.targets, widths.targets)
  }

  /** The windows of an open source, one for each call; undefined at its end. The first one is that of row `from`. */
  function createGather(reader: BatchReader, epoch: number, from: number): () => Promise<Window | undefined> {
    /** What the last batch has left over, and the rows of the epoch that have gone before. */
    let rest: { readonly batch: Dataset; readonly from: number } | undefined
    let passed = 0

    async function refill(): Promise<Layout | undefined> {
      if (!rest) {
        const next = await askSource(() => reader.next())
        if (!next) return undefined
        const form = checkBatch(next.name, next.batch, spec, layout?.form)
        layout ??= layOut(form)
        rest = { batch: next.batch, from: 0 }
      }
      return layout
    }

    function take(count: number): void {
      if (!rest) return
      passed += count
      rest = rest.from + count < rest.batch.rows ? { batch: rest.batch, from: rest.from + count } : undefined
    }

    const start = () => (layout ? Math.floor(from / layout.rows) * layout.rows : from)

    return async () => {
      const pieces = createChunkedLoop(signal)
      while (passed < start() && (await refill())) {
        if (rest) take(Math.min(start() - passed, rest.batch.rows - rest.from))
      }
      const first = passed
      while (!layout || passed - first < layout.rows) {
        const known = await refill()
        if (!known || !rest) break
        const at = passed - first
        const memory = memoryOf(known, first / known.rows)
        const count = Math.min(rest.batch.rows - rest.from, known.rows - at)
        await copyRows(pieces, rest.batch, rest.from, memory, at, count)
        take(count)
      }
      if (passed === 0) throw new DataError(`the source gave no rows in epoch ${epoch}`)
      if (passed < from) {
        throw new DataError(
          `the source gave ${passed} rows in epoch ${epoch}, of which the run to resume has learned from ${from}: it must give the same rows again`,
        )
      }
      if (!layout || passed === first) return undefined
      const number = first / layout.rows
      const { scale } = layout.form
      const memory = memoryOf(layout, number)
      return { ...memory, scale, targetWidth: widths.targets, rows: passed - first, first, number }
    }
  }

  return async function* (epoch, from) {
    signal?.throwIfAborted()
    const reader = askSource(() => openReader(source, epoch, rows))
    const gather = createGather(reader, epoch, from)
    const fetch = () => {
      const fetched = gather()
      // An error is for who waits for this window. Perhaps nobody will.
      fetched.catch(() => undefined)
      return fetched
    }
    try {
      let next = fetch()
      for (;;) {
        const window = await untilAborted(next, signal)
        if (!window) return
        next = fetch()
        yield window
      }
    } finally {
      await askSource(() => reader.close())
      leaveSource()
    }
  }
}

/** What is promised, or the reason of a signal that aborts first: a source may let one wait for ever. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise
      // A source with the same signal may be the first to say so, in its own words.
      .then(resolve, (error: unknown) => reject(signal.aborted ? signal.reason : error))
      .finally(() => signal.removeEventListener('abort', abort))
  })
}
