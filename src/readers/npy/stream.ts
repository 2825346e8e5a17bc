import { type ByteSource, openBytes, skipBytes } from '../../base/byte-source.js'
import { checkInteger, checkKeys } from '../../base/checks.js'
import { DataError, FortranOrderError } from '../../base/errors.js'
import { reserve } from '../../base/files.js'
import { rangeOf } from '../../base/work-shares.js'
import { Dataset, type DatasetShape, inputBytes } from '../../data/dataset.js'
import { defaultBatchSize } from '../columns/batch-rows.js'
import { checkShard, type Shard } from '../columns/shard.js'
import { type NpyDtype, npyDtypes } from './dtypes.js'
import { checkEnd, fill } from './fill.js'
import { describe, type OpenNpy, readHeader } from './header.js'

export interface NpyStreamOptions {
  /** The path of an .npy file with a class number for each row. Default: rows have no labels. */
  readonly labels?: string | undefined
  /** The network multiplies each input by this factor. Default 1/255 for uint8, 1 for every other dtype. */
  readonly scale?: number | undefined
  /**
   * The number of rows in a batch. The last batch may have fewer. Default: 8192, or fewer if the inputs of 8192 rows
   * would take more than 64 MiB.
   */
  readonly batchSize?: number | undefined
  /**
   * The part of the rows to read, such as `{ index: rank, count: size }` in one of several processes. Default: all rows.
   * With this option, `limit` is the maximum number of rows of the part.
   */
  readonly shard?: Shard | undefined
  /** The maximum number of rows to read. Default: all. */
  readonly limit?: number | undefined
  /** If this signal is aborted, reading fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * For each dtype of an .npy file, the dtype of the dataset. Bools and bytes are stored as bytes. Every other dtype
 * becomes the smallest float type that represents its numbers exactly.
 */
const inputTypes: Record<NpyDtype, NonNullable<DatasetShape['dtype']>> = {
  bool: 'uint8',
  uint8: 'uint8',
  int8: 'float32',
  uint16: 'float32',
  int16: 'float32',
  uint32: 'float64',
  int32: 'float64',
  uint64: 'float64',
  int64: 'float64',
  float16: 'float32',
  float32: 'float32',
  float64: 'float64',
}

/**
 * Reads the rows of an .npy file in batches. The first dimension is the number of rows, and all further dimensions are
 * flattened. Only one batch is held in memory at a time.
 * @throws every error that `readNpy` throws; DataError if the array has fewer than 2 dimensions, has no rows or is in
 * Fortran order, if an input is NaN or infinite, if the number of labels differs from the number of rows, or if a label
 * is not a class number
 */
export async function* streamNpy(path: string, options: NpyStreamOptions = {}): AsyncGenerator<Dataset> {
  checkKeys('npy', options, ['labels', 'scale', 'batchSize', 'shard', 'limit', 'signal'])
  const { batchSize, shard, limit, signal } = options
  if (batchSize !== undefined) checkInteger({ batchSize }, 1)
  if (shard !== undefined) checkShard(shard)
  if (limit !== undefined) checkInteger({ limit }, 1)
  signal?.throwIfAborted()
  const sources: ByteSource[] = []
  const open = async (file: string): Promise<OpenNpy> => {
    const source = await openBytes(file)
    sources.push(source)
    return readHeader(source)
  }
  try {
    const rows = await open(path)
    checkRows(rows)
    const labels = options.labels === undefined ? undefined : await open(options.labels)
    if (labels) checkLabels(labels, rows)
    const [count] = rows.shape
    const width = rows.length / count
    const dtype = inputTypes[rows.dtype]
    // Bools are stored as bytes. The default scale of bytes, 1/255, would turn true into 1/255, so the scale is 1.
    const scale = options.scale ?? (rows.dtype === 'bool' ? 1 : undefined)
    const bytes = width * inputBytes[dtype]
    const size = batchSize ?? defaultBatchSize(bytes)
    const range = rangeOf(count, shard ?? { index: 0, count: 1 })
    const end = Math.min(range.to, range.from + (limit ?? Infinity))
    for (const npy of labels ? [rows, labels] : [rows]) await skipRows(npy, range.from)
    for (let row = range.from; row < end; row += size) {
      signal?.throwIfAborted()
      const shape = { rows: Math.min(size, end - row), width, dtype, scale, labels: labels !== undefined }
      const batch = reserve(path, shape.rows * bytes, DataError, () => Dataset.allocate(allocation(shape)))
      await fillRows(rows, batch, row)
      if (labels && batch.labels) await fillLabels(labels, batch.labels, row)
      if (row + shape.rows === count) for (const npy of labels ? [rows, labels] : [rows]) await checkEnd(npy)
      yield batch
    }
  } finally {
    for (const source of sources) await source.close()
  }
}

function allocation({ scale, ...shape }: Omit<DatasetShape, 'scale'> & { scale: number | undefined }): DatasetShape {
  return scale === undefined ? shape : { ...shape, scale }
}

/** Moves an array, at whose first row its source is, to the row with this index. */
async function skipRows({ source, dtype, shape, length, headerSize }: OpenNpy, row: number): Promise<void> {
  const bytes = (length / shape[0]) * npyDtypes[dtype].Raw.BYTES_PER_ELEMENT
  await skipBytes(source, headerSize, headerSize + row * bytes)
}

async function fillRows(npy: OpenNpy, { inputs, width }: Dataset, row: number): Promise<void> {
  const check = (value: number, index: number, offset: number): void => {
    if (Number.isFinite(value)) return
    const place = `row ${row + Math.floor(index / width)}, column ${index % width} (byte ${offset})`
    throw new DataError(`${npy.source.path}: ${value} at ${place}: every input must be finite`)
  }
  await fill(npy, inputs, row * width, inputs instanceof Uint8Array ? undefined : check)
}

async function fillLabels(npy: OpenNpy, labels: Int32Array, row: number): Promise<void> {
  await fill(npy, labels, row, (value, index, offset) => {
    if (value >= 0 && value < 2 ** 31) return
    const place = `row ${row + index} (byte ${offset})`
    throw new DataError(`${npy.source.path}: label ${value} at ${place} must be a whole number from 0`)
  })
}

function checkRows({ source, shape, dtype, length, fortranOrder }: OpenNpy): void {
  const what = describe(shape, dtype)
  if (shape.length < 2) throw new DataError(`${source.path}: expected an array of at least 2 dimensions, found ${what}`)
  if (length === 0) throw new DataError(`${source.path}: the array has no rows or no columns: ${what}`)
  if (fortranOrder) {
    throw new FortranOrderError(`${source.path}: in Fortran order rows are not contiguous: read it with readNpy`)
  }
}

function checkLabels({ source, shape, dtype }: OpenNpy, rows: OpenNpy): void {
  const [count] = rows.shape
  if (shape.length !== 1 || shape[0] !== count || dtype.startsWith('float')) {
    const expected = `${count} whole numbers, a label for each row of ${rows.source.path}`
    throw new DataError(`${source.path}: expected ${expected}, found ${describe(shape, dtype)}`)
  }
}
