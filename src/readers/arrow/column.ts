import type { Data, DataType } from 'apache-arrow'
import { DataError } from '../../base/errors.js'
import { isBigInts } from '../../base/typed-arrays.js'
import type { Column, ColumnKind, IsNull, Lists, NumberItems } from '../columns/table.js'
import type { ArrowModule } from './load.js'

/**
 * Returns which kind of values a column of the given Arrow type holds. Dates, times and decimals are not treated as
 * numbers.
 */
export function kindOf(type: DataType, arrow: ArrowModule): ColumnKind {
  const { DataType: is, Type } = arrow
  if (is.isInt(type) || is.isFloat(type) || is.isBool(type)) return 'numbers'
  // Older versions of the Arrow library lack large lists and views, so their type numbers are compared.
  if (is.isList(type) || is.isFixedSizeList(type) || type.typeId === Type.LargeList)
    return kindOf(type.children[0].type, arrow) === 'numbers' ? 'lists' : 'other'
  if (is.isBinary(type) || is.isLargeBinary(type) || is.isFixedSizeBinary(type) || type.typeId === Type.BinaryView)
    return 'bytes'
  if (is.isUtf8(type) || is.isLargeUtf8(type) || type.typeId === Type.Utf8View) return 'texts'
  if (is.isDate(type) || is.isTimestamp(type)) return 'times'
  return is.isDictionary(type) && kindOf(type.dictionary, arrow) === 'texts' ? 'texts' : 'other'
}

/**
 * Returns the values of a column of a record batch. They are copied only if they must be converted, such as 64-bit
 * integers.
 * @throws DataError if the buffers contain fewer values than there are rows. The Arrow library would read the missing
 * values as 0.
 */
export function columnOf(data: Data, kind: ColumnKind, rows: number, what: string, arrow: ArrowModule): Column {
  if (data.length !== rows) throw new DataError(`${what} has ${data.length} values for ${rows} rows`)
  if (kind === 'numbers') return { kind, ...numbersOf(data, what, arrow) }
  if (kind === 'lists') return listsOf(data, what, arrow)
  const { DataType: is, Type } = arrow
  if (data.typeId === Type.Utf8View || data.typeId === Type.BinaryView) checkViews(data, what)
  else checkOffsets(data, data.values?.length ?? 0, what)
  if (is.isDictionary(data.type) || is.isFixedSizeBinary(data.type)) {
    const width = is.isFixedSizeBinary(data.type) ? data.type.byteWidth : 1
    checkSize(data.values?.length, rows * width, what)
  }
  const vector = new arrow.Vector([data])
  if (kind === 'times') return { kind, get: (row) => timeText(vector.get(row)) }
  if (kind === 'bytes') return { kind, get: (row) => (vector.get(row) as Uint8Array | null) ?? null }
  return {
    kind: 'texts',
    get(row) {
      const value: unknown = vector.get(row)
      if (value !== null && typeof value !== 'string')
        throw new DataError(`${what} has an index at row ${row} of the batch that is not in its dictionary`)
      return value
    },
  }
}

/** Returns the ISO 8601 text of a date or a time, which the Arrow library gives as a date or as milliseconds since 1970. */
function timeText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return (value instanceof Date ? value : new Date(Number(value))).toISOString()
}

function numbersOf(data: Data, what: string, arrow: ArrowModule): { items: NumberItems; isNull: IsNull } {
  const isNull = nullsOf(data, what)
  const { DataType: is } = arrow
  const values: unknown = data.values
  if (is.isBool(data.type)) {
    checkSize(data.values?.length, Math.ceil(data.length / 8), what)
    return { items: Uint8Array.from({ length: data.length }, (_, i) => (data.values[i >> 3] >> (i & 7)) & 1), isNull }
  }
  checkSize(data.values?.length, data.length, what)
  if (isBigInts(values)) return { items: Float64Array.from(values.subarray(0, data.length), Number), isNull }
  if (is.isFloat(data.type) && data.type.precision === arrow.Precision.HALF) {
    const halves = new arrow.Vector([data])
    return { items: Float32Array.from({ length: data.length }, (_, i) => Number(halves.get(i))), isNull }
  }
  return { items: values as NumberItems, isNull }
}

function listsOf(data: Data, what: string, arrow: ArrowModule): Lists {
  const [child] = data.children
  const { items, isNull: isItemNull } = numbersOf(child, what, arrow)
  const isNull = nullsOf(data, what)
  if (arrow.DataType.isFixedSizeList(data.type)) {
    const { listSize } = data.type
    checkSize(child.length, data.length * listSize, what)
    return { kind: 'lists', items, offset: (row) => row * listSize, length: () => listSize, isNull, isItemNull }
  }
  checkOffsets(data, child.length, what)
  // The offsets of a large list are bigints.
  const offsets: ArrayLike<number | bigint> = data.valueOffsets
  return {
    kind: 'lists',
    items,
    offset: (row) => Number(offsets[row]),
    length: (row) => Number(offsets[row + 1]) - Number(offsets[row]),
    isNull,
    isItemNull,
  }
}

function nullsOf(data: Data, what: string): IsNull {
  if (data.nullCount === 0) return undefined
  const { nullBitmap: bits } = data
  checkSize(bits?.length, Math.ceil(data.length / 8), what)
  return (index) => (bits[index >> 3] & (1 << (index & 7))) === 0
}

/**
 * Checks the offsets at which the values of a column start in its buffer. They must not decrease, and must be at most
 * `end`.
 */
function checkOffsets(data: Data, end: number, what: string): void {
  const offsets: ArrayLike<number | bigint> | undefined = data.valueOffsets
  if (!offsets || data.length === 0) return
  checkSize(offsets.length, data.length + 1, what)
  let before = 0
  for (let i = 0; i <= data.length; i++) {
    const offset = Number(offsets[i])
    if (offset < before || offset > end) {
      throw new DataError(
        `${what} has the offset ${offset} at row ${i} of the batch, expected ${before} to ${end}: it is damaged`,
      )
    }
    before = offset
  }
}

/**
 * The size of a view in bytes. A view holds the length of its value. It also holds the value itself if that has at most
 * `inlineSize` bytes.
 */
const viewSize = 16
const inlineSize = 12

/**
 * Checks the views of a column of strings or binary values. The view of a longer value has the number of a buffer and
 * the offset of the value in it. The Arrow library would cut off a value that goes beyond its buffer.
 */
function checkViews(data: Data, what: string): void {
  checkSize(data.values?.length, data.length * viewSize, what)
  const isNull = nullsOf(data, what)
  const views = new DataView(data.values.buffer, data.values.byteOffset, data.length * viewSize)
  for (let row = 0; row < data.length; row++) {
    const length = views.getInt32(row * viewSize, true)
    if (isNull?.(row) || (length >= 0 && length <= inlineSize)) continue
    const buffer = data.variadicBuffers[views.getInt32(row * viewSize + 8, true)]
    const offset = views.getInt32(row * viewSize + 12, true)
    if (buffer && length > 0 && offset >= 0 && offset + length <= buffer.length) continue
    throw new DataError(`${what} has a value at row ${row} of the batch that is not in its buffers: it is damaged`)
  }
}

function checkSize(found: number | undefined, needed: number, what: string): void {
  if ((found ?? 0) >= needed) return
  throw new DataError(`${what} has ${found ?? 0} values instead of ${needed}: it is damaged`)
}
