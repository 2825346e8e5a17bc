import { DataError } from '../../base/errors.js'
import type { Range } from '../../base/work-shares.js'
import type { Dataset } from '../../data/dataset.js'
import { joinBatches } from '../columns/batches.js'
import type { Chunk, Table } from '../columns/table.js'
import { type BatchOptions, batchKeys, checkTableOptions, type TableOptions } from '../columns/table-options.js'
import { attempt, type DatabaseOptions, databaseKeys, type OpenDatabase } from './connection.js'
import {
  batchesOfFiles,
  filesAt,
  nameOf,
  onlyContent,
  selectColumns,
  sqlName,
  sqlPath,
  sqlPaths,
  type TablePath,
} from './file-table.js'

export interface ParquetOptions extends TableOptions, DatabaseOptions {}

/**
 * Reads Parquet files into one dataset. A Parquet file declares how many rows it has, so the rows are read directly
 * into the dataset. Only the selected columns are read. A column may hold numbers, lists of numbers, or byte arrays,
 * whose bytes are the numbers.
 * @throws DataError if a file does not exist or is damaged, if a column is missing or has an unsupported type, if a
 * value is NULL or not finite, if a label is not a class, or if there are no rows; OptionError if an option is wrong.
 * For a wrong value or label, the message names the column and the row (counted from 0).
 */
export async function readParquet(path: TablePath, options: ParquetOptions = {}): Promise<Dataset> {
  return joinBatches(nameOf(path), parquetBatches(path, options, true), options.shard)
}

/**
 * Reads Parquet files in batches of `batchSize` rows. Throws the same errors as `readParquet`, except that files
 * without rows are allowed.
 */
export function streamParquet(
  path: TablePath,
  options: ParquetOptions & BatchOptions = {},
): AsyncGenerator<Dataset, void> {
  return parquetBatches(path, options, false)
}

async function* parquetBatches(
  path: TablePath,
  options: ParquetOptions & BatchOptions,
  whole: boolean,
): AsyncGenerator<Dataset, void> {
  checkTableOptions('Parquet', options, whole ? databaseKeys : [...databaseKeys, ...batchKeys])
  yield* batchesOfFiles(
    path,
    (files) => `read_parquet(${files}, ${onlyContent})`,
    options,
    whole,
    async (database, paths, table) => {
      await checkCounts(database, nameOf(path), sqlPaths(paths))
      return inRanges(database, paths, table, options.signal)
    },
  )
}

/** Returns a table from which a range of rows is read without reading the row groups that have none of these rows. */
function inRanges(
  database: OpenDatabase,
  paths: readonly string[],
  table: Table,
  signal: AbortSignal | undefined,
): Table {
  const { source, columns } = table

  /** Returns each file with its number of rows, which is in its footer. */
  async function filesWithRows(): Promise<{ file: string; rows: number }[]> {
    const files = (await Promise.all(paths.map((path) => filesAt(database, path)))).flat()
    const count = async (file: string) => {
      const sql = `SELECT num_rows FROM parquet_file_metadata(${sqlPath(file)})`
      const [[rows]] = (await attempt(source, database.connection.runAndReadAll(sql))).getRows()
      return { file, rows: Number(rows) }
    }
    return Promise.all(files.map(count))
  }

  async function* chunksIn(wanted: readonly number[], range: Range): AsyncGenerator<Chunk, void> {
    let before = 0
    for (const { file, rows } of await filesWithRows()) {
      const from = Math.max(0, range.from - before)
      const to = Math.min(rows, range.to - before)
      if (from < to) {
        // From the row numbers, DuckDB finds the row groups to read. As if all files were read by one query, the columns
        // get their types from the first file.
        const select = (indices: readonly number[]) => {
          const casts = indices.map((index) => {
            const name = sqlName(columns[index].name)
            return `CAST(${name} AS ${columns[index].type}) AS ${name}`
          })
          const rowsOfFile = `read_parquet(${sqlPath(file)}, ${onlyContent}, file_row_number = true)`
          const condition = `file_row_number >= ${from} AND file_row_number < ${to}`
          return `SELECT ${casts.join(', ')} FROM ${rowsOfFile} WHERE ${condition}`
        }
        for await (const chunk of selectColumns(database, { source, signal }, wanted, select))
          yield { ...chunk, first: before + from + chunk.first }
      }
      before += rows
    }
  }

  return {
    ...table,
    countRows: async () => (await filesWithRows()).reduce((sum, { rows }) => sum + rows, 0),
    chunks: (wanted, range) => (range ? chunksIn(wanted, range) : table.chunks(wanted)),
  }
}

/**
 * Checks the numbers of rows that a Parquet file declares, because DuckDB does not check them. A file declares a
 * number of rows for each row group, for each column of a row group, and for the complete file. These numbers must
 * agree.
 */
async function checkCounts({ connection }: OpenDatabase, source: string, files: string): Promise<void> {
  const uneven = await attempt(
    source,
    connection.runAndReadAll(`
      SELECT file_name, row_group_id, row_group_num_rows, path_in_schema, num_values FROM parquet_metadata(${files})
      WHERE num_values < row_group_num_rows OR num_values > row_group_num_rows AND NOT contains(path_in_schema, ', ')
      LIMIT 1`),
  )
  for (const [file, group, rows, column, values] of uneven.getRows()) {
    throw new DataError(
      `${file}: row group ${group} has ${rows} rows, but ${values} values in column "${column}": it is damaged`,
    )
  }
  const short = await attempt(
    source,
    connection.runAndReadAll(`
      WITH groups AS (
        SELECT DISTINCT file_name, row_group_id, row_group_num_rows FROM parquet_metadata(${files})
      ), counts AS (
        SELECT file_name, sum(row_group_num_rows) AS rows FROM groups GROUP BY file_name
      )
      SELECT file_name, num_rows, coalesce(rows, 0) FROM parquet_file_metadata(${files}) LEFT JOIN counts USING (file_name)
      WHERE num_rows <> coalesce(rows, 0) LIMIT 1`),
  )
  for (const [file, declared, rows] of short.getRows())
    throw new DataError(`${file} declares ${declared} rows, its row groups ${rows}: it is damaged`)
}
