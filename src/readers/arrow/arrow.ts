import type { AsyncRecordBatchStreamReader, RecordBatch, RecordBatchReader } from 'apache-arrow'
import { DataError, DescentError } from '../../base/errors.js'
import type { Dataset } from '../../data/dataset.js'
import { batchesOf, joinBatches } from '../columns/batches.js'
import type { Chunk, Table } from '../columns/table.js'
import { type BatchOptions, batchKeys, checkTableOptions, type TableOptions } from '../columns/table-options.js'
import { columnOf, kindOf } from './column.js'
import { type ArrowInput, type Content, openContent, sourceOf } from './input.js'
import { type ArrowModule, loadArrow } from './load.js'
import { messagesOf } from './messages.js'

/**
 * Reads Arrow IPC data, a file (.arrow, Feather version 2) or a stream, plain or gzip, into one dataset; for a moment there are
 * twice the bytes of the data. Columns are numbers, lists of numbers or binary, whose bytes are numbers; a label may be a
 * dictionary of texts. Batches that are compressed inside are refused.
 * @throws DataError with the byte offset where the data are cut off or damaged, where a column is missing or of another type,
 * where there are no rows, and with the row, from 0, and the column where a value is NULL, not finite or no class; OptionError
 */
export function readArrow(input: ArrowInput, options: TableOptions = {}): Promise<Dataset> {
  return joinBatches(sourceOf(input), arrowBatches(input, options, []))
}

/**
 * Reads Arrow IPC data in batches of `batchSize` rows, whatever its own batches are, of which one is in memory at a time. Throws
 * what `readArrow` throws, but for no rows.
 */
export function streamArrow(
  input: ArrowInput,
  options: TableOptions & BatchOptions = {},
): AsyncGenerator<Dataset, void> {
  return arrowBatches(input, options, batchKeys)
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
    yield* batchesOf(await openTable(content, arrow), options)
  } catch (cause) {
    options.signal?.throwIfAborted()
    throw arrowError(content, cause)
  } finally {
    await content.close()
  }
}

async function openTable(content: Content, arrow: ArrowModule): Promise<Table> {
  const { source } = content
  const reader = await open(content, arrow)
  const { fields } = reader.schema
  const columns = fields.map(({ name, type }) => ({ name, type: String(type), kind: kindOf(type, arrow) }))

  async function* chunks(): AsyncGenerator<Chunk, void> {
    for (let number = 0; ; number++) {
      const { done, value } = (await reader.next()) as IteratorResult<RecordBatch>
      if (done) break
      const { numRows: rows, data } = value
      if (rows === 0) continue
      const what = (index: number) => `${source}: column ${JSON.stringify(columns[index].name)} of batch ${number}`
      yield { rows, column: (index) => columnOf(data.children[index], columns[index].kind, rows, what(index), arrow) }
    }
  }
  return { source, columns, chunks }
}

async function open(content: Content, arrow: ArrowModule): Promise<AsyncRecordBatchStreamReader> {
  const reader: RecordBatchReader = await arrow.RecordBatchReader.from(messagesOf(content, arrow))
  await reader.open()
  return reader as AsyncRecordBatchStreamReader
}

/** Turns an error that the Arrow library throws for damaged data into a DataError, with the original as its cause. */
function arrowError({ source, position }: Content, cause: unknown): Error {
  if (cause instanceof DescentError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/codec not found/.test(message)) {
    return new DataError(`${source}: ${message}; write the data without compression`, { cause })
  }
  return new DataError(`${source}: the data up to byte ${position} are damaged or not Arrow IPC (${message})`, {
    cause,
  })
}
