import { extname } from 'node:path'
import { type DataTable, type DataTableOptions, type OpenTableOptions, openTable } from '../../index.js'

/** Where the rows of a table with named columns are. */
export interface NamedTable {
  readonly data?: string | undefined
  readonly sql?: string | undefined
  readonly database?: string | undefined
  readonly delimiter?: OpenTableOptions['delimiter']
  readonly decimal?: OpenTableOptions['decimal']
}

/** Opens the file or the query of a table. DuckDB and Arrow are loaded only for what they read. */
export async function openNamedTable(
  { data = '', sql, database, delimiter, decimal }: NamedTable,
  options: DataTableOptions & { readonly signal?: AbortSignal } = {},
): Promise<DataTable> {
  if (sql !== undefined) {
    const { openSqlTable } = await import('../../duckdb.js')
    return openSqlTable({ sql, ...(database !== undefined && { database }) }, options)
  }
  const ending = extname(data).toLowerCase()
  if (ending === '.parquet') return (await import('../../duckdb.js')).openParquetTable(data, options)
  return openTable(data, { delimiter, decimal, ...options })
}
