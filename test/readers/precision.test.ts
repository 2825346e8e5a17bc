import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DuckDBInstance } from '@duckdb/node-api'
import { tableFromArrays, tableToIPC } from 'apache-arrow'
import { beforeAll, describe, expect, it } from 'vitest'
import { readArrow, streamArrow } from '#src/arrow'
import { readParquet, readSql, readTypedCsv, streamParquet, streamSql, streamTypedCsv } from '#src/duckdb'
import { Dataset, Network, readCsv, readNdjson, streamCsv, streamNdjson } from '#src/index'
import type { BatchOptions, TableOptions } from '#src/readers/columns/table-options'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const start = 1_700_000_000_123
/**
 * The last rows of `time` and `target`, and row 2500 of `huge`, are the only ones that float32 does not hold, so that a
 * batch has to change.
 */
const rows = Array.from({ length: 3000 }, (_, row) => ({
  small: row % 256,
  time: row < 1200 ? row : start + 1000 * row,
  target: row < 2000 ? row : row + 0.1,
  huge: row === 2500 ? -1e39 : row,
}))
const path = (name: string) => join(folder, name)
type Options = TableOptions & BatchOptions

beforeAll(async () => {
  writeFileSync(
    path('rows.csv'),
    `small,time,target,huge\n${rows.map((row) => `${Object.values(row).join()}\n`).join('')}`,
  )
  writeFileSync(path('rows.ndjson'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  writeFileSync(path('lists.ndjson'), rows.map((row) => `${JSON.stringify(Object.values(row))}\n`).join(''))
  const columns = (['small', 'time', 'target', 'huge'] as const).map((name) => [
    name,
    Float64Array.from(rows, (row) => row[name]),
  ])
  writeFileSync(path('rows.arrow'), tableToIPC(tableFromArrays(Object.fromEntries(columns)), 'file'))
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  await connection.run(`COPY (SELECT * FROM read_csv('${path('rows.csv')}')) TO '${path('rows.parquet')}'`)
  connection.closeSync()
  instance.closeSync()
})

/** Column names become numbers where rows are lists. */
const numbered = <T extends Options>(options: T): T => {
  const places = { small: 0, time: 1, target: 2, huge: 3 } as Record<string, number>
  const numbersOf = (names: Options['inputs']) => names?.map((name) => places[name])
  return {
    ...options,
    inputs: numbersOf(options.inputs),
    ...(options.targets && { targets: numbersOf(options.targets) }),
  }
}
const sql = () => `SELECT * FROM '${path('rows.parquet')}'`

const readers: [string, (options: Options) => Promise<Dataset>, (options: Options) => AsyncIterable<Dataset>][] = [
  ['CSV', (options) => readCsv(path('rows.csv'), options), (options) => streamCsv(path('rows.csv'), options)],
  [
    'JSON objects',
    (options) => readNdjson(path('rows.ndjson'), options),
    (options) => streamNdjson(path('rows.ndjson'), options),
  ],
  [
    'JSON lists',
    (options) => readNdjson(path('lists.ndjson'), numbered(options)),
    (options) => streamNdjson(path('lists.ndjson'), numbered(options)),
  ],
  [
    'Parquet',
    (options) => readParquet(path('rows.parquet'), options),
    (options) => streamParquet(path('rows.parquet'), options),
  ],
  ['SQL', (options) => readSql(sql(), options), (options) => streamSql(sql(), options)],
  [
    'typed CSV',
    (options) => readTypedCsv(path('rows.csv'), options),
    (options) => streamTypedCsv(path('rows.csv'), options),
  ],
  ['Arrow', (options) => readArrow(path('rows.arrow'), options), (options) => streamArrow(path('rows.arrow'), options)],
]

describe.each(readers)('the default type of numbers: %s', (_name, read, stream) => {
  it('is float64 where float32 would round a number, and float32 elsewhere', async () => {
    const both = await read({ inputs: ['small', 'time'], targets: ['target'] })
    expect(both.inputs).toEqual(Float64Array.from(rows.flatMap(({ small, time }) => [small, time])))
    expect(both.targets).toEqual(Float64Array.from(rows, ({ target }) => target))
    const small = await read({ inputs: ['small'], targets: ['target'] })
    expect(small.inputs).toEqual(Float32Array.from(rows, (row) => row.small))
    expect(small.targets).toEqual(Float64Array.from(rows, ({ target }) => target))
    const times = await read({ inputs: ['time'], targets: ['small'] })
    expect(times.inputs).toEqual(Float64Array.from(rows, ({ time }) => time))
    expect(times.targets).toEqual(Float32Array.from(rows, (row) => row.small))
  })

  it('is float64 where a number is beyond float32', async () => {
    const huge = Float64Array.from(rows, (row) => row.huge)
    expect((await read({ inputs: ['huge'], targets: ['small'] })).inputs).toEqual(huge)
    expect((await read({ inputs: ['small'], targets: ['huge'] })).targets).toEqual(huge)
    expect((await read({ inputs: ['small'], targets: ['huge'], dtype: 'uint8' })).targets).toEqual(huge)
    const narrow = await failure(read({ inputs: ['huge'], targets: ['small'], dtype: 'float32' }))
    expect(narrow).toMatch(
      /: "?-1e\+?39"? (is beyond what float32 holds|at row 2500, .*: it is too large for dtype 'float32')$/,
    )
  })

  it('may differ between batches, and no number is rounded in any', async () => {
    for (const batchSize of [1, 700, 5000]) {
      let row = 0
      for await (const batch of stream({ inputs: ['time', 'small'], targets: ['target'], batchSize })) {
        const there = rows.slice(row, row + batch.rows)
        expect(Array.from(batch.inputs)).toEqual(there.flatMap(({ time, small }) => [time, small]))
        expect(Array.from(batch.targets ?? [])).toEqual(there.map(({ target }) => target))
        const Type = row + batch.rows <= 1200 ? Float32Array : Float64Array
        expect(batch.inputs).toBeInstanceOf(Type)
        row += batch.rows
      }
      expect(row).toBe(rows.length)
    }
  })

  it('is the one that the option dtype asks for', async () => {
    const narrow = await read({ inputs: ['time'], targets: ['target'], dtype: 'float32' })
    expect(narrow.inputs).toEqual(Float32Array.from(rows, ({ time }) => time))
    expect(narrow.targets).toEqual(Float32Array.from(rows, ({ target }) => target))
    const wide = await read({ inputs: ['small'], targets: ['target'], dtype: 'float64' })
    expect(wide.inputs).toEqual(Float64Array.from(rows, (row) => row.small))
    const bytes = await read({ inputs: ['small'], targets: ['target'], dtype: 'uint8' })
    expect([bytes.inputs.constructor, bytes.scale]).toEqual([Uint8Array, 1 / 255])
    expect(bytes.targets).toEqual(Float64Array.from(rows, ({ target }) => target))
  })
})

describe('a network that learns from timestamps', () => {
  it('tells them apart, whether its source gives float32 or float64', async () => {
    const times = Array.from({ length: 60 }, (_, row) => start + 1000 * row)
    const text = `time,class\n${times.map((time, row) => `${time},${row < 30 ? 0 : 1}\n`).join('')}`
    writeFileSync(path('times.csv'), text)
    const training = await readCsv(path('times.csv'), { label: 'class' })
    const settings = { epochs: 100, batchSize: 10, learningRate: 3, shuffle: false } as const
    const make = () => {
      const network = new Network([1, 2], { seed: 1 })
      network.standardize(training)
      return network
    }
    const network = make()
    await network.fit(training, settings)
    expect((await network.evaluate(training)).accuracy).toBe(1)
    const streamed = make()
    await streamed.fit(() => streamCsv(path('times.csv'), { label: 'class', batchSize: 7 }), settings)
    expect(streamed.parameters).toEqual(network.parameters)
  })

  it('refuses a number beyond float32 for dtype float32, also after numbers that float32 would round', async () => {
    const where = 'DataError: the stream, line 2, column 0'
    const dtype = 'float32'
    expect(await failure(readCsv(Readable.from(['0.1\n1e39\n']), { dtype }))).toBe(
      `${where}: "1e39" is beyond what float32 holds`,
    )
    expect(await failure(readNdjson(Readable.from(['[0.1]\n[1e39]\n']), { dtype }))).toBe(
      `${where}: 1e+39 is beyond what float32 holds`,
    )
    expect(await failure(readSql('SELECT unnest([0.1::DOUBLE, 1e39]) AS x', { dtype }))).toBe(
      'DataError: the query: 1e+39 at row 1, column "x": it is too large for dtype \'float32\'',
    )
  })

  it('gives the same bits from batches of both float types as from one dataset', async () => {
    const column = Float64Array.from({ length: 40 }, (_, row) => (row % 8 < 4 ? row : row + 0.1))
    const data = new Dataset({ inputs: column, width: 1, targets: column, scale: 0.1 })
    const mixed = async function* () {
      for (let row = 0; row < 40; row += 4) {
        const Type = row % 8 < 4 ? Float32Array : Float64Array
        const part = column.subarray(row, row + 4)
        yield new Dataset({ inputs: Type.from(part), width: 1, targets: Type.from(part), scale: 0.1 })
      }
    }
    for (const dtype of ['float32', 'float64'] as const) {
      const [whole, streamed] = [0, 1].map(() => new Network([1, 3, 1], { seed: 3, dtype }))
      for (const network of [whole, streamed]) network.standardize(data)
      const settings = { epochs: 2, batchSize: 6, shuffle: false, learningRate: 0.01 } as const
      await whole.fit(data, settings)
      await streamed.fit(mixed, { ...settings, window: 12 })
      expect(streamed.parameters).toEqual(whole.parameters)
    }
  })
})

describe('a number beyond float32', () => {
  const read = (text: string) => readCsv(Readable.from([text]), { label: 1 })
  const says = (name: string) =>
    `DataError: ${name} has 1e+39 at row 1, column 0, which is beyond what float32 holds: use a network of dtype 'float64'`

  it('is refused by a float32 network, and learned from by a float64 network', async () => {
    const huge = await read('1,0\n1e39,1\n')
    const network = new Network([1, 2], { seed: 1 })
    expect(await failure(network.fit(huge, { epochs: 1 }))).toBe(says('the training dataset'))
    expect(
      await failure(network.fit(() => streamCsv(Readable.from(['1,0\n1e39,1\n']), { label: 1 }), { epochs: 1 })),
    ).toBe(says('batch 1 of epoch 1'))
    expect(await failure(network.partialFit(huge))).toBe(says('the batch'))
    expect(await failure(network.evaluate(huge))).toBe(says('the dataset'))
    expect(await failure(network.predict(huge))).toBe(says('the dataset'))
    expect(await failure(network.classify([[1], [1e39]]))).toBe(says('rows'))
    const wide = new Network([1, 2], { seed: 1, dtype: 'float64' })
    await wide.fit(huge, { epochs: 1, batchSize: 2, learningRate: 1e-40 })
    expect((await wide.predict(huge)).every(Number.isFinite)).toBe(true)
  })

  it('is standardized in float64 where it is near the mean, and then in range', async () => {
    const huge = await read('1e39,0\n1.0001e39,1\n')
    const network = new Network([1, 2], { seed: 1 })
    network.standardize(huge)
    await network.fit(huge, { epochs: 200, batchSize: 2 })
    expect((await network.evaluate(huge)).accuracy).toBe(1)
  })
})
