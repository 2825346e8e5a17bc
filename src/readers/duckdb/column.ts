import type {
  DuckDBArrayType,
  DuckDBBlobVector,
  DuckDBDataChunk,
  DuckDBListType,
  DuckDBListVector,
  DuckDBType,
  DuckDBVector,
} from '@duckdb/node-api'
import type { Column, ColumnKind, IsNull, Lists, NumberItems } from '../columns/table.js'
import type { DuckdbModule } from './load.js'

/** Returns which kind of values a column of the given SQL type holds. Dates and times are not treated as numbers. */
export function kindOf(type: DuckDBType, { DuckDBTypeId: id }: DuckdbModule): ColumnKind {
  switch (type.typeId) {
    case id.BOOLEAN:
    case id.TINYINT:
    case id.SMALLINT:
    case id.INTEGER:
    case id.BIGINT:
    case id.HUGEINT:
    case id.UTINYINT:
    case id.USMALLINT:
    case id.UINTEGER:
    case id.UBIGINT:
    case id.UHUGEINT:
    case id.FLOAT:
    case id.DOUBLE:
    case id.DECIMAL:
      return 'numbers'
    case id.LIST:
    case id.ARRAY:
      return kindOf((type as DuckDBListType | DuckDBArrayType).valueType, { DuckDBTypeId: id } as DuckdbModule) ===
        'numbers'
        ? 'lists'
        : 'other'
    case id.BLOB:
      return 'bytes'
    case id.VARCHAR:
    case id.ENUM:
      return 'texts'
    case id.DATE:
    case id.TIMESTAMP:
    case id.TIMESTAMP_S:
    case id.TIMESTAMP_MS:
    case id.TIMESTAMP_NS:
    case id.TIMESTAMP_TZ:
      return 'times'
    default:
      return 'other'
  }
}

/**
 * Returns the values of a column in a chunk of rows from DuckDB. They are not copied if DuckDB gives access to its
 * memory.
 */
export function columnOf(chunk: DuckDBDataChunk, index: number, kind: ColumnKind, duckdb: DuckdbModule): Column {
  const vector = chunk.getColumnVector(index)
  if (kind === 'numbers') return { kind, ...numbersOf(vector) }
  if (kind === 'lists') return vector instanceof duckdb.DuckDBListVector ? listsOf(vector) : arraysOf(vector)
  if (kind === 'bytes') return { kind, get: (row) => (vector as DuckDBBlobVector).getItemBytes(row) }
  return {
    kind: kind === 'times' ? kind : 'texts',
    get(row) {
      const item = vector.getItem(row)
      return item === null ? null : String(item)
    },
  }
}

/**
 * Returns the numbers of a vector, and a function that tells whether a number is NULL. A vector is DuckDB's array of
 * column values. The numbers come from private fields of the DuckDB package, which are checked first. If a new version
 * of the package has changed these fields, each number is fetched individually, with the same result.
 */
export function numbersOf(vector: DuckDBVector): { items: NumberItems; isNull: IsNull } {
  const items: unknown = Reflect.get(vector, 'items')
  const bits: unknown = Reflect.get(Reflect.get(vector, 'validity') ?? {}, 'data')
  const exposed =
    ArrayBuffer.isView(items) && !(items instanceof DataView) && Reflect.get(items, 'length') === vector.itemCount
  if (!exposed || (bits !== null && !(bits instanceof BigUint64Array))) return fetched(vector)
  // Numbers beyond 2^53 are rounded to the nearest float64.
  const wide = items instanceof BigInt64Array || items instanceof BigUint64Array
  return { items: wide ? Float64Array.from(items, Number) : (items as NumberItems), isNull: bitsOf(bits) }
}

function bitsOf(bits: BigUint64Array | null): IsNull {
  if (bits === null) return undefined
  // Bit n is 0 if value n is NULL. The bits are stored in 64-bit words. DuckDB only has builds for little-endian
  // machines, so byte `i` contains the bits from `8 * i` to `8 * i + 7`.
  const bytes = new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength)
  return (index) => (bytes[index >> 3] & (1 << (index & 7))) === 0
}

function fetched(vector: DuckDBVector): { items: NumberItems; isNull: IsNull } {
  const items = new Float64Array(vector.itemCount)
  const nulls = new Set<number>()
  for (let i = 0; i < items.length; i++) {
    const item = vector.getItem(i)
    if (item === null) nulls.add(i)
    // A decimal is converted from its text, because this rounds only once. DuckDB's own conversion rounds twice.
    else items[i] = typeof item === 'object' ? Number(String(item)) : Number(item)
  }
  return { items, isNull: nulls.size > 0 ? (index) => nulls.has(index) : undefined }
}

function listsOf(vector: DuckDBListVector): Lists {
  const { items, isNull: isItemNull } = numbersOf(vector.childVector)
  const lengths = Uint32Array.from({ length: vector.itemCount }, (_, row) => vector.getEntryLength(row))
  const offsets = Uint32Array.from(lengths, (_, row) => vector.getEntryOffset(row))
  return {
    kind: 'lists',
    items,
    offset: (row) => offsets[row],
    length: (row) => lengths[row],
    isNull: nullRows(vector),
    isItemNull,
  }
}

/** Returns an ARRAY column as lists. All its arrays have the same length and are stored one after another. */
function arraysOf(vector: DuckDBVector): Lists {
  const { length } = vector.type as DuckDBArrayType
  const child: unknown = Reflect.get(vector, 'childData')
  const isVector = typeof child === 'object' && child !== null && 'getItem' in child && 'itemCount' in child
  const numbers = isVector ? numbersOf(child as DuckDBVector) : fetchedArrays(vector, length)
  return {
    kind: 'lists',
    items: numbers.items,
    offset: (row) => row * length,
    length: () => length,
    isNull: nullRows(vector),
    isItemNull: numbers.isNull,
  }
}

function fetchedArrays(vector: DuckDBVector, length: number): { items: NumberItems; isNull: IsNull } {
  const items = new Float64Array(vector.itemCount * length)
  const nulls = new Set<number>()
  for (let row = 0; row < vector.itemCount; row++) {
    const list = vector.getItem(row) as { items: readonly unknown[] } | null
    list?.items.forEach((item, i) => {
      if (item === null) nulls.add(row * length + i)
      else items[row * length + i] = Number(String(item))
    })
  }
  return { items, isNull: nulls.size > 0 ? (index) => nulls.has(index) : undefined }
}

function nullRows(vector: DuckDBVector): IsNull {
  const bits: unknown = Reflect.get(Reflect.get(vector, 'validity') ?? {}, 'data')
  if (bits === null || bits instanceof BigUint64Array) return bitsOf(bits)
  return (row) => vector.getItem(row) === null
}
