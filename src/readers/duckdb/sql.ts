import { optionError } from '../../base/errors.js'
import type { Dataset } from '../../data/dataset.js'
import { batchesOf, joinBatches } from '../columns/batches.js'
import {
  type BatchOptions,
  batchKeys,
  checkTableOptions,
  pick,
  type TableOptions,
  tableKeys,
} from '../columns/table-options.js'
import { type DatabaseOptions, databaseKeys, openDatabase } from './connection.js'
import { type SqlValue, startQuery } from './query.js'

export interface SqlOptions extends TableOptions, DatabaseOptions {
  /** The values of the query's `?` or `$name` parameters. */
  parameters?: readonly SqlValue[] | Readonly<Record<string, SqlValue>>
}

const source = 'the query'

/**
 * Runs a query and gives its rows as one dataset; for a moment there are twice the bytes of the data.
 * Columns are numbers (BOOLEAN, integers, FLOAT, DOUBLE, DECIMAL), lists or arrays of them, or BLOBs, whose bytes are numbers.
 * @throws DataError where DuckDB refuses the query, where a column is missing or of another type, where there are no rows, and
 * with the row, from 0, and the column where a value is NULL, not finite or no class; OptionError
 */
export function readSql(sql: string, options: SqlOptions = {}): Promise<Dataset> {
  return joinBatches(source, queryBatches(sql, options, []))
}

/** Runs a query and gives its rows as they come, in batches of `batchSize` rows. Throws what `readSql` throws, but for no rows. */
export function streamSql(sql: string, options: SqlOptions & BatchOptions = {}): AsyncGenerator<Dataset, void> {
  return queryBatches(sql, options, batchKeys)
}

async function* queryBatches(
  sql: string,
  options: SqlOptions & BatchOptions,
  more: readonly string[],
): AsyncGenerator<Dataset, void> {
  if (typeof sql !== 'string' || sql.trim() === '') throw optionError({ sql }, 'the text of a query')
  checkTableOptions('SQL', options, [...databaseKeys, 'parameters', ...more])
  const { parameters, signal } = options
  const database = await openDatabase(pick(options, databaseKeys))
  try {
    const table = await startQuery(database, { sql, parameters, signal, source })
    yield* batchesOf(table, pick(options, [...tableKeys, ...batchKeys]))
  } finally {
    database.close()
  }
}
