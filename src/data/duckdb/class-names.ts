import { DataError } from '../../errors.js'
import { labelsFrom } from '../label-names.js'
import { type DatabaseOptions, type OpenDatabase, openDatabase } from './connection.js'
import { sqlName, sqlText } from './file-table.js'
import { describeQuery, startQuery } from './query.js'

/** Rows of a Parquet file, or of a query. */
export type RowsOf = { readonly parquet: string } | { readonly sql: string }

/** More different labels than this are no classes. */
const mostClasses = 10_000

/**
 * The class names in a column, in the order of `labelsFrom`; undefined where it holds numbers, or is not there.
 * @throws DataError where there are more than 10,000 of them
 */
export async function readClassNames(
  rows: RowsOf,
  label: string,
  options: DatabaseOptions = {},
): Promise<string[] | undefined> {
  const source = 'parquet' in rows ? rows.parquet : 'the query'
  const from = 'parquet' in rows ? `read_parquet(${sqlText(rows.parquet)})` : `(\n${rows.sql.replace(/;\s*$/, '')}\n)`
  const database = await openDatabase(options)
  try {
    const columns = await describeQuery(database, `SELECT * FROM ${from}`, source)
    if (columns.find(({ name }) => name === label)?.kind !== 'texts') return undefined
    const names = await distinctTexts(database, `${sqlName(label)} FROM ${from}`, source)
    if (names.length <= mostClasses) return labelsFrom(names).names
    throw new DataError(`${source}: column ${JSON.stringify(label)} has more than ${mostClasses} different labels`)
  } finally {
    database.close()
  }
}

async function distinctTexts(database: OpenDatabase, column: string, source: string): Promise<string[]> {
  const sql = `SELECT DISTINCT ${column} LIMIT ${mostClasses + 1}`
  const names: string[] = []
  for await (const chunk of (await startQuery(database, { sql, source })).chunks([0])) {
    const texts = chunk.column(0)
    if (texts.kind !== 'texts') break
    // A row without a label is told by who reads it.
    for (let row = 0; row < chunk.rows; row++) names.push(...(texts.get(row) === null ? [] : [String(texts.get(row))]))
  }
  return names
}
