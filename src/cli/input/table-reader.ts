import type { BatchOptions, Dataset, TableOptions } from '../../index.js'

/** The options of a table reader. For .npy, the label is the file of the labels. */
export interface ReadOptions extends TableOptions {
  readonly label?: string
  /** The DuckDB file for a query. */
  readonly database?: string
  /** Whether the first line of CSV names the columns. */
  readonly header?: boolean
}

/** A reader of tables of one kind, from files or queries. */
export interface TableReader {
  read(from: string, options: ReadOptions): Promise<Dataset>
  stream(from: string, options: ReadOptions & BatchOptions): AsyncIterable<Dataset>
}
