import type { Dataset } from '../dataset.js'
import { wholeOf } from '../table/batches.js'
import { type BatchOptions, batchKeys, checkTableOptions, type TableOptions } from '../table/options.js'
import { type DatabaseOptions, databaseKeys } from './connection.js'
import { batchesOfFiles, nameOf, type TablePath } from './file-table.js'

export interface ParquetOptions extends TableOptions, DatabaseOptions {}

/**
 * Reads Parquet files into one dataset, in place: the format says how many rows there are. Only the columns that are taken are
 * read; they are numbers, lists of numbers, or byte arrays, whose bytes are numbers.
 * @throws DataError with the file where it is not there, damaged or cut off, where a column is missing or of another type,
 * where there are no rows, and with the row, from 0, and the column where a value is NULL, not finite or no class; OptionError
 */
export async function readParquet(path: TablePath, options: ParquetOptions = {}): Promise<Dataset> {
  return wholeOf(nameOf(path), parquetBatches(path, options, true))
}

/** Reads Parquet files in batches of `batchRows` rows. Throws what `readParquet` throws, but for no rows. */
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
  yield* batchesOfFiles(path, (files) => `read_parquet(${files})`, options, whole)
}
