import { type ChunkedLoop, createChunkedLoop } from '../base/chunked-loop.js'
import { DataError } from '../base/errors.js'
import { allocate, type FloatArray } from '../base/memory.js'
import { outputsOf } from '../compile/spec.js'
import type { Dataset, InputArray } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import { adoptInputNames, matchInputs } from '../engine/input-names.js'
import { rowsOfRank } from '../engine/shared-rows.js'
import { type BatchForm, checkBatch } from './batch-form.js'
import { type BatchReader, openReader } from './batch-reader.js'
import type { SourcePlan } from './source-plan.js'

/**
 * The default number of rows in a window. A window is a group of consecutive rows of a source. If the inputs of this
 * many rows take more than `maxBytes`, the default is the number of rows whose inputs fit into `maxBytes`.
 */
const defaultRows = 65_536
const maxBytes = 2 ** 26

type Rows = Pick<Dataset, 'inputs' | 'labels' | 'targets'>

/** A group of consecutive rows of a source. Its arrays may be overwritten as soon as the next window is requested. */
export interface Window extends Rows, Pick<Dataset, 'scale' | 'targetWidth' | 'rows'> {
  /** The index of the window's first row in the epoch. `number` is the index of the window itself. */
  readonly first: number
  readonly number: number
}

/** The memory layout of windows. It is known as soon as the first batch of the source has been read. */
interface Layout {
  /** How the rows of all batches so far are stored. It changes when a batch has wider floats than those before it. */
  form: BatchForm
  /** The number of rows of a window. */
  readonly rows: number
  /** The arrays of two windows. The arrays of each window are allocated when they are first used. */
  readonly memory: (Rows | undefined)[]
}

/**
 * Returns a function that reads the rows of an epoch from a source, in groups that are called windows. While the caller
 * works on a window, the next window is fetched. All windows except the last one have the same number of rows, even if
 * the batches of the source differ in size. If several ranks train together, a window has the rows of this rank for the
 * same batches on all ranks.
 */
export function createWindows(
  engine: Engine,
  { source, batchSize, rows, window, communicator, options: { signal } }: SourcePlan,
): (epoch: number, from: number) => AsyncGenerator<Window, void, undefined> {
  const { spec } = engine
  const widths = { inputs: spec.inputs, targets: outputsOf(spec) }
  let layout: Layout | undefined

  function layOut(form: BatchForm): Layout {
    const bytes = widths.inputs * form.inputs.BYTES_PER_ELEMENT
    const wanted = window ?? Math.max(1, Math.min(defaultRows, Math.floor(maxBytes / bytes)))
    const batches = Math.ceil(Math.min(wanted, rows ?? wanted) / batchSize)
    const own = rowsOfRank(communicator, batchSize)
    return { form, rows: batches * (own.to - own.from), memory: [] }
  }

  /**
   * Returns the arrays of the window `number`. Windows alternate between two sets of arrays, because the caller may
   * still be working on the previous window.
   */
  function memoryOf({ form, rows, memory }: Layout, number: number): Rows {
    const known = memory[number % 2]
    const { inputs, targets } = known ?? {}
    if (known && isOfType(inputs, form.inputs) && isOfType(targets, form.targets)) return known
    const made = {
      inputs: allocate<InputArray>(form.inputs, rows * widths.inputs),
      labels: form.targets ? undefined : (known?.labels ?? allocate(Int32Array, rows)),
      targets: form.targets && allocate<FloatArray>(form.targets, rows * widths.targets),
    }
    // The window may be half full when a batch with wider floats arrives.
    if (inputs) made.inputs.set(inputs)
    if (targets) made.targets?.set(targets)
    memory[number % 2] = made
    return made
  }

  async function copyRows(loop: ChunkedLoop, batch: Dataset, from: number, to: Rows, at: number, count: number) {
    const copy = (source: InputArray, target: InputArray, width: number) =>
      loop(count * width, (begin, end) =>
        target.set(source.subarray(from * width + begin, from * width + end), at * width + begin),
      )
    await copy(batch.inputs, to.inputs, widths.inputs)
    if (batch.labels) to.labels?.set(batch.labels.subarray(from, from + count), at)
    if (batch.targets && to.targets) await copy(batch.targets, to.targets, widths.targets)
  }

  /**
   * Returns a function that reads the next window from a source that is already open. At the end of the source, that
   * function returns undefined. The first window is the one that contains the row `from`.
   */
  function createGather(reader: BatchReader, epoch: number, from: number): () => Promise<Window | undefined> {
    /**
     * `rest.batch` is the last batch that was read, and `rest.from` is the index of its first row that is not in a
     * window yet. `passed` is the number of rows of the epoch before that row.
     */
    let rest: { readonly batch: Dataset; readonly from: number } | undefined
    let passed = 0

    async function refill(): Promise<Layout | undefined> {
      if (!rest) {
        const next = await reader.next()
        if (!next) return undefined
        adoptInputNames(engine, next.batch)
        const form = checkBatch(next.name, next.batch, engine, layout?.form)
        layout ??= layOut(form)
        layout.form = form
        rest = { batch: matchInputs(next.name, next.batch, engine), from: 0 }
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
      const loop = createChunkedLoop(signal)
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
        await copyRows(loop, rest.batch, rest.from, memory, at, count)
        take(count)
      }
      if (passed === 0 && !communicator) throw new DataError(`the source gave no rows in epoch ${epoch}`)
      if (passed < from) {
        throw new DataError(
          `the source gave ${passed} rows in epoch ${epoch}, but the resumed run has already learned from ${from}: it must give the same rows again`,
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
    const reader = openReader(source, epoch, communicator ? undefined : rows)
    const gather = createGather(reader, epoch, from)
    const fetch = () => {
      const fetched = gather()
      // This handler prevents an unhandled rejection if the run ends without waiting for this window.
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
      await reader.close()
    }
  }
}

function isOfType(array: InputArray | undefined, Type: { readonly name: string } | undefined): boolean {
  return array?.constructor.name === Type?.name
}

/**
 * Returns a promise that settles like the given promise. If the signal aborts first, the returned promise rejects with
 * the signal's reason. So a run can be aborted even while it waits for a source that never responds.
 */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise
      // A source that uses the same signal may reject first with an error of its own. The signal's reason replaces it.
      .then(resolve, (error: unknown) => reject(signal.aborted ? signal.reason : error))
      .finally(() => signal.removeEventListener('abort', abort))
  })
}
