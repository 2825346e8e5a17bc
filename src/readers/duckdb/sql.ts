import { OptionError, optionError } from '../../base/errors.js'
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
  /** The values of the `?` or `$name` parameters in the query. */
  parameters?: readonly SqlValue[] | Readonly<Record<string, SqlValue>>
}

const source = 'the query'

/**
 * Runs a query and returns its rows as one dataset. The rows are read in batches, which are then joined. This needs
 * twice the memory of the data. A column may hold numbers (BOOLEAN, integers, FLOAT, DOUBLE, DECIMAL), lists or arrays
 * of numbers, or BLOBs, whose bytes are the numbers.
 * @throws DataError if DuckDB refuses the query, if a column is missing or has an unsupported type, if a value is NULL
 * or not finite, if a label is not a class, or if there are no rows; OptionError if an option is wrong. For a wrong
 * value or label, the message names the column and the row (counted from 0).
 */
export function readSql(sql: string, options: SqlOptions = {}): Promise<Dataset> {
  return joinBatches(source, queryBatches(sql, options, []))
}

/**
 * Runs a query and yields its rows in batches of `batchSize` rows. The first batches are yielded before DuckDB has
 * computed all rows. Throws the same errors as `readSql`, except that a result without rows is allowed.
 */
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
  const { parameters, signal, shard } = options
  if (shard) {
    // A query may give its rows in another order each time, so the rows of two shards could overlap.
    const example = `WHERE id % ${shard.count} = ${shard.index}`
    throw new OptionError(`shard needs a file: choose the rows in the query itself, such as by ${example}`, {
      option: 'shard',
    })
  }
  const database = await openDatabase(pick(options, databaseKeys))
  try {
    const table = await startQuery(database, { sql, parameters, signal, source })
    yield* batchesOf(table, pick(options, [...tableKeys, ...batchKeys]))
  } finally {
    database.close()
  }
}
