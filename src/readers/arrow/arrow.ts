import type { AsyncRecordBatchStreamReader, RecordBatch, RecordBatchReader } from 'apache-arrow'
import { DataError, DescentError } from '../../base/errors.js'
import type { Range } from '../../base/work-shares.js'
import type { Dataset } from '../../data/dataset.js'
import { batchesOf, joinBatches } from '../columns/batches.js'
import { type RawTable, rawTableOf } from '../columns/raw-table.js'
import type { Chunk, Table } from '../columns/table.js'
import { type BatchOptions, batchKeys, checkTableOptions, type TableOptions } from '../columns/table-options.js'
import { columnOf, kindOf } from './column.js'
import { type ArrowInput, type Content, isRepeatable, openContent, sourceOf } from './input.js'
import { type ArrowModule, loadArrow } from './load.js'
import { messagesOf } from './messages.js'

/**
 * Reads Arrow IPC data into one dataset. The data are in the file format (.arrow, Feather version 2) or in the stream
 * format. A file may be compressed with gzip, but record batches with compressed buffers are refused.
 *
 * A column may hold numbers, lists of numbers (List, LargeList or FixedSizeList), or binary values, whose bytes are the
 * numbers. A label column may also hold strings, plain or dictionary-encoded. Strings and binary values may also have
 * large types or view types, such as LargeUtf8 or Utf8View, as polars writes them. Reading needs twice the memory of
 * the data, because the rows are read in batches that are then joined.
 *
 * @throws DataError if the data are cut off or damaged, if a column is missing or has an unsupported type, if a value
 * is NULL or not finite, if a label is not a class, or if there are no rows; OptionError if an option is wrong. The
 * message of a DataError names the byte offset, or the column and the row (counted from 0).
 */
export function readArrow(input: ArrowInput, options: TableOptions = {}): Promise<Dataset> {
  return joinBatches(sourceOf(input), arrowBatches(input, options, []), options.shard)
}

/**
 * Reads Arrow IPC data in batches of `batchSize` rows, independent of the sizes of the record batches in the data. Only
 * one record batch is in memory at a time. Throws the same errors as `readArrow`, except that data without rows are
 * allowed.
 */
export function streamArrow(
  input: ArrowInput,
  options: TableOptions & BatchOptions = {},
): AsyncGenerator<Dataset, void> {
  return arrowBatches(input, options, batchKeys)
}

/** Opens Arrow IPC data as a table for a schema. A stream can be read only once. */
export async function openRawArrow(input: ArrowInput, signal?: AbortSignal): Promise<RawTable> {
  const arrow = await loadArrow()
  const open = async () => {
    const content = openContent(input)
    try {
      return { content, table: await openTable(content, arrow) }
    } catch (cause) {
      await content.close()
      throw arrowError(content, cause)
    }
  }
  let opened: Awaited<ReturnType<typeof open>> | undefined = await open()
  const { source, columns } = opened.table
  if (isRepeatable(input)) {
    await opened.content.close()
    opened = undefined
  }
  return {
    source,
    names: columns.map(({ name }) => name),
    async *chunks(wanted) {
      if (!opened && !isRepeatable(input)) throw new DataError(`${source} can be read only once`)
      const { content, table } = opened ?? (await open())
      opened = undefined
      try {
        yield* rawTableOf({ ...table, countRows: undefined }).chunks(wanted)
      } catch (cause) {
        signal?.throwIfAborted()
        throw arrowError(content, cause)
      } finally {
        await content.close()
      }
    },
  }
}

async function* arrowBatches(
  input: ArrowInput,
  options: TableOptions & BatchOptions,
  more: readonly string[],
): AsyncGenerator<Dataset, void> {
  checkTableOptions('Arrow', options, more)
  const arrow = await loadArrow()
  const content = openContent(input)
  try {
    const table = await openTable(content, arrow)
    const countRows = isRepeatable(input) ? () => countRowsOf(openContent(input), arrow) : undefined
    yield* batchesOf({ ...table, countRows }, options)
  } catch (cause) {
    options.signal?.throwIfAborted()
    throw arrowError(content, cause)
  } finally {
    await content.close()
  }
}

/** Returns the number of rows of the content without reading the bodies of its record batches. Closes the content. */
async function countRowsOf(content: Content, arrow: ArrowModule): Promise<number> {
  let sum = 0
  const count = (rows: number): boolean => {
    sum += rows
    return false
  }
  try {
    for await (const _ of messagesOf(content, arrow, count));
  } finally {
    await content.close()
  }
  return sum
}

async function openTable(content: Content, arrow: ArrowModule): Promise<Omit<Table, 'countRows'>> {
  const { source } = content
  let range: Range | undefined
  let batches = 0
  let rowsBefore = 0
  // The places of the record batches with rows that the reader gets, in their order.
  const places: { number: number; first: number }[] = []
  const keep = (rows: number): boolean => {
    const [number, first] = [batches, rowsBefore]
    batches++
    rowsBefore += rows
    if (range && (first >= range.to || rowsBefore <= range.from)) return false
    if (rows > 0) places.push({ number, first })
    return true
  }
  const reader = await open(messagesOf(content, arrow, keep), arrow)
  const { fields } = reader.schema
  // The name of a field is null if the schema does not give it a name.
  const columns = fields.map(({ name, type }) => ({
    name: (name as string | null) ?? '',
    type: String(type),
    kind: kindOf(type, arrow),
  }))

  async function* chunks(_: readonly number[], wanted?: Range): AsyncGenerator<Chunk, void> {
    range = wanted
    for (;;) {
      const { done, value } = (await reader.next()) as IteratorResult<RecordBatch>
      if (done) break
      const { numRows: rows, data } = value
      if (rows === 0) continue
      const place = places.shift()
      if (!place) throw new RangeError(`a batch of ${rows} rows is not in the data`)
      const { number, first } = place
      const what = (index: number) => `${source}: column ${JSON.stringify(columns[index].name)} of batch ${number}`
      yield {
        first,
        rows,
        column: (index) => columnOf(data.children[index], columns[index].kind, rows, what(index), arrow),
      }
    }
  }
  return { source, columns, chunks }
}

async function open(messages: AsyncIterable<Uint8Array>, arrow: ArrowModule): Promise<AsyncRecordBatchStreamReader> {
  const reader: RecordBatchReader = await arrow.RecordBatchReader.from(messages)
  await reader.open()
  return reader as AsyncRecordBatchStreamReader
}

/**
 * Converts an error of the Arrow library to a DataError. The original error becomes its cause. A DescentError is
 * returned unchanged.
 */
function arrowError({ source, position }: Content, cause: unknown): Error {
  if (cause instanceof DescentError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/codec not found/.test(message)) {
    return new DataError(`${source}: ${message}; write the data without compression`, { cause })
  }
  // A version of the library that does not know a type has only its number.
  const [, name, number] = /Unrecognized type: "(\w+)" \((\d+)\)/.exec(message) ?? []
  if (name !== undefined) {
    const type = name === 'undefined' ? `number ${number}` : name
    const advice = 'update apache-arrow, or write an older type (in polars with compat_level=pl.CompatLevel.oldest())'
    const problem = `in the data up to byte ${position}, a column has the type ${type}, which the installed apache-arrow does not read`
    return new DataError(`${source}: ${problem}: ${advice}`, { cause })
  }
  return new DataError(`${source}: the data up to byte ${position} are damaged or not Arrow IPC (${message})`, {
    cause,
  })
}
