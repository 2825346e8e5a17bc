import { openFile } from '../../base/files.js'
import { rangeOf } from '../../base/work-shares.js'
import { type BatchSource, DataError, type Dataset, type Shard } from '../../index.js'
import { UsageError } from '../parsing/usage-error.js'
import { note } from '../terminal/terminal.js'
import { namesOfNumbers } from './class-numbers.js'
import { doubtfulInputs } from './doubtful-inputs.js'
import {
  type Extent,
  namedInputs,
  namesToFind,
  openingOf,
  readOptionsOf,
  readTable,
  sourceOf,
  type Table,
  testOf,
} from './tables.js'

/** Rows that are read again for each epoch, so that they need not fit into memory. */
export interface RowStream {
  readonly open: BatchSource
  /** The number of rows. Undefined until all rows have been read once. */
  readonly rows: number | undefined
  /** The number of rows that each epoch must have. Undefined if the rows were not counted before the training. */
  readonly counted: number | undefined
  /** The numbers of inputs and outputs. */
  readonly width: number
  readonly outputs: number
  readonly labeled: boolean
  /** The number of rows that are shuffled together. */
  readonly window: number | undefined
  /** Reads the first rows, at most `count`. */
  first(count: number): Promise<Dataset>
}

export const isStream = (rows: Dataset | RowStream): rows is RowStream => 'open' in rows

/** The training rows as a stream, the test rows, and the class names if the classes have names. */
export interface StreamedExamples {
  readonly training: RowStream
  readonly test: Dataset
  readonly labelNames?: readonly string[]
}

export interface Opening extends Pick<Extent, 'inputNames'> {
  /**
   * The part of the training rows that this process reads for each epoch, if several processes train together. What is
   * read before the first epoch, and the test rows, are the same in all processes. Not given, all rows are read.
   */
  readonly shard?: Shard | undefined
  /** The maximum number of training rows. */
  readonly count: number | undefined
  /** Whether the rows must be counted before the first epoch. */
  readonly counted: boolean
  readonly signal: AbortSignal
  /** Called with the number of rows read so far. Only called if all rows are read before the first epoch. */
  readonly report: (rows: number) => void
}

/**
 * Opens a table as a stream. Reads all rows once if they must be counted or if the class names must be found, and
 * otherwise only the first row.
 * @throws UsageError if the table has fewer than `count` rows; OptionError or DataError if the table cannot be read
 */
export async function openStream(
  place: Table,
  { count, counted, signal, report, inputNames, shard }: Opening,
): Promise<StreamedExamples> {
  const extent = { signal, ...(count !== undefined && { limit: count }), ...namedInputs(place, inputNames) }
  // Opening the test file here shows that it exists, before millions of rows are read.
  if (place.test !== undefined) await (await openFile(place.test, DataError)).close()
  const mustSurvey = counted || (place.label !== undefined && !place.labelNames)
  const survey = mustSurvey ? await surveyRows(place, extent, report) : await surveyFirst(place, extent)
  const { labelNames, rows, width } = survey
  if (rows !== undefined && count !== undefined && rows < count) {
    throw new UsageError(`--count must be at most ${rows}, the number of examples, not "${count}"`)
  }
  const table = labelNames ? { ...place, labelNames } : place
  const firstRows = await readTable(table, { ...extent, limit: Math.min(mostExamined, count ?? mostExamined) })
  const doubt = doubtfulInputs(place, firstRows)
  if (doubt !== undefined) note(doubt)
  const test = await readTable(testOf(table), { signal, ...namedInputs(place, firstRows.inputNames) })
  const { reader, from } = openingOf(table)
  // The limit of a shard is for its own rows, so the processes divide the number of rows among them.
  const own = shard && count !== undefined ? rangeOf(count, shard) : undefined
  const limit = own ? own.to - own.from : count
  const options = {
    ...readOptionsOf(table),
    ...extent,
    ...(limit !== undefined && { limit }),
    ...(shard && { shard }),
  }
  let passedRows = rows
  const training: RowStream = {
    async *open() {
      let passed = 0
      if (limit === 0) return
      for await (const batch of reader.stream(from, options)) {
        passed += batch.rows
        yield batch
      }
      // The rows of the other shards are not counted here.
      if (!shard || shard.count === 1) passedRows = passed
    },
    get rows() {
      return passedRows
    },
    counted: rows,
    width,
    outputs: Math.max(survey.outputs, labelNames || !test.labels ? 0 : largestOf(test.labels) + 1),
    labeled: place.label !== undefined,
    window: place.window,
    first: (most) => readTable(table, { ...extent, limit: Math.min(most, count ?? most) }),
  }
  return { training, test, ...(labelNames && { labelNames }) }
}

/** The maximum number of rows that `doubtfulInputs` examines. */
const mostExamined = 1000

interface Survey {
  readonly rows: number | undefined
  readonly width: number
  readonly outputs: number
  readonly labelNames: readonly string[] | undefined
}

/** Reads only the first row, to find the numbers of inputs and outputs. */
async function surveyFirst(table: Table, extent: Extent): Promise<Survey> {
  const { labelNames } = table
  const { width, targetWidth } = await readTable(table, { ...extent, limit: 1 })
  return { rows: undefined, width, outputs: labelNames?.length ?? targetWidth, labelNames }
}

/** Reads all rows once. Counts them, and finds the class names and the numbers of inputs and outputs. */
async function surveyRows(table: Table, extent: Extent, report: Opening['report']): Promise<Survey> {
  const found = namesToFind(table)
  const { reader, from } = openingOf(table)
  let rows = 0
  const classes = new Set<number>()
  let first: Dataset | undefined
  for await (const batch of reader.stream(from, { ...readOptionsOf(table, found), ...extent })) {
    first ??= batch
    rows += batch.rows
    for (const label of batch.labels ?? []) classes.add(label)
    report(rows)
  }
  if (!first) throw new DataError(`${sourceOf(table)} has no rows`)
  const { width, targetWidth } = first
  if (table.label === undefined) return { rows, width, outputs: targetWidth, labelNames: undefined }
  // Text labels have been numbered in the order of their appearance. `sort` sorts the class names, and changes the
  // numbers in `numbers` to match the new order.
  const numbers = Int32Array.from(classes)
  const labelNames =
    table.labelNames ?? found?.sort(numbers) ?? namesOfNumbers(sourceOf(table), new Set(numbers), found?.names)
  return { rows, width, outputs: labelNames?.length ?? largestOf(numbers) + 1, labelNames }
}

function largestOf(labels: Int32Array): number {
  return labels.reduce((most, label) => Math.max(most, label), -1)
}
