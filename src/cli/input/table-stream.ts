import { openFile } from '../../base/files.js'
import { type BatchSource, DataError, type Dataset } from '../../index.js'
import { UsageError } from '../parsing/usage-error.js'
import { namesOfNumbers } from './class-numbers.js'
import {
  type Extent,
  namesToFind,
  openingOf,
  readOptionsOf,
  readTable,
  sourceOf,
  type Table,
  testOf,
} from './tables.js'

/** Rows that are read anew for each epoch, so that they need not fit into memory. */
export interface RowStream {
  readonly open: BatchSource
  /** How many rows there are, once they have been read to their end. */
  readonly rows: number | undefined
  /** How many, where that was found out before anything is learned: each epoch must have as many. */
  readonly counted: number | undefined
  /** Numbers of a row, and answers to one. */
  readonly width: number
  readonly outputs: number
  readonly labeled: boolean
  /** Rows that are shuffled together. */
  readonly window: number | undefined
  /** The first rows, at most so many. */
  first(count: number): Promise<Dataset>
}

export const isStream = (rows: Dataset | RowStream): rows is RowStream => 'open' in rows

/** Rows to learn from, those to be judged by, and what their classes are called where they have names. */
export interface StreamedExamples {
  readonly training: RowStream
  readonly test: Dataset
  readonly labelNames?: readonly string[]
}

export interface Opening {
  /** The most rows to learn from. */
  readonly count: number | undefined
  /** Whether how many rows there are must be known before the first epoch. */
  readonly counted: boolean
  readonly signal: AbortSignal
  /** Told how many rows have been read, where all are read before the first epoch. */
  readonly report: (rows: number) => void
}

/**
 * Opens a table to be learned from row by row. All rows are read once before where nobody says what classes there are, or where
 * their number must be known; otherwise only the first one is. @throws UsageError, OptionError, DataError
 */
export async function openStream(place: Table, { count, counted, signal, report }: Opening): Promise<StreamedExamples> {
  const extent = { signal, ...(count !== undefined && { limit: count }) }
  // A file that is not there must not come to light after millions of rows have been read.
  if (place.test !== undefined) await (await openFile(place.test, DataError)).close()
  const mustSurvey = counted || (place.label !== undefined && !place.labelNames)
  const survey = mustSurvey ? await surveyRows(place, extent, report) : await surveyFirst(place, extent)
  const { labelNames, rows, width } = survey
  if (rows !== undefined && count !== undefined && rows < count) {
    throw new UsageError(`--count must be at most ${rows}, the number of examples there are, not "${count}"`)
  }
  const table = labelNames ? { ...place, labelNames } : place
  const test = await readTable(testOf(table), { signal })
  const { reader, from } = openingOf(table)
  const options = { ...readOptionsOf(table), ...extent }
  let passedRows = rows
  const training: RowStream = {
    async *open() {
      let passed = 0
      for await (const batch of reader.stream(from, options)) {
        passed += batch.rows
        yield batch
      }
      passedRows = passed
    },
    get rows() {
      return passedRows
    },
    counted: rows,
    width,
    outputs: Math.max(survey.outputs, labelNames || !test.labels ? 0 : largestOf(test.labels) + 1),
    labeled: place.label !== undefined,
    window: place.window,
    first: (most) => readTable(table, { signal, limit: Math.min(most, count ?? most) }),
  }
  return { training, test, ...(labelNames && { labelNames }) }
}

interface Survey {
  readonly rows: number | undefined
  readonly width: number
  readonly outputs: number
  readonly labelNames: readonly string[] | undefined
}

/** What the first row tells. */
async function surveyFirst(table: Table, extent: Extent): Promise<Survey> {
  const { labelNames } = table
  const { width, targetWidth } = await readTable(table, { ...extent, limit: 1 })
  return { rows: undefined, width, outputs: labelNames?.length ?? targetWidth, labelNames }
}

/** What all rows tell, read one batch after the other. */
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
  // The labels were numbers for the time being, as they came.
  const numbers = Int32Array.from(classes)
  const labelNames =
    table.labelNames ?? found?.sort(numbers) ?? namesOfNumbers(sourceOf(table), new Set(numbers), found?.names)
  return { rows, width, outputs: labelNames?.length ?? largestOf(numbers) + 1, labelNames }
}

function largestOf(labels: Int32Array): number {
  return labels.reduce((most, label) => Math.max(most, label), -1)
}
