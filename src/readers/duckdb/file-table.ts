import { existsSync } from 'node:fs'
import { DataError, optionError } from '../../base/errors.js'
import { openFile } from '../../base/files.js'
import type { Dataset } from '../../data/dataset.js'
import { batchesOf } from '../columns/batches.js'
import type { Chunk, Table } from '../columns/table.js'
import { type BatchOptions, batchKeys, pick, type TableOptions, tableKeys } from '../columns/table-options.js'
import { type DatabaseOptions, databaseKeys, type OpenDatabase, openDatabase } from './connection.js'
import { describeQuery, startQuery } from './query.js'

/** The path of a file, of files with `*`, or a list of such paths, whose rows follow one another. */
export type TablePath = string | readonly string[]

/** What messages call the files. @throws OptionError */
export function nameOf(path: TablePath): string {
  if (typeof path === 'string' && path !== '') return path
  if (Array.isArray(path) && path.length > 0 && path.every((file) => typeof file === 'string' && file !== ''))
    return path.length === 1 ? path[0] : `${path[0]} and ${path.length - 1} more`
  throw optionError({ path }, 'the path of a file, or a list of paths')
}

/**
 * The rows of what a table function of DuckDB reads, in batches; only the columns that are taken are read. `whole` gives all of
 * them in one batch, read in place: their number is asked for before. `check` sees the files before any row is read.
 */
export async function* batchesOfFiles(
  path: TablePath,
  call: (files: string) => string,
  options: TableOptions & BatchOptions & DatabaseOptions,
  whole: boolean,
  check: (database: OpenDatabase, paths: readonly string[], columns: number) => Promise<void>,
): AsyncGenerator<Dataset, void> {
  const source = nameOf(path)
  const paths = typeof path === 'string' ? [path] : path
  await Promise.all(paths.filter(isPlain).map(checkFile))
  const from = call(sqlPaths(paths))
  const tableOptions: TableOptions & BatchOptions = pick(options, [...tableKeys, ...batchKeys])
  const database = await openDatabase(pick(options, databaseKeys))
  try {
    const table = await tableOf(database, from, source, options.signal)
    await check(database, paths, table.columns.length)
    if (!whole) {
      yield* batchesOf(table, tableOptions)
      return
    }
    const rows = Math.min(await countRows(database, from, source), options.limit ?? Infinity)
    if (rows === 0) return
    for await (const batch of batchesOf(table, { ...tableOptions, batchSize: rows })) {
      if (batch.rows !== rows) throw new DataError(`${source} gave ${batch.rows} rows, but has ${rows}`)
      yield batch
    }
  } finally {
    database.close()
  }
}

async function tableOf(
  database: OpenDatabase,
  from: string,
  source: string,
  signal: AbortSignal | undefined,
): Promise<Table> {
  const columns = await describeQuery(database, `SELECT * FROM ${from}`, source)
  return {
    source,
    columns,
    async *chunks(wanted): AsyncGenerator<Chunk> {
      const places = new Map([...new Set(wanted)].map((index, place) => [index, place]))
      const names = [...places.keys()].map((index) => sqlName(columns[index].name))
      const query = await startQuery(database, { sql: `SELECT ${names.join(', ')} FROM ${from}`, source, signal })
      for await (const { rows, column } of query.chunks([]))
        yield { rows, column: (index) => column(places.get(index) ?? -1) }
    },
  }
}

async function countRows(database: OpenDatabase, from: string, source: string): Promise<number> {
  const { chunks } = await startQuery(database, { sql: `SELECT count(*) FROM ${from}`, source })
  let rows = 0
  for await (const { column } of chunks([0])) {
    const count = column(0)
    if (count.kind === 'numbers') rows = count.items[0]
  }
  return rows
}

/** Not what DuckDB looks for itself: addresses such as s3://, and patterns that no file has for a name. */
export const isPlain = (path: string) => !/[*?[]|:\/\//.test(path) || existsSync(path)

export const sqlPaths = (paths: readonly string[]) => `[${paths.map(sqlPath).join(', ')}]`

/** A path in SQL; one of a file with the name of a pattern as a pattern that only this file matches. */
export const sqlPath = (path: string) => sqlText(isPlain(path) ? path.replace(/[*?[]/g, '[$&]') : path)

async function checkFile(path: string): Promise<void> {
  await (await openFile(path, DataError)).close()
}

export const sqlText = (text: string) => `'${text.replaceAll("'", "''")}'`

export const sqlName = (name: string) => `"${name.replaceAll('"', '""')}"`
