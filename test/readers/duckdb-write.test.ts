import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { beforeEach, describe, expect, it } from 'vitest'
import { type PredictionColumns, readSql, writePredictions } from '#src/duckdb'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
let connection: DuckDBConnection

beforeEach(async () => {
  connection = await (await DuckDBInstance.create()).connect()
})

const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson()

/** 5000 rows and 1 more: more than a vector of DuckDB holds. */
async function* predictions(): AsyncGenerator<PredictionColumns> {
  for (const size of [5000, 1]) {
    const outputs = Float32Array.from({ length: 2 * size }, (_, i) => i / 8)
    const row = Int32Array.from({ length: size }, (_, i) => i)
    const big = BigInt64Array.from({ length: size }, () => 2n ** 60n)
    yield {
      row,
      big,
      kind: Array.from(row, (i) => (i % 2 ? 'dog' : 'cat')),
      sure: Array.from(row, (i) => i > 2),
      outputs: { values: outputs, width: 2 },
    }
  }
}

describe('writePredictions', () => {
  it('makes a table with the types of the columns and appends all rows in their order', async () => {
    expect(await writePredictions(connection, 'answers of "today"', predictions())).toBe(5001)
    const types = await rowsOf(
      `SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'answers of "today"'`,
    )
    expect(types).toEqual([
      ['row', 'INTEGER'],
      ['big', 'BIGINT'],
      ['kind', 'VARCHAR'],
      ['sure', 'BOOLEAN'],
      ['outputs', 'FLOAT[2]'],
    ])
    const [first, last] = await rowsOf(`SELECT * FROM "answers of ""today""" WHERE rowid IN (4999, 5000)`)
    expect(first).toEqual([4999, String(2n ** 60n), 'dog', true, [9998 / 8, 9999 / 8]])
    expect(last).toEqual([0, String(2n ** 60n), 'cat', false, [0, 0.125]])
    const wrong = `SELECT count(*) FROM "answers of ""today""" WHERE row <> rowid AND rowid < 5000`
    expect(await rowsOf(wrong)).toEqual([['0']])
  })

  it('appends to an existing table, converting to its types, and writes files that can be read back', async () => {
    const path = join(folder, 'answers.duckdb')
    expect(await writePredictions(path, 't', [{ a: [1, 2.5], b: Uint8Array.of(7, 8) }])).toBe(2)
    expect(await writePredictions(path, 't', [{ b: [9], a: Float32Array.of(0.5) }])).toBe(1)
    const data = await readSql('FROM t', { database: path, label: 'b' })
    expect([Array.from(data.inputs), Array.from(data.labels ?? [])]).toEqual([
      [1, 2.5, 0.5],
      [7, 8, 9],
    ])
    await connection.run('CREATE SCHEMA s; CREATE TABLE s.t (a BIGINT)')
    await writePredictions(connection, 't', [{ a: [3] }], { schema: 's' })
    expect(await rowsOf('FROM s.t')).toEqual([['3']])
  })

  it('refuses a file that is not a database, where rows would be lost', async () => {
    const path = join(folder, 'rows.csv')
    writeFileSync(path, 'a,b\n1,2\n3,4\n')
    const none = `DataError: ${path} is not a DuckDB database: bytes 8 to 11 are not "DUCK"`
    expect(await failure(writePredictions(path, 'answers', [{ row: [1] }]))).toBe(none)
    expect(await failure(readSql('SELECT 1', { database: path }))).toBe(none)
    for (const name of ['', ':memory:'])
      expect(await failure(writePredictions(name, 'answers', [{ row: [1] }]))).toBe(
        `OptionError: database must be the path of a database file, not "${name}"`,
      )
    const made = join(folder, 'made.duckdb')
    for (const rows of [1, 2]) {
      await writePredictions(made, 'answers', [{ row: [rows] }])
      expect((await readSql('SELECT row FROM answers', { database: made })).rows).toBe(rows)
    }
  })

  it('leaves the table as it was if the source fails or a value does not fit', async () => {
    await connection.run('CREATE TABLE t (a UTINYINT, b VARCHAR)')
    const says = async (batch: PredictionColumns, sentence: string) => {
      const good = { a: [1], b: ['x'] }
      expect(await failure(writePredictions(connection, 't', [good, batch]))).toBe(sentence)
      expect(await rowsOf('FROM t')).toEqual([])
    }
    await says({ a: [2, 256], b: ['y', 'z'] }, 'DataError: 256 at row 2, column "a" does not fit into UTINYINT')
    await says({ a: [2], b: [3] }, 'DataError: 3 at row 1, column "b" does not fit into VARCHAR')
    await says({ a: [2] }, 'DataError: the predictions lack the column "b" of table t')
    await says({ a: [2], b: ['y'], c: [1] }, 'DataError: table t has no column "c"')
    await says({ a: [2, 3], b: ['y'] }, 'DataError: the columns "a" and "b" have 2 and 1 rows')
    await says(
      { a: { values: Uint8Array.of(1, 2), width: 2 }, b: ['y'] },
      'DataError: column "a" has 2 values in a row, in table t it has 1',
    )
    async function* failing() {
      yield { a: [1], b: ['x'] }
      throw new Error('the source is gone')
    }
    expect(await failure(writePredictions(connection, 't', failing()))).toBe('Error: the source is gone')
    expect(await rowsOf('FROM t')).toEqual([])
    expect(await failure(writePredictions(connection, 'new', [{ a: [] }]))).toBe(
      'OptionError: a must be a typed array, an array of numbers, strings or booleans, or { values, width }, not []',
    )
  })

  it('joins a transaction that is open', async () => {
    await connection.run('BEGIN TRANSACTION')
    await writePredictions(connection, 't', [{ a: [1] }])
    await connection.run('ROLLBACK')
    expect(await failure(connection.run('FROM t'))).toContain('Table with name t does not exist')
  })
})
