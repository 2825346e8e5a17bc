/** descent/duckdb: Parquet, SQL and typed CSV through DuckDB, as datasets and as batches; predictions back into a table. */

export type { DatabaseOptions } from './data/duckdb/connection.js'
export { readTypedCsv, streamTypedCsv, type TypedCsvOptions } from './data/duckdb/csv.js'
export type { TablePath } from './data/duckdb/file-table.js'
export { type ParquetOptions, readParquet, streamParquet } from './data/duckdb/parquet.js'
export type { SqlValue } from './data/duckdb/query.js'
export { readSql, type SqlOptions, streamSql } from './data/duckdb/sql.js'
export { type PredictionColumns, type WriteOptions, writePredictions } from './data/duckdb/write.js'
export type { ColumnValues, RowsOfNumbers } from './data/duckdb/write-values.js'
export type { BatchOptions, ColumnId, TableOptions } from './data/table/options.js'
