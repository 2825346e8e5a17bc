import { DataError, type Shard } from '../../index.js'
import { openStream, type StreamedExamples } from '../input/table-stream.js'
import { sourceOf } from '../input/tables.js'
import { type Examples, isTablePlace, type Place, type Source } from '../options/data-options.js'
import { isStreamed, needsCount } from '../options/example-options.js'
import { note, type Status } from '../terminal/terminal.js'
import type { Run } from './run.js'
import { waitingLine } from './training-report.js'

/**
 * Reads the examples and shows a status line. `inputNames` are the names of the inputs of the network that continues its
 * training, if any. `shard` is the part of a stream that this process reads, if several processes train together.
 * @throws the Interruption if the user stopped the reading
 */
export async function getReady(
  source: Source,
  { count, place, training }: Run,
  status: Status,
  signal: AbortSignal,
  inputNames?: readonly string[],
  shard?: Shard,
): Promise<Examples | StreamedExamples> {
  const started = performance.now()
  let rows: number | undefined
  const show = () => status.show(waitingLine(source, (performance.now() - started) / 1000, rows))
  const timer = setInterval(show, 100)
  const report = (read: number) => {
    rows = read
  }
  show()
  try {
    const data = isStreamed(place)
      ? await openStream(place, {
          count,
          counted: needsCount(training),
          signal,
          report,
          inputNames,
          ...(shard && { shard }),
        })
      : await source.split(count, signal, inputNames)
    signal.throwIfAborted()
    checkClasses(place, data)
    return data
  } catch (error) {
    status.clear()
    return stoppedBefore(signal, error)
  } finally {
    clearInterval(timer)
    status.clear()
  }
}

/** @throws DataError if the labels of a table are a single class, so that there is nothing to tell apart */
function checkClasses(place: Place, { labelNames }: Pick<Examples, 'labelNames'>): void {
  if (labelNames?.length !== 1 || !isTablePlace(place) || place.label === undefined) return
  const [label, name] = [place.label, labelNames[0]].map((text) => JSON.stringify(text))
  throw new DataError(
    `${sourceOf(place)}: all labels of ${label} are ${name}: training needs rows of two classes or more`,
  )
}

/** If the user stopped the run, prints that nothing is saved. @throws the Interruption, or the given error if there is none */
export function stoppedBefore(signal: AbortSignal, error: unknown): never {
  if (!signal.aborted) throw error
  note('stopped before the training began: nothing is saved')
  throw signal.reason
}
