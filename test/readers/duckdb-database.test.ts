import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { readSql, type SqlOptions, streamSql } from '#src/duckdb'
import { numbersOf } from '#src/readers/duckdb/column'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()

const says = async (sql: string, options: SqlOptions, sentence: string) =>
  expect(await failure(readSql(sql, options))).toBe(sentence)

describe('the database', () => {
  it('is a file that several readers share, or an open connection that stays open; parameters are bound', async () => {
    const path = join(folder, 'rooms.duckdb')
    const instance = await DuckDBInstance.create(path)
    const connection = await instance.connect()
    await connection.run('CREATE TABLE rooms AS SELECT i AS area, i * 12 AS rent FROM range(100) t(i)')
    const open = await readSql('SELECT * FROM rooms WHERE area >= ? AND area < $2', {
      database: connection,
      parameters: [50, 60],
      targets: ['rent'],
    })
    expect([open.rows, open.inputs[0], open.targets?.[0]]).toEqual([10, 50, 600])
    connection.closeSync()
    instance.closeSync()
    const [one, other] = [streamSql('FROM rooms', { database: path }), streamSql('FROM rooms', { database: path })]
    expect((await one.next()).value).toEqual((await other.next()).value)
    await one.return()
    await other.return()
    const named = await readSql('SELECT * FROM rooms WHERE rent = $rent', { database: path, parameters: { rent: 36 } })
    expect(Array.from(named.inputs)).toEqual([3, 36])
    await says(
      'SELECT 1',
      { database: join(folder, 'none') },
      `DataError: cannot read ${join(folder, 'none')}: there is no such file`,
    )
  })

  it('frees the memory of a query once its rows have been read, without waiting for the garbage collector', async () => {
    await readSql('SELECT 1 AS a')
    const before = process.memoryUsage.rss()
    // 2.6 MB each, which V8 does not see.
    for (let i = 0; i < 120; i++) await readSql('SELECT 1 AS a')
    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(150)
  })

  it('is interrupted by a signal, before the first row too', async () => {
    const sql = 'SELECT a.i FROM range(10_000_000) a(i), range(100_000) b(i) WHERE a.i + b.i < 0'
    expect(await failure(readSql(sql, { signal: AbortSignal.timeout(50) }))).toContain('TimeoutError')
    // The first interrupt comes between two steps of DuckDB, which forgets it.
    const connection = await (await DuckDBInstance.create()).connect()
    let interruptions = 0
    const forgetful: DuckDBConnection = Object.create(connection, {
      interrupt: { value: () => (interruptions++ > 0 ? connection.interrupt() : undefined) },
    })
    const late = readSql(sql, { database: forgetful, signal: AbortSignal.timeout(50) })
    expect(await failure(late)).toContain('TimeoutError')
    const controller = new AbortController()
    const batches = streamSql('SELECT i FROM range(1_000_000) t(i)', { signal: controller.signal })
    await batches.next()
    controller.abort(new Error('enough'))
    expect(await failure(batches.next())).toBe('Error: enough')
  })
})

it('numbers of a vector are exposed by the installed DuckDB, and are the same if they are fetched one by one', async () => {
  const connection = await (await DuckDBInstance.create()).connect()
  const sql = 'SELECT CASE WHEN i % 5 = 3 THEN NULL ELSE i * 1.5::DOUBLE END AS a, i::BIGINT AS b FROM range(100) t(i)'
  const chunk = await (await connection.stream(sql)).fetchChunk()
  if (!chunk) throw new Error('there must be a chunk')
  for (const column of [0, 1]) {
    const vector = chunk.getColumnVector(column)
    const lent = numbersOf(vector)
    if (column === 0) expect(lent.items).toBe(Reflect.get(vector, 'items'))
    const fetched = numbersOf(
      Object.create(vector, {
        items: { value: undefined },
        itemCount: { value: vector.itemCount },
        getItem: { value: (row: number) => vector.getItem(row) },
      }),
    )
    for (let i = 0; i < 100; i++) {
      expect(fetched.isNull?.(i) ?? false).toBe(lent.isNull?.(i) ?? false)
      if (!lent.isNull?.(i)) expect(fetched.items[i]).toBe(lent.items[i])
    }
  }
})
