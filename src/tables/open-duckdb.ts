import { checkKeys } from '../base/checks.js'
import { openRawParquet, openRawSql, type SqlSource } from '../readers/duckdb/raw-duckdb.js'
import { schemaKeys } from '../schema/infer-schema.js'
import { type DataTable, type DataTableOptions, withSchema } from './data-table.js'

export interface OpenTypedTableOptions extends DataTableOptions {
  readonly signal?: AbortSignal | undefined
}

/** The options of tables with typed columns. */
export const typedTableKeys = [...schemaKeys, 'schema', 'signal']

/**
 * Opens a Parquet file as a table, as `openTable` does for files of text.
 * @throws OptionError and DataError as `openTable` does
 */
export async function openParquetTable(path: string, options: OpenTypedTableOptions = {}): Promise<DataTable> {
  checkKeys('table', options, typedTableKeys)
  const { signal, ...rest } = options
  return withSchema(await openRawParquet(path, signal), rest)
}

/**
 * Opens the rows of a query as a table. The query is run again for each pass over the rows, and must give them in the same
 * order each time, for example by ORDER BY.
 * @throws OptionError and DataError as `openTable` does; DataError if DuckDB refuses the query
 */
export async function openSqlTable(query: SqlSource, options: OpenTypedTableOptions = {}): Promise<DataTable> {
  checkKeys('table', options, typedTableKeys)
  const { signal, ...rest } = options
  return withSchema(await openRawSql(query, signal), rest)
}
