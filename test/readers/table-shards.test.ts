import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import promises from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { RecordBatchFileWriter, RecordBatchStreamWriter, Table, tableFromArrays } from 'apache-arrow'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readArrow, streamArrow } from '#src/arrow'
import { readParquet, readSql, readTypedCsv, streamParquet, streamTypedCsv } from '#src/duckdb'
import { failure, temporaryFolder } from '../support/files.js'
import { rowsOf, shardsOf } from '../support/shards.js'

const folder = temporaryFolder()
const named = (name: string) => join(folder, name)
const counts = [1, 2, 3, 4, 5, 6, 7]

/** One connection for all tests, because opening a database takes long. */
let database: DuckDBConnection
beforeAll(async () => {
  database = await (await DuckDBInstance.create()).connect()
})
afterAll(() => database.closeSync())

async function run(...statements: string[]): Promise<void> {
  for (const statement of statements) await database.run(statement)
}

/** Writes rows whose numbers are those from `from` on. A row group has 2048 rows. */
const copy = (name: string, from: number, rows: number, type = 'INTEGER') =>
  `COPY (SELECT i::${type} AS a, (i % 7)::DOUBLE AS b FROM range(${from}, ${from + rows}) t(i)) TO '${named(name)}'
   (FORMAT parquet, ROW_GROUP_SIZE 2048)`

describe('shards of Parquet', () => {
  beforeAll(async () => {
    mkdirSync(named('parts'))
    await run(
      copy('one.parquet', 0, 3),
      copy('groups.parquet', 0, 10_001),
      copy('parts/a.parquet', 0, 5000),
      copy('parts/b.parquet', 5000, 1),
      // The type of the first file holds for all.
      copy('parts/c.parquet', 5001, 3000, 'BIGINT'),
    )
  })

  it.each([
    ['one.parquet', 3],
    ['groups.parquet', 10_001],
    ['parts/*.parquet', 8001],
  ])('have all rows of %s together, and as many rows as the others or one more', async (name, rows) => {
    for (const count of counts) {
      const shards = await shardsOf((shard) => streamParquet(named(name), { database, shard, batchSize: 1000 }), count)
      for (const { length } of shards) expect(Math.abs(length - rows / count)).toBeLessThan(1)
      for (let index = 0; index < count && rows >= count; index++) {
        const whole = await readParquet(named(name), { database, shard: { index, count } })
        expect(whole.rows).toBe(shards[index].length)
        expect(whole.inputs[0]).toBe(shards[index][0][0])
      }
    }
  })

  it('read a file that is listed twice as often', async () => {
    const paths = ['parts/b.parquet', 'one.parquet', 'parts/b.parquet'].map(named)
    const shards = await shardsOf((shard) => streamParquet(paths, { database, inputs: ['a'], shard }), 2)
    expect(shards).toEqual([
      [[5000], [0]],
      [[1], [2], [5000]],
    ])
  })

  it('name the row of the file in errors', async () => {
    const path = named('hole.parquet')
    await run(
      `COPY (SELECT CASE WHEN i = 4000 THEN NULL ELSE i END AS a FROM range(5000) t(i)) TO '${path}'
       (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
    )
    expect(await failure(readParquet(path, { shard: { index: 1, count: 2 } }))).toBe(
      `DataError: ${path}: NULL at row 4000, column "a": every row must have a value`,
    )
    expect((await readParquet(path, { shard: { index: 0, count: 2 } })).rows).toBe(2500)
  })

  it('read at most `limit` rows of their own', async () => {
    const options = { inputs: ['a'], limit: 2, shard: { index: 1, count: 2 } }
    expect(await rowsOf(streamParquet(named('groups.parquet'), options))).toEqual([[5000], [5001]])
    expect([...(await readParquet(named('groups.parquet'), options)).inputs]).toEqual([5000, 5001])
  })

  it('without rows cannot be a dataset', async () => {
    const path = named('one.parquet')
    expect(await failure(readParquet(path, { shard: { index: 0, count: 4 } }))).toBe(
      `DataError: ${path}: shard 0 of 4 has no rows`,
    )
  })

  it('refuse a file whose columns hide the numbers of the rows', async () => {
    const path = named('hiding.parquet')
    await run(`COPY (SELECT 7 AS file_row_number, i AS a FROM range(10) t(i)) TO '${path}' (FORMAT parquet)`)
    const problem = await failure(readParquet(path, { inputs: ['a'], shard: { index: 1, count: 2 } }))
    expect(problem).toMatch(/^DataError: .*file_row_number option on file with column named file_row_number/)
    expect((await readParquet(path, { inputs: ['a'] })).rows).toBe(10)
  })

  // The bytes that DuckDB reads are counted by the system, which only Linux tells.
  it.skipIf(process.platform !== 'linux')('read only their row groups', async () => {
    const path = named('wide.parquet')
    const columns = Array.from({ length: 16 }, (_, column) => `hash(i + ${column})::DOUBLE AS c${column}`)
    await run(
      `COPY (SELECT ${columns.join(', ')} FROM range(131072) t(i)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 8192)`,
    )
    const { size } = statSync(path)
    const bytesRead = () => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])
    const before = bytesRead()
    expect((await readParquet(path, { shard: { index: 2, count: 4 } })).rows).toBe(32_768)
    const read = bytesRead() - before
    expect(read).toBeGreaterThan(0.24 * size)
    expect(read).toBeLessThan(0.35 * size)
  })
})

describe('shards of typed CSV', () => {
  it('have all rows together, in files of several dialects', async () => {
    const lines = Array.from({ length: 5000 }, (_, row) => `${row};"${row % 3 ? 'a;b' : 'two\nlines'}"`)
    const [path, zipped] = [named('typed.csv'), named('typed.csv.gz')]
    writeFileSync(path, ['n;text', ...lines].join('\n'))
    writeFileSync(zipped, gzipSync(['n;text', ...lines].join('\n')))
    const options = { database, delimiter: ';', columns: { n: 'INTEGER', text: 'VARCHAR' }, inputs: ['n'] }
    for (const file of [path, zipped, [path, zipped]]) {
      for (const count of [1, 3, 7]) {
        const shards = await shardsOf((shard) => streamTypedCsv(file, { ...options, shard, batchSize: 1500 }), count)
        const rows = shards.flat().length
        for (const { length } of shards) expect(Math.abs(length - rows / count)).toBeLessThan(1)
      }
    }
  })

  it('are refused on a connection that does not keep the order of rows', async () => {
    const path = named('order.csv')
    writeFileSync(path, 'a\n1\n2\n')
    expect((await readTypedCsv(path, { database, shard: { index: 1, count: 2 } })).inputs[0]).toBe(2)
    await database.run('SET preserve_insertion_order = false')
    expect(await failure(readTypedCsv(path, { database, shard: { index: 1, count: 2 } }))).toBe(
      'OptionError: shard needs the setting preserve_insertion_order of the connection, which is false',
    )
    await database.run('SET preserve_insertion_order = true')
  })
})

describe('a shard of a query', () => {
  it('is refused, because a query may give its rows in any order', async () => {
    expect(await failure(readSql('SELECT 1', { shard: { index: 1, count: 4 } }))).toBe(
      'OptionError: shard needs a file: choose the rows in the query itself, such as by WHERE id % 4 = 1',
    )
  })
})

describe('shards of Arrow', () => {
  /** Record batches with the given numbers of rows. */
  const tableOf = (sizes: readonly number[]) => {
    let row = 0
    const batchOf = (size: number) => {
      const numbers = Float64Array.from({ length: size }, () => row++)
      return tableFromArrays({ a: numbers, b: numbers.map((value) => value % 3) }).batches[0]
    }
    const empty = batchOf(1).slice(0, 0)
    row = 0
    return new Table(sizes.map((size) => (size === 0 ? empty : batchOf(size))))
  }

  it('have all rows together, in files and streams, plain and gzip', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...counts),
        fc.constantFrom('file', 'stream', 'gzip', 'bytes'),
        async (sizes, count, kind) => {
          const Writer = kind === 'file' ? RecordBatchFileWriter : RecordBatchStreamWriter
          const bytes = await Writer.writeAll(tableOf([1, ...sizes])).toUint8Array()
          const path = named('random.arrow')
          writeFileSync(path, kind === 'gzip' ? gzipSync(bytes) : bytes)
          const input = kind === 'bytes' ? bytes : path
          const shards = await shardsOf((shard) => streamArrow(input, { shard, batchSize: 4 }), count)
          const rows = 1 + sizes.reduce((sum, size) => sum + size)
          for (const { length } of shards) expect(Math.abs(length - rows / count)).toBeLessThan(1)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('name the row of the file in errors', async () => {
    const bytes = await RecordBatchStreamWriter.writeAll(tableOf([200, 200, 200])).toUint8Array()
    const shard = { index: 1, count: 3 }
    expect(await failure(readArrow(bytes, { shard, inputs: ['a'], dtype: 'uint8' }))).toBe(
      `DataError: the Arrow data: 256 at row 256, column "a": dtype 'uint8' takes whole numbers from 0 to 255`,
    )
  })

  it('are read without the record batches of the others', async () => {
    const path = named('large.arrow')
    const rows = 2 ** 17
    const bytes = await RecordBatchStreamWriter.writeAll(tableOf(Array(8).fill(rows))).toUint8Array()
    writeFileSync(path, bytes)
    let read = 0
    const { open } = promises
    vi.spyOn(promises, 'open').mockImplementation(async (...given) => {
      const handle = await open(...given)
      const readFile = handle.read.bind(handle)
      vi.spyOn(handle, 'read').mockImplementation(async (...args: unknown[]) => {
        const result = await Reflect.apply(readFile, handle, args)
        read += result.bytesRead
        return result
      })
      return handle
    })
    const { inputs } = await readArrow(path, { inputs: ['a'], shard: { index: 5, count: 8 } })
    vi.restoreAllMocks()
    expect([inputs.length, inputs[0]]).toEqual([rows, 5 * rows])
    expect(read).toBeGreaterThan(bytes.length / 8)
    expect(read).toBeLessThan(bytes.length / 2)
  })

  it('of a stream are refused', async () => {
    async function* chunks() {
      yield await RecordBatchStreamWriter.writeAll(tableOf([3])).toUint8Array()
    }
    expect(await failure(readArrow(chunks(), { shard: { index: 0, count: 2 } }))).toBe(
      'OptionError: shard needs the path of a file: the size of a stream is unknown before its end',
    )
  })
})
