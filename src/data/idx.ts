import { reorderBytes } from '../base/byte-order.js'
import { checkInteger, checkKeys } from '../base/checks.js'
import { DataError } from '../base/errors.js'
import { reserve } from '../base/files.js'
import type { NumberArray } from '../base/memory.js'
import { Dataset, type DatasetShape } from './dataset.js'
import {
  dataSize,
  describe,
  type IdxArray,
  type IdxData,
  type IdxType,
  idxTypes,
  type OpenIdx,
  sizeError,
  withIdx,
} from './idx-header.js'

export type { IdxArray, IdxData, IdxType } from './idx-header.js'
export { type IdxContent, writeIdx } from './idx-write.js'

export interface IdxFiles {
  /** The path of the file of inputs. The file has at least two dimensions, and the first one is the number of rows. */
  inputs: string
  /** The path of the file of labels. The file has one dimension and contains whole numbers. */
  labels?: string
  /** The factor that multiplies each input before a network uses it. Default 1/255 for bytes, 1 for all other types. */
  scale?: number
  /** The maximum number of rows to read, starting with the first row. Default: all rows. */
  limit?: number
}

/** How many numbers are converted before the event loop runs again. */
const chunkLength = 2 ** 17

/**
 * For each number type of an IDX file, the type in which a dataset stores the numbers. Bytes stay bytes. Other integers
 * become floats that represent them exactly.
 */
const inputTypes: Record<IdxType, NonNullable<DatasetShape['dtype']>> = {
  uint8: 'uint8',
  int8: 'float32',
  int16: 'float32',
  int32: 'float64',
  float32: 'float32',
  float64: 'float64',
}

/**
 * Reads one IDX file of any type and shape, plain or gzip.
 * @throws DataError if the file is not an IDX file, or is truncated, damaged or too long. The message gives the path of
 * the file and the byte offset of the problem
 */
export function readIdxArray(path: string): Promise<IdxArray> {
  return withIdx(path, async (idx) => {
    const { type, shape, length } = idx
    const data = reserve(path, dataSize(idx), DataError, () => new idxTypes[type].Numbers(length))
    await fill(idx, data)
    await checkEnd(idx)
    return { type, shape, data }
  })
}

/**
 * Reads a file of inputs and a file of labels in the IDX format, plain or gzip, into a dataset. Bytes are read directly
 * into the storage of the dataset.
 *
 * @param files The paths of the inputs and the labels, the scale and the limit. Each row of inputs is flattened.
 * @returns The dataset.
 * @throws DataError if a file has the wrong number of dimensions or no rows, the files have different numbers of rows,
 * an input is not finite, or a label is negative; all errors of `readIdxArray`
 * @example
 * ```ts
 * import { readIdx } from 'descent-nn'
 *
 * const test = await readIdx({ inputs: 't10k-images-idx3-ubyte.gz', labels: 't10k-labels-idx1-ubyte.gz' })
 * console.log(test.rows, test.width)
 * ```
 */
export async function readIdx(files: IdxFiles): Promise<Dataset> {
  checkKeys('IDX', files, ['inputs', 'labels', 'scale', 'limit'])
  const { inputs, labels, limit } = files
  if (limit !== undefined) checkInteger({ limit }, 1)
  return withIdx(inputs, async (rows) => {
    checkInputs(rows)
    if (labels === undefined) return readRows(files, rows)
    return withIdx(labels, async (answers) => {
      checkLabels(answers)
      if (answers.length !== rows.shape[0]) {
        throw new DataError(`${inputs} has ${rows.shape[0]} rows, but ${labels} has ${answers.length} labels`)
      }
      return readRows(files, rows, answers)
    })
  })
}

async function readRows({ scale, limit = Infinity }: IdxFiles, rows: OpenIdx, answers?: OpenIdx): Promise<Dataset> {
  const size = Math.min(limit, rows.shape[0])
  const width = rows.length / rows.shape[0]
  const dtype = inputTypes[rows.type]
  const shape = { rows: size, width, dtype, labels: answers !== undefined, ...(scale !== undefined && { scale }) }
  const bytes = size * width * idxTypes[rows.type].Numbers.BYTES_PER_ELEMENT
  const dataset = reserve(rows.source.path, bytes, DataError, () => Dataset.allocate(shape))
  await fill(rows, dataset.inputs, (value, index, offset) => {
    if (Number.isFinite(value)) return
    const place = `row ${Math.floor(index / width)}, column ${index % width} (byte ${offset})`
    throw new DataError(`${rows.source.path}: ${value} at ${place}: every input must be finite`)
  })
  if (size === rows.shape[0]) await checkEnd(rows)
  if (answers && dataset.labels) {
    await fill(answers, dataset.labels, (value, index, offset) => {
      if (value >= 0) return
      throw new DataError(`${answers.source.path}: label ${value} at row ${index} (byte ${offset}) must be at least 0`)
    })
    if (size === answers.length) await checkEnd(answers)
  }
  return dataset
}

function checkInputs(idx: OpenIdx): void {
  const { source, shape, length } = idx
  if (shape.length < 2) {
    throw new DataError(
      `${source.path}: a file of inputs has at least 2 dimensions, this one has 1 (${describe(idx)}): is it a file of labels?`,
    )
  }
  if (shape[0] === 0) throw new DataError(`${source.path}: the file has no rows (${describe(idx)})`)
  if (length === 0) throw new DataError(`${source.path}: the rows have no numbers (${describe(idx)})`)
}

function checkLabels(idx: OpenIdx): void {
  const { source, shape, type } = idx
  if (shape.length !== 1) {
    throw new DataError(
      `${source.path}: a file of labels has 1 dimension, this one has ${shape.length} (${describe(idx)}): is it a file of inputs?`,
    )
  }
  if (type.startsWith('float')) throw new DataError(`${source.path}: labels must be whole numbers, not ${type}`)
}

/**
 * Fills `target` with the next numbers of the file. Calls `check` with each number, its index and its byte offset.
 * Bytes that are read directly into a Uint8Array are not checked, because every byte is a valid input.
 */
async function fill(
  idx: OpenIdx,
  target: IdxData | NumberArray,
  check?: (value: number, index: number, offset: number) => void,
): Promise<void> {
  const { source, type, headerSize } = idx
  if (type === 'uint8' && target instanceof Uint8Array) {
    const count = await source.read(target)
    if (count < target.length) throw sizeError(idx, count)
    return
  }
  const { Numbers } = idxTypes[type]
  const size = Numbers.BYTES_PER_ELEMENT
  const chunk = new Numbers(Math.min(chunkLength, target.length))
  for (let first = 0; first < target.length; first += chunkLength) {
    const part = chunk.subarray(0, target.length - first)
    const count = await source.read(new Uint8Array(part.buffer, 0, part.byteLength))
    if (count < part.byteLength) throw sizeError(idx, first * size + count)
    reorderBytes(part, size, 'BE')
    if (check) {
      for (let i = 0; i < part.length; i++) check(part[i], first + i, headerSize + (first + i) * size)
    }
    target.set(part, first)
  }
}

/**
 * Throws if the file continues after the data. Reading past the end also makes zlib check the checksum of a gzip file.
 */
async function checkEnd(idx: OpenIdx): Promise<void> {
  if ((await idx.source.read(new Uint8Array(1))) !== 0) throw sizeError(idx, Infinity)
}
