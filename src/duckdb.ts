/**
 * descent-nn/duckdb: uses DuckDB to read datasets or batches from Parquet files, from SQL queries and from CSV files
 * with typed columns, and to write predictions into tables.
 */

export type { Shard } from './readers/columns/shard.js'
export type { BatchOptions, ColumnId, TableOptions } from './readers/columns/table-options.js'
export type { DatabaseOptions } from './readers/duckdb/connection.js'
export { readTypedCsv, streamTypedCsv, type TypedCsvOptions } from './readers/duckdb/csv.js'
export type { TablePath } from './readers/duckdb/file-table.js'
export { type ParquetOptions, readParquet, streamParquet } from './readers/duckdb/parquet.js'
export type { SqlValue } from './readers/duckdb/query.js'
export type { SqlSource } from './readers/duckdb/raw-duckdb.js'
export { readSql, type SqlOptions, streamSql } from './readers/duckdb/sql.js'
export { type PredictionColumns, type WriteOptions, writePredictions } from './readers/duckdb/write.js'
export type { ColumnValues, RowsOfNumbers } from './readers/duckdb/write-values.js'
export { type OpenTypedTableOptions, openParquetTable, openSqlTable } from './tables/open-duckdb.js'
