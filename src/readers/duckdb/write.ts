import { setImmediate } from 'node:timers/promises'
import type { DuckDBAppender, DuckDBArrayType, DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { checkKeys } from '../../base/checks.js'
import { DataError, optionError } from '../../base/errors.js'
import { attempt, duckdbError, type OpenDatabase, openDatabase } from './connection.js'
import { sqlName } from './file-table.js'
import type { DuckdbModule } from './load.js'
import { type ColumnValues, type Convert, converterOf, isRows, rowsOf, sqlTypeOf } from './write-values.js'

/** Maps the name of each column to its values. All columns have the same number of rows. */
export type PredictionColumns = Readonly<Record<string, ColumnValues>>

export interface WriteOptions {
  /** The schema of the table. Default: the database's default schema. */
  schema?: string
}

interface TableColumn {
  readonly name: string
  readonly type: DuckDBType
  /** The length of each array if the column holds arrays. */
  readonly width: number | undefined
  readonly convert: Convert
}

/**
 * Appends batches of rows to a table. Each batch maps the names of columns to their values. Resolves to the number of
 * rows that were appended. If the table does not exist, it is created with the types of the first batch.
 *
 * All rows are written in one transaction, so the table does not change if `batches` throws an error. If a transaction
 * is already open on the connection, the rows become part of it, and the caller must end it.
 *
 * @param database The path of a database file, or a connection.
 * @throws DataError if a column cannot hold a value, if columns are missing, unknown or of different lengths, or if
 * DuckDB refuses an operation; OptionError if an option is wrong; every error that `batches` throws. For a wrong value,
 * the message names the column and the row (counted from 0).
 */
export async function writePredictions(
  database: string | DuckDBConnection,
  table: string,
  batches: AsyncIterable<PredictionColumns> | Iterable<PredictionColumns>,
  options: WriteOptions = {},
): Promise<number> {
  checkKeys('write', options, ['schema'])
  if (typeof table !== 'string' || table === '') throw optionError({ table }, 'the name of a table')
  const open = await openDatabase({ database }, true)
  const { connection } = open
  try {
    const own = await begin(connection, table)
    try {
      const rows = await append(open, table, batches, options)
      if (own) await attempt(table, connection.run('COMMIT'))
      return rows
    } catch (error) {
      // DuckDB may already have rolled back the transaction, and then ROLLBACK fails. This failure is ignored, because
      // the table is unchanged in that case too.
      if (own) await connection.run('ROLLBACK').catch(() => undefined)
      throw error
    }
  } finally {
    open.close()
  }
}

/**
 * Begins a transaction and returns true. If a transaction is already open on the connection, returns false without
 * beginning another.
 */
async function begin(connection: DuckDBConnection, table: string): Promise<boolean> {
  // Do not try to begin a second transaction, because DuckDB would then end the first one with an error. Outside a
  // transaction, each statement gets a new transaction number. So a transaction is open if two statements get the same
  // number.
  const number = async () => {
    const reader = await attempt(table, connection.runAndReadAll('SELECT txid_current()'))
    return reader.getRowsJson()[0][0]
  }
  const before = await number()
  if ((await number()) === before) return false
  await attempt(table, connection.run('BEGIN TRANSACTION'))
  return true
}

async function append(
  open: OpenDatabase,
  table: string,
  batches: AsyncIterable<PredictionColumns> | Iterable<PredictionColumns>,
  { schema }: WriteOptions,
): Promise<number> {
  let target: { appender: DuckDBAppender; columns: TableColumn[] } | undefined
  let row = 0
  try {
    for await (const batch of batches) {
      if (!target) {
        const columns = await tableColumns(open, schema === undefined ? [table] : [schema, table], batch)
        target = { appender: await attempt(table, open.connection.createAppender(table, schema)), columns }
      }
      row += await appendBatch(open.duckdb, target, table, batch, row)
    }
    target?.appender.closeSync()
    return row
  } catch (error) {
    abandon(target?.appender)
    throw error
  }
}

/** Closes the appender after a failure. If closing fails too, this is ignored, so that the first error is reported. */
function abandon(appender: DuckDBAppender | undefined): void {
  try {
    appender?.closeSync()
  } catch {}
}

async function tableColumns(
  { connection, duckdb }: OpenDatabase,
  path: string[],
  batch: PredictionColumns,
): Promise<TableColumn[]> {
  const name = path.map(sqlName).join('.')
  const definitions = Object.entries(batch).map(([column, values]) => `${sqlName(column)} ${sqlTypeOf(column, values)}`)
  if (definitions.length === 0) throw new DataError('a batch of predictions has no columns')
  await attempt(name, connection.run(`CREATE TABLE IF NOT EXISTS ${name} (${definitions.join(', ')})`))
  const result = await attempt(name, connection.run(`SELECT * FROM ${name} LIMIT 0`))
  return result.columnNames().map((column, index) => {
    const type = result.columnType(index)
    const isArray = type.typeId === duckdb.DuckDBTypeId.ARRAY
    const item = isArray ? (type as DuckDBArrayType).valueType : type
    const width = isArray ? (type as DuckDBArrayType).length : undefined
    return { name: column, type, width, convert: converterOf(column, item, duckdb) }
  })
}

async function appendBatch(
  duckdb: DuckdbModule,
  { appender, columns }: { appender: DuckDBAppender; columns: readonly TableColumn[] },
  table: string,
  batch: PredictionColumns,
  first: number,
): Promise<number> {
  const rows = checkBatch(columns, table, batch)
  const types = columns.map(({ type }) => type)
  // `step` is the number of rows that a DuckDB vector holds. Append at most this many rows at a time.
  const step = duckdb.DuckDBVector.standardSize()
  for (let from = 0; from < rows; from += step) {
    const count = Math.min(step, rows - from)
    const chunk = duckdb.DuckDBDataChunk.create(types, count)
    columns.forEach((column, index) => {
      const values = batch[column.name]
      const items = Array.from({ length: count }, (_, i) => itemAt(duckdb, column, values, from + i, first + from + i))
      chunk.setColumnValues(index, items)
    })
    try {
      appender.appendDataChunk(chunk)
      appender.flushSync()
    } catch (cause) {
      throw duckdbError(table, cause)
    }
    await setImmediate()
  }
  return rows
}

function checkBatch(columns: readonly TableColumn[], table: string, batch: PredictionColumns): number {
  const unknown = Object.keys(batch).find((name) => !columns.some((column) => column.name === name))
  if (unknown !== undefined) throw new DataError(`table ${table} has no column ${JSON.stringify(unknown)}`)
  const [{ name: firstName }] = columns
  let rows: number | undefined
  for (const { name, width } of columns) {
    const values = batch[name]
    if (values === undefined)
      throw new DataError(`the predictions lack the column ${JSON.stringify(name)} of table ${table}`)
    const found = isRows(values) ? values.width : undefined
    if (found !== width)
      throw new DataError(
        `column ${JSON.stringify(name)} has ${found ?? 1} values in a row, in table ${table} it has ${width ?? 1}`,
      )
    const count = rowsOf(name, values)
    if (rows !== undefined && count !== rows) {
      const [one, other] = [JSON.stringify(firstName), JSON.stringify(name)]
      throw new DataError(`the columns ${one} and ${other} have ${rows} and ${count} rows`)
    }
    rows = count
  }
  return rows ?? 0
}

function itemAt(
  duckdb: DuckdbModule,
  { name, type, convert }: TableColumn,
  values: ColumnValues,
  at: number,
  row: number,
): DuckDBValue {
  const converted = (value: unknown): DuckDBValue => {
    const item = convert(value)
    if (item !== undefined) return item
    const shown = typeof value === 'string' ? JSON.stringify(value) : String(value)
    throw new DataError(`${shown} at row ${row}, column ${JSON.stringify(name)} does not fit into ${type}`)
  }
  if (!isRows(values)) return converted(values[at])
  const items = values.values.subarray(at * values.width, (at + 1) * values.width)
  return duckdb.arrayValue(Array.from(items, converted))
}
