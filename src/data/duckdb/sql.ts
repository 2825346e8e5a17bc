import { optionError } from '../../errors.js'
import type { Dataset } from '../dataset.js'
import { batchesOf, wholeOf } from '../table/batches.js'
import { checkTableOptions, pick, type TableOptions, tableKeys } from '../table/options.js'
import type { Table } from '../table/table.js'
import { type DatabaseOptions, databaseKeys, openDatabase } from './connection.js'
import { type SqlValue, startQuery } from './query.js'

export interface SqlOptions extends TableOptions, DatabaseOptions {
  /** The values of the query's `?`, or of its `$name`. */
  parameters?: readonly SqlValue[] | Readonly<Record<string, SqlValue>>
}

/**
 * Runs a query and gives its rows as one dataset; for a moment there are twice the bytes of the data.
 * Columns are numbers (BOOLEAN, integers, FLOAT, DOUBLE, DECIMAL), lists or arrays of them, or BLOBs, whose bytes are numbers.
 * @throws DataError where DuckDB refuses the query, a column is missing or of another type, and with the row, from 0, and
 * the column where a value is NULL, not finite or no class; OptionError
 */
export async function readSql(sql: string, options: SqlOptions = {}): Promise<Dataset> {
  return withQuery(sql, options, (table, tableOptions) => wholeOf(table, tableOptions))
}

/** Runs a query and gives its rows as they come, in batches of `batchRows` rows. Throws what `readSql` throws. */
export async function* streamSql(sql: string, options: SqlOptions = {}): AsyncGenerator<Dataset, void> {
  check(sql, options)
  const database = await openDatabase(pick(options, databaseKeys))
  try {
    yield* batchesOf(await startQuery(database, queryOf(sql, options)), pick(options, tableKeys))
  } finally {
    database.close()
  }
}

async function withQuery<T>(
  sql: string,
  options: SqlOptions,
  use: (table: Table, options: TableOptions) => Promise<T>,
): Promise<T> {
  check(sql, options)
  const database = await openDatabase(pick(options, databaseKeys))
  try {
    return await use(await startQuery(database, queryOf(sql, options)), pick(options, tableKeys))
  } finally {
    database.close()
  }
}

function check(sql: string, options: SqlOptions): void {
  if (typeof sql !== 'string' || sql.trim() === '') throw optionError({ sql }, 'the text of a query')
  checkTableOptions(options, [...databaseKeys, 'parameters'])
}

const queryOf = (sql: string, { parameters, signal }: SqlOptions) => ({ sql, parameters, signal, source: 'the query' })
