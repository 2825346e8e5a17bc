import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { readSql, type SqlOptions, streamSql } from '#src/duckdb'
import { failure } from '../support/files.js'

const says = async (sql: string, options: SqlOptions, sentence: string) =>
  expect(await failure(readSql(sql, options))).toBe(sentence)

describe('readSql', () => {
  it('takes numbers of every type: the inputs are all columns but the label, in their order', async () => {
    const data = await readSql(
      `SELECT i::TINYINT - 3 AS a, i::USMALLINT AS b, i::BIGINT * 1000000007 AS c, i::HUGEINT AS d, i / 8 AS e,
        (i / 10)::DECIMAL(9, 4) AS f, i % 2 = 0 AS g, (i % 3)::BIGINT AS y, (i * 0.1)::FLOAT AS h
       FROM range(5) t(i)`,
      { label: 'y', dtype: 'float64' },
    )
    expect([data.rows, data.width, data.scale]).toEqual([5, 8, 1])
    const rows = [0, 1, 2, 3, 4].map((i) => {
      return [
        i - 3,
        i,
        i * 1000000007,
        i,
        i / 8,
        Number((i / 10).toFixed(4)),
        i % 2 === 0 ? 1 : 0,
        Math.fround(i * 0.1),
      ]
    })
    expect(Array.from(data.inputs)).toEqual(rows.flat())
    expect(data.inputs).toBeInstanceOf(Float64Array)
    expect(data.labels).toEqual(new Int32Array(new SharedArrayBuffer(20)).map((_, i) => i % 3))
  })

  it('takes many rows in their order, for any number of threads, and gives batches as asked', async () => {
    const sql = 'SELECT i AS a, i + 0.5 AS b FROM range(100_000) t(i)'
    for (const threads of [1, 4]) {
      const sizes: number[] = []
      let row = 0
      for await (const batch of streamSql(sql, { batchSize: 30_000, threads, dtype: 'float64' })) {
        sizes.push(batch.rows)
        for (let i = 0; i < batch.rows; i++, row++)
          if (batch.inputs[2 * i] !== row || batch.inputs[2 * i + 1] !== row + 0.5)
            expect(batch.inputs[2 * i]).toBe(row)
      }
      expect(sizes).toEqual([30_000, 30_000, 30_000, 10_000])
    }
    const whole = await readSql(sql, { limit: 70_001, dtype: 'float64' })
    expect(whole.rows).toBe(70_001)
    expect(whole.inputs.findIndex((value, i) => value !== (i >> 1) + (i & 1) / 2)).toBe(-1)
  })

  it('takes columns with any name, that of its own end mark too', async () => {
    const mark = 'descent: the end of the rows'
    const sql = `SELECT i AS a, i = 1 AS "${mark}", i + 1 AS "DESCENT: the end of the rows." FROM range(3) t(i)`
    expect([...(await readSql(sql)).inputs]).toEqual([0, 0, 1, 1, 1, 2, 2, 0, 3])
  })

  it('prepares no more than a few chunks ahead of the reader', async () => {
    const before = process.memoryUsage.rss()
    // 240,000 rows of about 4,000 bytes are 960 MB. What DuckDB prepares takes some 160 MB, more or less.
    const sql = "SELECT (repeat(printf('%08d', i), 500))::BLOB AS pixels FROM range(240_000) t(i)"
    for await (const batch of streamSql(sql, { batchSize: 2048 })) {
      expect(batch.rows).toBe(2048)
      break
    }
    expect((process.memoryUsage.rss() - before) / 1e6).toBeLessThan(400)
  })

  it('takes lists, arrays and bytes beside numbers, as one row each', async () => {
    const sql = `SELECT [i, i + 1]::FLOAT[2] AS a, 7 AS n, [i * 2, 5, 6] AS l, unhex('ff00' || printf('%02x', i)) AS b
      FROM range(3000) t(i) WHERE i < 256 OR i >= 2999 AND i < 0`
    const data = await readSql(sql)
    expect(data.width).toBe(9)
    expect(data.inputs).toBeInstanceOf(Float32Array)
    expect(Array.from(data.inputs.subarray(255 * 9))).toEqual([255, 256, 7, 510, 5, 6, 255, 0, 255])
    const bytes = await readSql(sql, { inputs: ['b'] })
    expect(bytes.inputs).toBeInstanceOf(Uint8Array)
    expect([bytes.width, bytes.scale]).toEqual([3, 1 / 255])
    expect(Array.from(bytes.inputs.subarray(3, 9))).toEqual([255, 0, 1, 255, 0, 2])
  })

  it('takes targets, and inputs in the order of their names', async () => {
    const sql = 'SELECT i AS a, i * 2 AS b, [i, i * i] AS t, i / 4 AS u FROM range(4) t(i)'
    const data = await readSql(sql, { inputs: ['b', 'a'], targets: ['u', 't'], scale: 0.5 })
    expect(Array.from(data.inputs)).toEqual([0, 0, 2, 1, 4, 2, 6, 3])
    expect([data.targetWidth, data.scale, data.labels]).toEqual([3, 0.5, undefined])
    expect(Array.from(data.targets ?? [])).toEqual([0, 0, 0, 0.25, 1, 1, 0.5, 2, 4, 0.75, 3, 9])
  })

  it('takes labels by name or number, and strings and enums by labelNames', async () => {
    const sql = `SELECT i AS x, ['cat', 'dog'][i % 2 + 1] AS pet, (['s', 'm', 'l'][i % 3 + 1])::ENUM('l', 'm', 's') AS size,
      [3.0, 7.0][i % 2 + 1] AS digit FROM range(4) t(i)`
    const labels = async (options: SqlOptions) =>
      Array.from((await readSql(sql, { inputs: ['x'], ...options })).labels ?? [])
    expect(await labels({ label: 'pet', labelNames: ['dog', 'cat'] })).toEqual([1, 0, 1, 0])
    expect(await labels({ label: 2, labelNames: ['s', 'm', 'l'] })).toEqual([0, 1, 2, 0])
    expect(await labels({ label: 3 })).toEqual([3, 7, 3, 7])
    expect(await labels({ label: 3, labelNames: ['3', '7'] })).toEqual([0, 1, 0, 1])
  })

  it('reports the row and the column of a value that it cannot use', async () => {
    const sql = (value: string, last = 4500) =>
      `SELECT 1 AS a, CASE WHEN i = 4321 THEN ${value} ELSE 2 END AS b FROM range(${last}) t(i)`
    const place = 'at row 4321, column "b"'
    await says(sql('NULL'), {}, `DataError: the query: NULL ${place}: every row must have a value`)
    await says(sql("'NaN'::DOUBLE"), {}, `DataError: the query: NaN ${place}: every number must be finite`)
    await says(sql("'-inf'::FLOAT"), {}, `DataError: the query: -Infinity ${place}: every number must be finite`)
    await says(
      sql('1e300'),
      { dtype: 'float32' },
      `DataError: the query: 1e+300 ${place}: it is too large for dtype 'float32'`,
    )
    const bytes = "dtype 'uint8' takes whole numbers from 0 to 255"
    for (const value of ['256', '-1', '0.5'])
      await says(sql(value), { dtype: 'uint8' }, `DataError: the query: ${value} ${place}: ${bytes}`)
    const number = 'a class number is a whole number of at least 0'
    for (const value of ['-1', '1.5', '2147483648'])
      await says(sql(value), { label: 'b' }, `DataError: the query: label ${value} ${place}: ${number}`)
    await says(sql('NULL'), { label: 'b' }, `DataError: the query: NULL ${place}: every row must have a value`)
    await says(
      "SELECT 1 AS a, 'cow' AS pet",
      { label: 'pet', labelNames: ['cat', 'dog'] },
      'DataError: the query: label "cow" at row 0, column "pet": it is not one of labelNames',
    )
    const list = (value: string) =>
      `SELECT CASE WHEN i = 4321 THEN ${value} ELSE [1, 2, 3] END AS b FROM range(4500) t(i)`
    await says(list('NULL'), {}, `DataError: the query: NULL ${place}: every row must have a value`)
    await says(list('[1, NULL, 3]'), {}, `DataError: the query: NULL ${place}, element 1: every row must have a value`)
    await says(
      list("[1, 2, 'NaN'::FLOAT]"),
      {},
      `DataError: the query: NaN ${place}, element 2: every number must be finite`,
    )
    await says(
      list('[1, 2]'),
      {},
      'DataError: the query: row 4321, column "b" has 2 numbers, the rows before it have 3',
    )
    const array = `SELECT (CASE WHEN i = 4321 THEN [1, NULL] ELSE [1, 2] END)::FLOAT[2] AS b FROM range(4500) t(i)`
    await says(array, {}, `DataError: the query: NULL ${place}, element 1: every row must have a value`)
    await says("SELECT ''::BLOB AS b", {}, 'DataError: the query: row 0, column "b" is empty')
  })

  it('reports what is wrong with columns and options', async () => {
    const sql = "SELECT 1 AS a, 'x' AS b, DATE '2020-01-01' AS c, 2 AS a2"
    await says(
      sql,
      {},
      'DataError: the query: column "b" (1) is VARCHAR, which is not a number; select the numeric columns with inputs',
    )
    await says(sql, { inputs: ['c'] }, 'DataError: the query: column "c" (2) is DATE, which is not a number')
    await says(
      sql,
      { inputs: ['z'] },
      'DataError: the query: there is no column "z", the columns are "a", "b", "c", "a2"',
    )
    await says(sql, { label: 9 }, 'DataError: the query: there is no column 9, columns go from 0 to 3')
    await says(
      'SELECT 1 AS a, 2 AS a',
      { inputs: ['a'] },
      'DataError: the query: several columns are named "a": give their numbers from 0 instead',
    )
    await says(
      sql,
      { inputs: ['a'], label: 'c' },
      'DataError: the query: column "c" (2) is DATE, but a label is a number or a string',
    )
    await says(
      sql,
      { inputs: ['a'], label: 'a' },
      'DataError: the query: column "a" (0) cannot be both the label and an input',
    )
    await says('SELECT 1 AS a', { label: 'a' }, 'DataError: the query: no column is left for the inputs')
    await says(
      sql,
      { inputs: ['a'], label: 'b' },
      'OptionError: the query: column "b" (1) is VARCHAR, so labelNames must be given: the class names in the order of the outputs',
    )
    await says(sql, { label: 'b', targets: ['a'] }, 'OptionError: a dataset has labels or targets, not both')
    await says(sql, { inputs: ['a', 'a'] }, 'DataError: the query: column "a" (0) cannot be an input twice')
    await says(sql, { labelNames: ['a'] }, 'OptionError: labelNames needs label: the column of the class names')
    await says(sql, { limit: 0 }, 'OptionError: limit must be a whole number of at least 1, not 0')
    expect(await failure(streamSql(sql, { batchSize: 0 }).next())).toBe(
      'OptionError: batchSize must be a whole number of at least 1, not 0',
    )
    await says('', {}, 'OptionError: sql must be the text of a query, not ""')
    await says('SELECT 1 AS a WHERE false', {}, 'DataError: the query has no rows')
    expect(await failure(readSql('SELECT 1', { lable: 'y' } as SqlOptions))).toBe(
      'OptionError: unknown SQL option "lable"; known: label, labelNames, targets, inputs, inputNames, dtype, scale, shard, limit, signal, database, memoryLimit, threads, parameters',
    )
  })

  it("keeps DuckDB's error as the cause of its own", async () => {
    const error = await readSql('SELEC 1').catch((error: Error) => error)
    expect(String(error)).toContain('DataError: the query: ')
    expect(String(error)).toContain('Parser Error: syntax error at or near "SELEC"')
    expect((error as Error).cause).toBeInstanceOf(Error)
  })

  it('fails if the query fails, however late: DuckDB ends such a stream as if it were complete', async () => {
    for (const row of [0, 1000, 130_000, 150_000, 199_999]) {
      const late = `SELECT CASE WHEN i = ${row} THEN error('too late') ELSE i END AS a FROM range(200_000) t(i);`
      await says(late, {}, 'DataError: the query: Invalid Input Error: too late')
    }
    for (const rows of [2047, 2048, 2049, 4096])
      expect((await readSql(`SELECT i FROM range(${rows}) t(i) -- all of them`)).rows).toBe(rows)
  })

  it('fails if another query on its connection has closed it', async () => {
    const instance = await DuckDBInstance.create()
    const connection = await instance.connect()
    const batches = streamSql('SELECT i FROM range(1_000_000) t(i)', { database: connection, batchSize: 100 })
    await batches.next()
    await connection.run('SELECT 1')
    const drained = (async () => {
      for await (const batch of batches) expect(batch.rows).toBe(100)
    })()
    expect(await failure(drained)).toMatch(
      /^DataError: the query ended early, after \d+ rows: another query on its connection/,
    )
    connection.closeSync()
    instance.closeSync()
  })
})
