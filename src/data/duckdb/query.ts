import type { DuckDBValue } from '@duckdb/node-api'
import type { Chunk, ColumnHead, Table } from '../table/table.js'
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

/** Starts a query whose rows come as they are asked for: a table that can be read once. */
export async function startQuery({ duckdb, connection }: OpenDatabase, query: Query): Promise<Table> {
  const { sql, parameters, source, signal } = query
  // A query may work for long before its first row.
  const patient = <T>(operation: () => Promise<T>): Promise<T> => interruptible(operation, connection, source, signal)
  const values = Array.isArray(parameters) ? [...parameters] : (parameters as Record<string, DuckDBValue> | undefined)
  const result = await patient(() => connection.stream(sql, values))
  const columns: ColumnHead[] = result.columnNames().map((name, index) => {
    const type = result.columnType(index)
    return { name, type: String(type), kind: kindOf(type, duckdb) }
  })

  async function* chunks(): AsyncGenerator<Chunk> {
    for (;;) {
      const chunk = await patient(() => result.fetchChunk())
      if (!chunk || chunk.rowCount === 0) return
      yield {
        rows: chunk.rowCount,
        column: (index) => columnOf(chunk, index, columns[index].kind, duckdb),
      }
    }
  }
  return { source, columns, chunks }
}

async function interruptible<T>(
  operation: () => Promise<T>,
  connection: OpenDatabase['connection'],
  source: string,
  signal: AbortSignal | undefined,
): Promise<T> {
  signal?.throwIfAborted()
  const interrupt = () => connection.interrupt()
  signal?.addEventListener('abort', interrupt)
  try {
    return await operation()
  } catch (cause) {
    signal?.throwIfAborted()
    throw duckdbError(source, cause)
  } finally {
    signal?.removeEventListener('abort', interrupt)
  }
}

/** The names and types of what a query would give, without running it. */
export async function describeQuery({ connection, duckdb }: OpenDatabase, sql: string, source: string) {
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
