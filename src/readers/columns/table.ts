/** What every table is to the readers of tables, whoever reads it: named columns, and chunks of rows of them. */

export type NumberItems =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array

/** What the values of a column are: numbers, lists of numbers, bytes, texts, or what no network can take. */
export type ColumnKind = 'numbers' | 'lists' | 'bytes' | 'texts' | 'other'

export interface ColumnHead {
  readonly name: string
  /** As the source calls it, for messages: 'VARCHAR'. */
  readonly type: string
  readonly kind: ColumnKind
}

/** Undefined where nothing is NULL. */
export type IsNull = ((index: number) => boolean) | undefined

/** A number for each row. */
export interface Numbers {
  readonly kind: 'numbers'
  readonly items: NumberItems
  readonly isNull: IsNull
}

/** Any numbers for each row: those of row r are `length(r)` of `items` from `offset(r)` on. */
export interface Lists {
  readonly kind: 'lists'
  readonly items: NumberItems
  readonly offset: (row: number) => number
  readonly length: (row: number) => number
  readonly isNull: IsNull
  readonly isItemNull: IsNull
}

/** Bytes or a text for each row; null where it has none. */
export interface Blobs {
  readonly kind: 'bytes'
  readonly get: (row: number) => Uint8Array | null
}

export interface Texts {
  readonly kind: 'texts'
  readonly get: (row: number) => string | null
}

/** A column of a chunk. */
export type Column = Numbers | Lists | Blobs | Texts

export interface Chunk {
  readonly rows: number
  /** The column with this place in the table's heads: only asked for what `chunks` was told. */
  readonly column: (index: number) => Column
}

export interface Table {
  /** What messages begin with: the path of the file, or 'the query'. */
  readonly source: string
  readonly columns: readonly ColumnHead[]
  /** The rows, in the order of the source, with at least the columns that are named by their places. */
  chunks(wanted: readonly number[]): AsyncIterable<Chunk>
}
