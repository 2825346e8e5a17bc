import { existsSync } from 'node:fs'
import { DataError, optionError } from '../../base/errors.js'
import { openFile } from '../../base/files.js'
import { rangeOf } from '../../base/work-shares.js'
import type { Dataset } from '../../data/dataset.js'
import { batchesOf } from '../columns/batches.js'
import type { Chunk, Table } from '../columns/table.js'
import { type BatchOptions, batchKeys, pick, type TableOptions, tableKeys } from '../columns/table-options.js'
import { attempt, type DatabaseOptions, databaseKeys, type OpenDatabase, openDatabase } from './connection.js'
import { describeQuery, type Query, startQuery } from './query.js'

/**
 * The path of a file, a path with `*` that matches several files, or a list of paths. The rows of all files are read in
 * the order of the files.
 */
export type TablePath = string | readonly string[]

/** Returns a name for the files, for use in messages. @throws OptionError if `path` is not a path or a list of paths */
export function nameOf(path: TablePath): string {
  if (typeof path === 'string' && path !== '') return path
  if (Array.isArray(path) && path.length > 0 && path.every((file) => typeof file === 'string' && file !== ''))
    return path.length === 1 ? path[0] : `${path[0]} and ${path.length - 1} more`
  throw optionError({ path }, 'the path of a file, or a list of paths')
}

/**
 * Reads files with a table function of DuckDB, such as `read_csv`, and yields the rows in batches. Only the selected
 * columns are read. `call` returns the SQL text that calls the table function. `prepare` is called before the first row
 * is read. It checks the files, and returns the table whose rows are read: the given one, or one that reads a range of
 * rows without reading the others.
 *
 * If `whole` is true, all rows are yielded in a single batch. In this case, the number of rows is queried first, so
 * that the rows can be read directly into the dataset.
 */
export async function* batchesOfFiles(
  path: TablePath,
  call: (files: string) => string,
  options: TableOptions & BatchOptions & DatabaseOptions,
  whole: boolean,
  prepare: (database: OpenDatabase, paths: readonly string[], table: Table) => Promise<Table>,
): AsyncGenerator<Dataset, void> {
  const source = nameOf(path)
  const paths = typeof path === 'string' ? [path] : path
  await Promise.all(paths.filter(isPlain).map(checkFile))
  const from = call(sqlPaths(paths))
  const tableOptions: TableOptions & BatchOptions = pick(options, [...tableKeys, ...batchKeys])
  const database = await openDatabase(pick(options, databaseKeys))
  try {
    const table = await prepare(database, paths, await tableOf(database, from, source, options.signal))
    const { countRows } = table
    if (!whole || !countRows) {
      yield* batchesOf(table, tableOptions)
      return
    }
    const range = rangeOf(await countRows(), options.shard ?? { index: 0, count: 1 })
    const rows = Math.min(range.to - range.from, options.limit ?? Infinity)
    if (rows === 0) return
    for await (const batch of batchesOf(table, { ...tableOptions, batchSize: rows })) {
      if (batch.rows !== rows) throw new DataError(`${source} gave ${batch.rows} rows, expected ${rows}`)
      yield batch
    }
  } finally {
    database.close()
  }
}

/** Returns the table that a call of a table function gives, such as `read_parquet('a.parquet')`. */
export async function tableOf(
  database: OpenDatabase,
  from: string,
  source: string,
  signal: AbortSignal | undefined,
): Promise<Table> {
  const columns = await describeQuery(database, `SELECT * FROM ${from}`, source)
  return {
    source,
    columns,
    countRows: () => countRows(database, from, source),
    chunks: (wanted) =>
      selectColumns(database, { source, signal }, wanted, (indices) => {
        return `SELECT ${indices.map((index) => sqlName(columns[index].name)).join(', ')} FROM ${from}`
      }),
  }
}

/**
 * Yields the columns `wanted` of a table in chunks. `select` returns the query whose columns are those with the given
 * indices in the table.
 */
export async function* selectColumns(
  database: OpenDatabase,
  extent: Pick<Query, 'source' | 'signal'>,
  wanted: readonly number[],
  select: (indices: readonly number[]) => string,
): AsyncGenerator<Chunk, void> {
  const places = new Map([...new Set(wanted)].map((index, place) => [index, place]))
  const query = await startQuery(database, { ...extent, sql: select([...places.keys()]) })
  for await (const { first, rows, column } of query.chunks([]))
    yield { first, rows, column: (index) => column(places.get(index) ?? -1) }
}

/**
 * With this argument, a table function does not create columns from the names of folders. By default, for a file in a
 * folder called "y=5", DuckDB would add a column y, or replace the file's own column y.
 */
export const onlyContent = 'hive_partitioning = false'

async function countRows(database: OpenDatabase, from: string, source: string): Promise<number> {
  const { chunks } = await startQuery(database, { sql: `SELECT count(*) FROM ${from}`, source })
  let rows = 0
  for await (const { column } of chunks([0])) {
    const count = column(0)
    if (count.kind === 'numbers') rows = count.items[0]
  }
  return rows
}

/**
 * Whether a path names one local file. A path may also be a pattern or a URL such as s3://, and only DuckDB can resolve
 * these.
 */
export const isPlain = (path: string) => !/[*?[]|:\/\//.test(path) || existsSync(path)

/** Returns the files that a path names: one, or those that match a pattern. */
export async function filesAt({ connection }: OpenDatabase, path: string): Promise<string[]> {
  if (isPlain(path)) return [path]
  const found = await attempt(path, connection.runAndReadAll(`SELECT file FROM glob(${sqlText(path)})`))
  return found.getRows().map(([file]) => String(file))
}

export const sqlPaths = (paths: readonly string[]) => `[${paths.map(sqlPath).join(', ')}]`

/**
 * Returns a path as an SQL string. If the name of an existing file looks like a pattern, the result is a pattern that
 * only matches this file.
 */
export const sqlPath = (path: string) => sqlText(isPlain(path) ? path.replace(/[*?[]/g, '[$&]') : path)

export async function checkFile(path: string): Promise<void> {
  await (await openFile(path, DataError)).close()
}

export const sqlText = (text: string) => `'${text.replaceAll("'", "''")}'`

export const sqlName = (name: string) => `"${name.replaceAll('"', '""')}"`
