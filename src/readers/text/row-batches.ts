import { contentSize } from '../../base/byte-source.js'
import { DataError } from '../../base/errors.js'
import { reserve } from '../../base/files.js'
import { Dataset, type DatasetShape, inputBytes } from '../../data/dataset.js'
import { type FloatPart, shapeOfAll, widen } from '../../data/widen.js'
import { defaultBatchSize, maxBatchBytes } from '../columns/batch-rows.js'
import { noRows, type Shard } from '../columns/shard.js'
import type { BatchOptions } from '../columns/table-options.js'
import type { ByteStream } from './byte-chunks.js'
import { openRecords, type RecordFormat, type Records } from './records.js'

/** How the rows of a text are stored. */
export interface RowShape extends Omit<DatasetShape, 'rows'> {
  dtype: NonNullable<DatasetShape['dtype']>
  targetDtype: NonNullable<DatasetShape['targetDtype']>
  /**
   * Whether the inputs and the targets become float64 at the first number that float32 does not hold exactly. Later
   * batches then begin as float64.
   */
  readonly widens: Record<FloatPart, boolean>
}

/** A dataset that is being filled. */
export interface Batch {
  readonly dataset: Dataset
  /** The number of rows that have been filled so far. */
  rows: number
}

/** Parses records and stores them as rows of a dataset. */
export interface RowReader {
  readonly shape: RowShape
  /**
   * Reads records into the batch until the batch is full or all complete records in memory have been read.
   * @throws DataError if a value cannot be used. The message names the line and the column of the value.
   */
  fill(records: Records, batch: Batch): void
}

/** The options that choose rows of a text: a shard, the maximum number of rows, and a signal that ends reading. */
interface Extent {
  readonly shard?: Shard | undefined
  readonly limit?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** A text format, such as CSV. */
export interface TextFormat extends RecordFormat {
  /**
   * Reads the text before the rows, such as a header, and determines the columns. Returns the reader for the rows. The
   * caller must have loaded at least one complete record into memory.
   */
  readonly open: (records: Records) => RowReader
}

/**
 * Yields the rows of a text in batches. If reading fails, first yields the rows that were read before, and then throws
 * the error.
 */
export function streamRows(
  source: string | ByteStream,
  format: TextFormat,
  options: Extent & BatchOptions,
): AsyncGenerator<Dataset> {
  return batches(source, format, options, (_, shape) => options.batchSize ?? defaultBatchSize(bytesOfRow(shape)))
}

/**
 * Reads all rows of a text into one dataset.
 *
 * For an uncompressed file, the number of rows is estimated from the first rows, and the memory for all rows is
 * allocated at the start. If the estimate is too high, the unused memory pages are never written and cost nothing.
 *
 * The size of a stream or of a gzipped text is not known in advance. So the rows are read into several smaller
 * datasets, which are joined at the end. Joining needs twice the memory of the rows.
 */
export async function readRows(source: string | ByteStream, format: TextFormat, options: Extent): Promise<Dataset> {
  const blocks: (Dataset | undefined)[] = []
  let total = 0
  const sizeOfBlock = (records: Records, shape: RowShape): number => {
    const { bytes, from, to, left } = records
    let lines = 0
    for (let at = from; at < to; at++) if (bytes[at] === 0x0a) lines++
    if (left !== undefined) return Math.ceil(((1.02 * left) / (to - from)) * lines) + 1
    return Math.max(1, lines, Math.min(2 * total, Math.floor(maxBatchBytes / bytesOfRow(shape))))
  }
  for await (const block of batches(source, format, options, sizeOfBlock)) {
    blocks.push(block)
    total += block.rows
  }
  return join(typeof source === 'string' ? source : 'the stream', blocks, total, options.shard)
}

async function* batches(
  source: string | ByteStream,
  format: TextFormat,
  { shard, limit = Infinity, signal }: Extent,
  rowsOfNext: (records: Records, shape: RowShape) => number,
): AsyncGenerator<Dataset> {
  const records = await openRecords(source, format, signal)
  let batch: Batch | undefined
  let total = 0
  const take = ({ dataset, rows }: Batch): Dataset => {
    total += rows
    batch = undefined
    return rows < dataset.rows ? dataset.slice(0, rows) : dataset
  }
  try {
    if (!(await records.more())) throw new DataError(`${records.name}: the text is empty`)
    const reader = format.open(records)
    if (shard && typeof source === 'string') await records.keep(shard, await contentSize(source, signal))
    while (records.from < records.to || (await records.more())) {
      batch ??= {
        dataset: allocate(records, reader.shape, Math.min(rowsOfNext(records, reader.shape), limit - total)),
        rows: 0,
      }
      reader.fill(records, batch)
      if (batch.rows < batch.dataset.rows) continue
      yield take(batch)
      if (total === limit) return
    }
    if (batch && batch.rows > 0) yield take(batch)
    if (total === 0 && !shard) throw new DataError(`${records.name}: the text has no rows`)
  } catch (error) {
    if (batch && batch.rows > 0) yield take(batch)
    throw error
  } finally {
    await records.close()
  }
}

function allocate({ name }: Records, { widens, ...shape }: RowShape, rows: number): Dataset {
  return reserve(name, rows * bytesOfRow({ ...shape, widens }), DataError, () => Dataset.allocate({ ...shape, rows }))
}

function bytesOfRow({ width, dtype, targetDtype, targetWidth = 0 }: RowShape): number {
  return width * inputBytes[dtype] + targetWidth * inputBytes[targetDtype]
}

/**
 * Makes the inputs or the targets of a batch float64, and also those of all later batches, because the next row has a
 * number that float32 does not hold exactly.
 */
export function widenBatch(
  { name }: Records,
  shape: RowShape,
  { dataset, rows }: Batch,
  part: FloatPart,
): Float64Array {
  const width = part === 'inputs' ? dataset.width : dataset.targetWidth
  shape[part === 'inputs' ? 'dtype' : 'targetDtype'] = 'float64'
  shape.widens[part] = false
  const bytes = dataset.rows * width * Float64Array.BYTES_PER_ELEMENT
  return reserve(name, bytes, DataError, () => widen(dataset, part, (rows + 1) * width))
}

/** Joins several datasets into one. Each of them is released after it has been copied. */
async function join(
  source: string,
  blocks: (Dataset | undefined)[],
  rows: number,
  shard: Shard | undefined,
): Promise<Dataset> {
  const [first] = blocks
  if (!first) throw noRows(source, shard)
  if (blocks.length === 1) return first
  const { width, targetWidth } = first
  const whole = Dataset.allocate({ ...shapeOfAll(blocks), rows })
  let row = 0
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i]
    if (!block) continue
    whole.inputs.set(block.inputs, row * width)
    if (block.labels) whole.labels?.set(block.labels, row)
    if (block.targets) whole.targets?.set(block.targets, row * targetWidth)
    row += block.rows
    blocks[i] = undefined
    await new Promise((resolve) => setImmediate(resolve))
  }
  return whole
}
