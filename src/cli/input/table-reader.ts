import type { BatchOptions, Dataset, TableOptions } from '../../index.js'

/** What a reader is told of a table. For .npy, the label is the file of the labels. */
export interface ReadOptions extends TableOptions {
  readonly label?: string
  /** The file of DuckDB that a query asks. */
  readonly database?: string
  /** Whether the first line of CSV names the columns. */
  readonly header?: boolean
}

/** What reads tables of a kind: from files, or what queries give. */
export interface TableReader {
  read(from: string, options: ReadOptions): Promise<Dataset>
  stream(from: string, options: ReadOptions & BatchOptions): AsyncIterable<Dataset>
}
