import { optionError } from '../../base/errors.js'
import { type RawTable, rawTableOf } from '../columns/raw-table.js'
import type { Table } from '../columns/table.js'
import { pick } from '../columns/table-options.js'
import { type DatabaseOptions, databaseKeys, type OpenDatabase, openDatabase } from './connection.js'
import { checkFile, onlyContent, sqlPath, tableOf } from './file-table.js'
import { describeQuery, type SqlValue, startQuery } from './query.js'

/** A query whose rows are a table. It must give its rows in the same order each time it is run, for example by ORDER BY. */
export interface SqlSource extends DatabaseOptions {
  readonly sql: string
  /** The values of the `?` or `$name` parameters in the query. */
  readonly parameters?: readonly SqlValue[] | Readonly<Record<string, SqlValue>> | undefined
}

/** Opens a Parquet file as a table for a schema. Only the columns that are asked for are read. */
export async function openRawParquet(path: string, signal?: AbortSignal): Promise<RawTable> {
  await checkFile(path)
  const from = `read_parquet(${sqlPath(path)}, ${onlyContent})`
  return rawTable({}, path, (database) => tableOf(database, from, path, signal))
}

/** Opens the rows of a query as a table for a schema. */
export async function openRawSql({ sql, parameters, ...options }: SqlSource, signal?: AbortSignal): Promise<RawTable> {
  if (typeof sql !== 'string' || sql.trim() === '') throw optionError({ sql }, 'the text of a query')
  const source = 'the query'
  return rawTable(pick(options, databaseKeys), source, async (database) => {
    const columns = await describeQuery(database, sql, source)
    return {
      source,
      columns,
      countRows: undefined,
      chunks: async function* () {
        yield* (await startQuery(database, { sql, parameters, signal, source })).chunks([])
      },
    }
  })
}

/** The database is open only while rows are read, so that a table needs no closing. */
async function rawTable(
  options: DatabaseOptions,
  source: string,
  open: (database: OpenDatabase) => Promise<Table>,
): Promise<RawTable> {
  const use = async <T>(run: (table: Table) => T): Promise<{ result: T; close: () => void }> => {
    const database = await openDatabase(options)
    try {
      return { result: run(await open(database)), close: () => database.close() }
    } catch (error) {
      database.close()
      throw error
    }
  }
  const { result: names, close } = await use(({ columns }) => columns.map(({ name }) => name))
  close()
  return {
    source,
    names,
    async *chunks(wanted) {
      const { result: table, close } = await use(rawTableOf)
      try {
        yield* table.chunks(wanted)
      } finally {
        close()
      }
    },
  }
}
