/** The interface of all typed tables, independent of their source. A table has named columns, and chunks of rows. */

export type NumberItems =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array

/** The kind of values in a column. A network cannot use columns of the kind 'other'. */
export type ColumnKind = 'numbers' | 'lists' | 'bytes' | 'texts' | 'other'

export interface ColumnHead {
  readonly name: string
  /** The source's name of the type, such as 'VARCHAR'. It is only used in messages. */
  readonly type: string
  readonly kind: ColumnKind
}

/** A function that tells whether the value at an index is NULL. Undefined if no value is NULL. */
export type IsNull = ((index: number) => boolean) | undefined

/** One number for each row. */
export interface Numbers {
  readonly kind: 'numbers'
  readonly items: NumberItems
  readonly isNull: IsNull
}

/** A list of numbers for each row: row r has `length(r)` numbers of `items`, starting at `offset(r)`. */
export interface Lists {
  readonly kind: 'lists'
  readonly items: NumberItems
  readonly offset: (row: number) => number
  readonly length: (row: number) => number
  readonly isNull: IsNull
  readonly isItemNull: IsNull
}

/** Bytes for each row, or null. */
export interface Blobs {
  readonly kind: 'bytes'
  readonly get: (row: number) => Uint8Array | null
}

/** A string for each row, or null. */
export interface Texts {
  readonly kind: 'texts'
  readonly get: (row: number) => string | null
}

/** A column of one chunk. */
export type Column = Numbers | Lists | Blobs | Texts

export interface Chunk {
  readonly rows: number
  /** Returns the column with this index in the table's `columns`. The index must be one of those passed to `chunks`. */
  readonly column: (index: number) => Column
}

export interface Table {
  /** The start of all messages: the path of the file, or 'the query'. */
  readonly source: string
  readonly columns: readonly ColumnHead[]
  /** Yields the rows in the source's order, with at least the `wanted` columns, given by their indices. */
  chunks(wanted: readonly number[]): AsyncIterable<Chunk>
}
