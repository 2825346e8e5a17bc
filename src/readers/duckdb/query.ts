import type { DuckDBValue } from '@duckdb/node-api'
import { DataError } from '../../base/errors.js'
import type { Chunk, ColumnHead, Table } from '../columns/table.js'
import { columnOf, kindOf } from './column.js'
import { attempt, duckdbError, type OpenDatabase } from './connection.js'

/** A value of a `?` or `$name` of a query. */
export type SqlValue = string | number | bigint | boolean | null

export interface Query {
  readonly sql: string
  readonly parameters?: readonly SqlValue[] | Readonly<Record<string, SqlValue>> | undefined
  /** What errors begin with. */
  readonly source: string
  readonly signal?: AbortSignal | undefined
}

/** The column that is true in the row after the last, and only there. */
const endMark = 'descent: the end of the rows'

/**
 * Starts a query, one SELECT, whose rows come as they are asked for: a table that can be read once. DuckDB does not tell a stream
 * that failed, or that another query on its connection has closed, from one that has ended; so a row is added that comes last
 * (UNION ALL keeps the order), and where it does not come, rows are missing.
 */
export async function startQuery({ duckdb, connection }: OpenDatabase, query: Query): Promise<Table> {
  const { sql, parameters, source, signal } = query
  // A query may work for long before its first row.
  const patient = <T>(operation: () => Promise<T>): Promise<T> => interruptible(operation, connection, source, signal)
  const values = Array.isArray(parameters) ? [...parameters] : (parameters as Record<string, DuckDBValue> | undefined)
  // As it was written, so that DuckDB finds its errors there, and its names are told before they are made different.
  const given = await describeQuery({ duckdb, connection }, sql, source)
  // A line of its own, for a query that ends with a comment.
  const select = `FROM (\n${sql.replace(/;\s*$/, '')}\n)`
  const marked = `${select} UNION ALL BY NAME SELECT true AS "${endMark}"`
  const result = await patient(() => connection.stream(marked, values))
  const columns = result.columnNames().map((name, index): ColumnHead => {
    const type = result.columnType(index)
    return { name: given[index]?.name ?? name, type: String(type), kind: kindOf(type, duckdb) }
  })
  columns.pop()

  async function* chunks(): AsyncGenerator<Chunk, void> {
    for (let row = 0; ; ) {
      const chunk = await patient(() => result.fetchChunk())
      if (!chunk || chunk.rowCount === 0) {
        // Run once more with its rows thrown away, it says what is wrong with it.
        await patient(() => connection.run(`EXPLAIN ANALYZE ${select}`, values))
        throw new DataError(
          `${source} broke off after ${row} rows: another query on its connection ends one whose rows are still coming`,
        )
      }
      const ended = chunk.getColumnVector(columns.length).getItem(chunk.rowCount - 1) === true
      const rows = chunk.rowCount - (ended ? 1 : 0)
      if (rows > 0) yield { rows, column: (index) => columnOf(chunk, index, columns[index].kind, duckdb) }
      if (ended) {
        // To its end, or what DuckDB made for the query would wait for the garbage collector, which does not know of it.
        await patient(() => result.fetchChunk())
        return
      }
      row += rows
    }
  }
  return { source, columns, chunks }
}

/** Milliseconds until a query that has not ended is interrupted again. */
const patience = 20

async function interruptible<T>(
  operation: () => Promise<T>,
  connection: OpenDatabase['connection'],
  source: string,
  signal: AbortSignal | undefined,
): Promise<T> {
  signal?.throwIfAborted()
  let interrupting: NodeJS.Timeout | undefined
  // Time and again: between the steps of an operation, none of which is a query that runs, DuckDB forgets it.
  const interrupt = () => {
    connection.interrupt()
    interrupting = setInterval(() => connection.interrupt(), patience)
  }
  signal?.addEventListener('abort', interrupt)
  try {
    return await operation()
  } catch (cause) {
    signal?.throwIfAborted()
    throw duckdbError(source, cause)
  } finally {
    clearInterval(interrupting)
    signal?.removeEventListener('abort', interrupt)
  }
}

/** The names and types of what a query would give, without running it. */
export async function describeQuery(
  { connection, duckdb }: Pick<OpenDatabase, 'connection' | 'duckdb'>,
  sql: string,
  source: string,
) {
  const statement = await attempt(source, connection.prepare(sql))
  try {
    return Array.from({ length: statement.columnCount }, (_, index): ColumnHead => {
      const type = statement.columnType(index)
      return { name: statement.columnName(index), type: String(type), kind: kindOf(type, duckdb) }
    })
  } finally {
    statement.destroySync()
  }
}
