import type { BatchOptions, CsvOptions, Dataset, TableOptions } from '../../index.js'

/** The options of a table reader. For .npy files, `label` is the path of the file with the labels. */
export interface ReadOptions extends TableOptions {
  readonly label?: string
  /** The path of the DuckDB database for a query. */
  readonly database?: string
  /** Whether the first line of a CSV file names the columns. */
  readonly header?: boolean
  /** The character between two cells of a CSV file, and the decimal mark of its numbers. */
  readonly delimiter?: NonNullable<CsvOptions['delimiter']>
  readonly decimal?: NonNullable<CsvOptions['decimal']>
}

/** Reads tables of one kind. `from` is the path of a file, or a query. */
export interface TableReader {
  read(from: string, options: ReadOptions): Promise<Dataset>
  stream(from: string, options: ReadOptions & BatchOptions): AsyncIterable<Dataset>
}
