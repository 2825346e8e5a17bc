/**
 * Defines the interface of tables with typed columns. All sources, such as DuckDB and Arrow, provide this interface. A
 * table has named columns, and yields its rows in chunks.
 */

import type { Range } from '../../base/work-shares.js'

export type NumberItems =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array

/**
 * The kind of values in a column. A network cannot use columns of the kinds 'times' and 'other' by themselves. A schema
 * knows how to use times.
 */
export type ColumnKind = 'numbers' | 'lists' | 'bytes' | 'texts' | 'times' | 'other'

export interface ColumnHead {
  readonly name: string
  /** The source's name for the type, such as 'VARCHAR'. It is only used in messages. */
  readonly type: string
  readonly kind: ColumnKind
}

/** A function that tells whether the value at an index is NULL. Undefined if no value is NULL. */
export type IsNull = ((index: number) => boolean) | undefined

/** A column that has one number in each row. */
export interface Numbers {
  readonly kind: 'numbers'
  readonly items: NumberItems
  readonly isNull: IsNull
}

/**
 * A column that has a list of numbers in each row. The list of row `r` consists of `length(r)` elements of `items`,
 * starting at index `offset(r)`.
 */
export interface Lists {
  readonly kind: 'lists'
  readonly items: NumberItems
  readonly offset: (row: number) => number
  readonly length: (row: number) => number
  readonly isNull: IsNull
  readonly isItemNull: IsNull
}

/** A column that has bytes in each row. `get` returns null if the value is NULL. */
export interface Blobs {
  readonly kind: 'bytes'
  readonly get: (row: number) => Uint8Array | null
}

/** A column that has a string, or a date or time as an ISO 8601 string, in each row. `get` returns null for NULL. */
export interface Texts {
  readonly kind: 'texts' | 'times'
  readonly get: (row: number) => string | null
}

/** The values of one column in a chunk. A chunk is a group of consecutive rows of the table. */
export type Column = Numbers | Lists | Blobs | Texts

export interface Chunk {
  /** The index of the first row of the chunk among all rows of the table. */
  readonly first: number
  readonly rows: number
  /**
   * Returns the values of a column. `index` is its index in `Table.columns`, and must be one that was passed to
   * `Table.chunks`.
   */
  readonly column: (index: number) => Column
}

export interface Table {
  /** The name of the source: the path of the file, or 'the query'. Error messages begin with this name. */
  readonly source: string
  readonly columns: readonly ColumnHead[]
  /** Returns the number of rows. The rows can still be read afterwards. Undefined if they can be read only once. */
  readonly countRows: (() => Promise<number>) | undefined
  /**
   * Yields the rows in chunks, in the source's order. Each chunk has at least the columns whose indices are in
   * `wanted`. If `range` is given, chunks without any row of the range may be left out.
   */
  chunks(wanted: readonly number[], range?: Range): AsyncIterable<Chunk>
}
