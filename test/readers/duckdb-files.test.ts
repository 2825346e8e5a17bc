import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { beforeAll, describe, expect, it } from 'vitest'
import { DataError } from '#src/base/errors'
import { readParquet, readTypedCsv, streamParquet, streamTypedCsv } from '#src/duckdb'
import { failure, temporaryFolder } from '../support/files.js'
import { drain } from '../support/streams.js'

const folder = temporaryFolder()
const named = (name: string) => join(folder, name)
const [wide, lists, bytes, cut] = ['wide.parquet', 'lists.parquet', "the bytes' file.parquet", 'cut.parquet'].map(named)
const rows = 10_000

/** The pixel of a row, as the SQL below computes it. */
const pixel = (row: number, column: number) => (row * 31 + column * 7) % 251

/** Several row groups, so that threads read ahead of one another. */
async function write(path: string, select: string): Promise<void> {
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  const target = path.replaceAll("'", "''")
  await connection.run(
    `COPY (SELECT ${select}, (i % 10)::UTINYINT AS digit FROM range(${rows}) t(i)) TO '${target}'
     (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048)`,
  )
  connection.closeSync()
  instance.closeSync()
}

beforeAll(async () => {
  const columns = [0, 1, 2, 3].map((c) => `((i * 31 + ${c * 7}) % 251)::UTINYINT`)
  await write(wide, columns.map((column, c) => `${column} AS p${c}`).join(', '))
  await write(lists, `[${columns.join(', ')}]::UTINYINT[4] AS pixels`)
  await write(bytes, `unhex(${columns.map((column) => `printf('%02x', ${column})`).join(' || ')}) AS pixels`)
})

function wrong(inputs: ArrayLike<number>, labels: ArrayLike<number> | undefined, first = 0): number {
  for (let i = 0; i < inputs.length; i++) if (inputs[i] !== pixel(first + (i >> 2), i & 3)) return i
  for (let row = 0; row < inputs.length / 4; row++) if (labels?.[row] !== (first + row) % 10) return row
  return -1
}

describe('readParquet and streamParquet', () => {
  it('give the same bytes from columns, lists and byte arrays, in the order of the file', async () => {
    for (const path of [wide, lists, bytes]) {
      const data = await readParquet(path, { label: 'digit', dtype: 'uint8' })
      expect([data.rows, data.width, data.scale]).toEqual([rows, 4, 1 / 255])
      expect(wrong(data.inputs, data.labels)).toBe(-1)
    }
  })

  it('take no data from the names of folders', async () => {
    const instance = await DuckDBInstance.create()
    const connection = await instance.connect()
    for (const place of ['y=5', 'label=7', 'lr=0.1']) {
      mkdirSync(named(place))
      for (const kind of ['parquet', 'csv'])
        await connection.run(`COPY (SELECT i AS x, 10 + i AS y FROM range(3) t(i)) TO '${named(`${place}/p.${kind}`)}'`)
      for (const data of [await readParquet(named(`${place}/p.parquet`)), await readTypedCsv(named(`${place}/p.csv`))])
        expect([data.width, ...data.inputs], place).toEqual([2, 0, 10, 1, 11, 2, 12])
      expect((await readParquet(named(`${place}/*.parquet`))).inputs[1]).toBe(10)
    }
    connection.closeSync()
    instance.closeSync()
  })

  it('stream the same rows in the same order each time, for any number of threads', async () => {
    for (const threads of [1, 2, 4]) {
      let row = 0
      for await (const batch of streamParquet(lists, { label: 'digit', batchSize: 999, threads })) {
        expect(batch.inputs).toBeInstanceOf(Float32Array)
        expect(wrong(batch.inputs, batch.labels, row)).toBe(-1)
        row += batch.rows
      }
      expect(row).toBe(rows)
    }
  })

  it('read the named columns, files in their order, and no more rows than the limit', async () => {
    const data = await readParquet([wide, wide], {
      inputs: ['p2', 'p0'],
      targets: ['p1'],
      limit: rows + 2,
      dtype: 'float64',
    })
    expect([data.rows, data.width, data.targetWidth]).toEqual([rows + 2, 2, 1])
    expect(Array.from(data.inputs.subarray(-4))).toEqual([pixel(0, 2), pixel(0, 0), pixel(1, 2), pixel(1, 0)])
    expect(Array.from(data.targets?.subarray(-2) ?? [])).toEqual([pixel(0, 1), pixel(1, 1)])
    expect((await readParquet(join(folder, 'wid*.parquet'), { label: 4 })).rows).toBe(rows)
  })

  it('are closed when reading ends early, and can be read again', async () => {
    for (let turn = 0; turn < 3; turn++) {
      for await (const batch of streamParquet(wide, { batchSize: 10 })) {
        expect(batch.rows).toBe(10)
        break
      }
    }
  })

  it('name the file in each error', async () => {
    const none = named('none.parquet')
    expect(await failure(readParquet(none))).toBe(`DataError: cannot read ${none}: there is no such file`)
    expect(await failure(readParquet(folder))).toBe(`DataError: cannot read ${folder}: it is a folder`)
    expect(await failure(readParquet(wide, { label: 'digits' }))).toBe(
      `DataError: ${wide}: there is no column "digits", the columns are "p0", "p1", "p2", "p3", "digit"`,
    )
    const pattern = named('none*.parquet')
    expect(await failure(readParquet(pattern))).toMatch(/^DataError: .*none\*.parquet: IO Error: No files found/)
    const empty = named('empty.parquet')
    writeFileSync(empty, '')
    expect(await failure(readParquet(empty))).toContain(`DataError: ${empty}: `)
    expect(await failure(readParquet([]))).toBe(
      'OptionError: path must be the path of a file, or a list of paths, not []',
    )
  })

  it('detect rows that a file or a row group has lost, and report the count', async () => {
    const whole = readFileSync(lists)
    const errors = new Set<string>()
    // Counts in Thrift's compact protocol: the type of a field, then 2,048 or 10,000, which is reduced by one.
    for (const [count, less] of [
      ['168020', '16fe1f'],
      ['16a09c01', '169e9c01'],
    ].map((hex) => hex.map((h) => Buffer.from(h, 'hex')))) {
      for (let at = whole.indexOf(count); at >= 0; at = whole.indexOf(count, at + 1)) {
        writeFileSync(cut, Buffer.concat([whole.subarray(0, at), less, whole.subarray(at + count.length)]))
        errors.add(await failure(readParquet(cut, { label: 'digit' })))
        errors.add(String((await drain(streamParquet(cut, { label: 'digit' }))).error))
      }
    }
    const uneven = (group: number, rows: number, values: number) =>
      `DataError: ${cut}: row group ${group} has ${rows} rows, but ${values} values in column "digit": it is damaged`
    expect([...errors]).toEqual([
      ...[0, 1, 2, 3].flatMap((group) => [uneven(group, 2048, 2047), uneven(group, 2047, 2048)]),
      `DataError: ${cut} declares 9999 rows, its row groups 10000: it is damaged`,
    ])
  })

  it('refuse a file that is cut off anywhere, or whose pages are damaged', async () => {
    const whole = readFileSync(lists)
    for (let place = 0; place < 50; place++) {
      writeFileSync(cut, whole)
      truncateSync(cut, Math.floor((whole.length * place) / 50))
      const error: unknown = await readParquet(cut).catch((error: unknown) => error)
      expect(error).toBeInstanceOf(DataError)
      expect(String(error)).toContain(cut)
      expect((error as Error).cause).toBeInstanceOf(Error)
    }
    const damaged = Buffer.from(whole)
    damaged.fill(0x55, Math.floor(whole.length * 0.6), Math.floor(whole.length * 0.6) + 64)
    writeFileSync(cut, damaged)
    const read = async () => {
      for await (const batch of streamParquet(cut, { label: 'digit' })) expect(batch.rows).toBeGreaterThan(0)
    }
    expect(await failure(read())).toContain(`DataError: ${cut}: `)
  })
})

describe('readTypedCsv and streamTypedCsv', () => {
  const text = 'name;area;kind\r\n"a ""b""; c";1.5;cat\r\nd;-2e3;dog\r\n"e\nf";3;cat\r\n'
  const options = { delimiter: ';', inputs: ['area'], label: 'kind', labelNames: ['cat', 'dog'] }
  const columns = { name: 'VARCHAR', area: 'DOUBLE', kind: 'VARCHAR' }

  it('read quoted fields of the dialect, plain and gzip, with columns given or detected', async () => {
    writeFileSync(named('a.csv'), text)
    writeFileSync(named('a.csv.gz'), gzipSync(text))
    for (const name of ['a.csv', 'a.csv.gz']) {
      for (const more of [{}, { columns }]) {
        const data = await readTypedCsv(named(name), { ...options, ...more })
        expect(Array.from(data.inputs)).toEqual([1.5, -2000, 3])
        expect(Array.from(data.labels ?? [])).toEqual([0, 1, 0])
      }
    }
    const names = await readTypedCsv(named('a.csv'), {
      ...options,
      columns,
      inputs: ['area'],
      label: 'name',
      labelNames: ['d', 'e\nf', 'a "b"; c'],
    })
    expect(Array.from(names.labels ?? [])).toEqual([2, 0, 1])
  })

  it('read a file whose name looks like a pattern that matches another file', async () => {
    const names = ['part[1].csv', 'part?.csv', 'part*.csv', 'part1.csv']
    for (const [i, name] of names.entries()) writeFileSync(named(name), `x,y\n${i},"1"\n`)
    const inputs = names.map(async (name) => Array.from((await readTypedCsv(named(name), { inputs: ['x'] })).inputs))
    expect(await Promise.all(inputs)).toEqual([[0], [1], [2], [3]])
    expect((await readTypedCsv(named('part[0-9].csv'))).rows).toBe(1)
    await write(named('digits[1].parquet'), '1 AS x')
    expect((await readParquet(named('digits[1].parquet'))).rows).toBe(rows)
  })

  it('report a line that does not fit, an empty cell, and an unknown option', async () => {
    const path = named('bad.csv')
    writeFileSync(path, 'a,b\n1,2\n3,x\n')
    const types = { a: 'FLOAT', b: 'FLOAT' }
    expect(await failure(readTypedCsv(path, { columns: types }))).toBe(
      `DataError: ${path}: Conversion Error: CSV Error on Line: 3: Error when converting column "b". Could not convert string "x" to 'FLOAT'`,
    )
    writeFileSync(path, 'a,b\n1,2\n3\n')
    expect(await failure(readTypedCsv(path, { columns: types }))).toBe(
      `DataError: ${path}: Invalid Input Error: CSV Error on Line: 3: Expected Number of Columns: 2 Found: 1`,
    )
    writeFileSync(path, 'a,b\n1,2\n,4\n')
    const sentence = `DataError: ${path}: NULL at row 1, column "a": every row must have a value`
    expect(await failure(readTypedCsv(path, { columns: types }))).toBe(sentence)
    expect(await failure(readTypedCsv(path, { columns: {} }))).toBe(
      'OptionError: columns must name at least one column',
    )
    expect(await failure(streamTypedCsv(named('none.csv')).next())).toBe(
      `DataError: cannot read ${named('none.csv')}: there is no such file`,
    )
  })

  it('refuse a file whose header is damaged, and gzip that is cut off', async () => {
    const columns = { a: 'FLOAT', b: 'FLOAT' }
    const text = `a,b\n${Array.from({ length: 100 }, (_, i) => `${i},${i}`).join('\n')}\n`
    const [right, damaged, zipped] = ['right.csv', 'damaged.csv', 'cut.csv.gz'].map(named)
    writeFileSync(right, text)
    writeFileSync(damaged, text.replace('a,b', 'a,"b"x'))
    expect(await failure(readTypedCsv([right, damaged], { columns }))).toBe(
      `DataError: ${damaged}: Invalid Input Error: CSV Error on Line: 1: Value with unterminated quote found.`,
    )
    expect((await readTypedCsv(named('righ*.csv'), { columns })).rows).toBe(100)
    // The last line ends at the end of the bytes.
    const whole = gzipSync(text, { level: 0 })
    const length = whole.indexOf('\n50,') + 1
    writeFileSync(zipped, whole.subarray(0, length))
    for (const header of [true, false])
      expect(await failure(readTypedCsv(zipped, { columns, header }))).toContain(
        `cut.csv.gz: the gzip stream is cut off`,
      )
  })
})
