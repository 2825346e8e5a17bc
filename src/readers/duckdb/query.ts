import type { DuckDBValue } from '@duckdb/node-api'
import { DataError } from '../../base/errors.js'
import type { Chunk, ColumnHead, Table } from '../columns/table.js'
import { columnOf, kindOf } from './column.js'
import { attempt, duckdbError, type OpenDatabase } from './connection.js'

/** The value of a `?` or `$name` in a query. */
export type SqlValue = string | number | bigint | boolean | null

export interface Query {
  readonly sql: string
  readonly parameters?: readonly SqlValue[] | Readonly<Record<string, SqlValue>> | undefined
  /** What errors begin with. */
  readonly source: string
  readonly signal?: AbortSignal | undefined
}

/** A column that is true in one extra row after the last, and nowhere else. */
const endMark = 'descent: the end of the rows'

/**
 * Starts a query, one SELECT, as a table that can be read once, row by row as it is asked for. When a stream fails, or is closed
 * by another query on its connection, DuckDB reports it as ended. So an extra row is added that comes last (UNION ALL keeps the
 * order): if it does not come, rows are missing.
 */
export async function startQuery({ duckdb, connection }: OpenDatabase, query: Query): Promise<Table> {
  const { sql, parameters, source, signal } = query
  // A query may run for a long time before its first row.
  const run = <T>(operation: () => Promise<T>): Promise<T> => interruptible(operation, connection, source, signal)
  const values = Array.isArray(parameters) ? [...parameters] : (parameters as Record<string, DuckDBValue> | undefined)
  // The query as written, so that errors point into it, and so that columns have their names before DuckDB makes them unique.
  const given = await describeQuery({ duckdb, connection }, sql, source)
  // The query is put on lines of its own, in case it ends with a comment.
  const select = `FROM (\n${sql.replace(/;\s*$/, '')}\n)`
  const marked = `${select} UNION ALL BY NAME SELECT true AS "${endMark}"`
  const result = await run(() => connection.stream(marked, values))
  const columns = result.columnNames().map((name, index): ColumnHead => {
    const type = result.columnType(index)
    return { name: given[index]?.name ?? name, type: String(type), kind: kindOf(type, duckdb) }
  })
  columns.pop()

  async function* chunks(): AsyncGenerator<Chunk, void> {
    for (let row = 0; ; ) {
      const chunk = await run(() => result.fetchChunk())
      if (!chunk || chunk.rowCount === 0) {
        // Running the query again without fetching its rows reports the error, if there is one.
        await run(() => connection.run(`EXPLAIN ANALYZE ${select}`, values))
        throw new DataError(
          `${source} ended early, after ${row} rows: another query on its connection ends one that is still being read`,
        )
      }
      const ended = chunk.getColumnVector(columns.length).getItem(chunk.rowCount - 1) === true
      const rows = chunk.rowCount - (ended ? 1 : 0)
      if (rows > 0) yield { rows, column: (index) => columnOf(chunk, index, columns[index].kind, duckdb) }
      if (ended) {
        // Fetch the end too: otherwise DuckDB's memory for the query waits for the garbage collector, which does not know its size.
        await run(() => result.fetchChunk())
        return
      }
      row += rows
    }
  }
  return { source, columns, chunks }
}

/** Milliseconds between interrupts of a query that was aborted and has not ended. */
const interruptEvery = 20

async function interruptible<T>(
  operation: () => Promise<T>,
  connection: OpenDatabase['connection'],
  source: string,
  signal: AbortSignal | undefined,
): Promise<T> {
  signal?.throwIfAborted()
  let interrupting: NodeJS.Timeout | undefined
  // Interrupt repeatedly: DuckDB forgets an interrupt that arrives between the steps of an operation, when no query is running.
  const interrupt = () => {
    connection.interrupt()
    interrupting = setInterval(() => connection.interrupt(), interruptEvery)
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

/** The names and types of a query's columns, without running it. */
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
