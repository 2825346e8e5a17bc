import type { DuckDBValue } from '@duckdb/node-api'
import { DataError } from '../../base/errors.js'
import type { Chunk, ColumnHead, Table } from '../columns/table.js'
import { columnOf, kindOf } from './column.js'
import { attempt, duckdbError, type OpenDatabase } from './connection.js'

/** The value of a `?` or `$name` parameter in a query. */
export type SqlValue = string | number | bigint | boolean | null

export interface Query {
  readonly sql: string
  readonly parameters?: readonly SqlValue[] | Readonly<Record<string, SqlValue>> | undefined
  /** The name of the query. Error messages begin with this name. */
  readonly source: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Starts a query, which must be a single SELECT. Returns a table that can be read once, and whose rows are computed on
 * demand.
 *
 * If the query fails, or if a different query on the same connection ends it early, DuckDB yields no more rows, but
 * reports no error. So `UNION ALL` adds an extra row after the last row. If the extra row does not arrive, rows are
 * missing.
 */
export async function startQuery({ duckdb, connection }: OpenDatabase, query: Query): Promise<Table> {
  const { sql, parameters, source, signal } = query
  // Both starting the query and fetching its rows can be interrupted, because both may take a long time.
  const run = <T>(operation: () => Promise<T>): Promise<T> => interruptible(operation, connection, source, signal)
  const values = Array.isArray(parameters) ? [...parameters] : (parameters as Record<string, DuckDBValue> | undefined)
  // Get the names of the columns from the caller's query. In the changed query below, DuckDB renames columns that have
  // the same name. Also, if the caller's query is wrong, this call throws an error that refers to positions in the
  // caller's text.
  const given = await describeQuery({ duckdb, connection }, sql, source)
  // The query is put on separate lines, because an SQL comment at its end would otherwise hide the closing parenthesis.
  const select = `FROM (\n${sql.replace(/;\s*$/, '')}\n)`
  // The name of an additional column, whose value is true only in the extra row. No other column has this name.
  let endMark = 'descent: the end of the rows'
  while (given.some(({ name }) => name.toLowerCase() === endMark)) endMark += '.'
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
        // Run the query again, but do not fetch its rows. If the query itself failed, this call throws its error.
        await run(() => connection.run(`EXPLAIN ANALYZE ${select}`, values))
        throw new DataError(
          `${source} ended early, after ${row} rows: another query on its connection ends one that is still being read`,
        )
      }
      const ended = chunk.getColumnVector(columns.length).getItem(chunk.rowCount - 1) === true
      const rows = chunk.rowCount - (ended ? 1 : 0)
      if (rows > 0) yield { first: row, rows, column: (index) => columnOf(chunk, index, columns[index].kind, duckdb) }
      if (ended) {
        // Fetch once more, although no rows are left, because DuckDB frees the memory of the query only then.
        // Otherwise, the garbage collector would free it, but possibly late.
        await run(() => result.fetchChunk())
        return
      }
      row += rows
    }
  }
  return { source, columns, countRows: undefined, chunks }
}

/** The number of milliseconds between two interrupts of an aborted query that is still running. */
const interruptEvery = 20

async function interruptible<T>(
  operation: () => Promise<T>,
  connection: OpenDatabase['connection'],
  source: string,
  signal: AbortSignal | undefined,
): Promise<T> {
  signal?.throwIfAborted()
  let interrupting: NodeJS.Timeout | undefined
  // Interrupt repeatedly, because DuckDB ignores an interrupt that arrives between two steps of an operation.
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

/** Returns the names and types of a query's columns without running the query. */
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
