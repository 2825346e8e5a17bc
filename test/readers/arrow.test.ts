import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  Binary,
  BinaryView,
  Bool,
  type DataType,
  Dictionary,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int32,
  Int64,
  LargeList,
  LargeUtf8,
  List,
  RecordBatch,
  Table,
  tableFromArrays,
  tableToIPC,
  Uint8,
  Uint32,
  Utf8,
  Utf8View,
  vectorFromArray,
} from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { readArrow, streamArrow } from '#src/arrow'
import { DataError } from '#src/base/errors'
import { failure, temporaryFolder } from '../support/files.js'
import { drain } from '../support/streams.js'

const folder = temporaryFolder()
const said = 'DataError: the Arrow data'

const columnsOf = (columns: Record<string, [unknown[], DataType]>) =>
  new Table(
    Object.fromEntries(Object.entries(columns).map(([name, [values, type]]) => [name, vectorFromArray(values, type)])),
  )

const pixels = new FixedSizeList(3, new Field('item', new Uint8(), true))
const table = columnsOf({
  a: [[1, 2, 3, 4, 5], new Int32()],
  b: [[0.1, 0.2, 0.3, 0.4, 0.5], new Float64()],
  c: [[10n, 20n, 30n, 40n, 2n ** 40n], new Int64()],
  d: [[true, false, true, true, false], new Bool()],
  e: [[0.5, 1, 1.5, 2, 65504], new Float16()],
  f: [
    [
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
      [9, 10],
    ],
    new List(new Field('item', new Float32(), true)),
  ],
  g: [
    [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
      [0, 255, 1],
      [2, 3, 4],
    ],
    pixels,
  ],
  kind: [['x', 'y', 'x', 'é', 'y'], new Dictionary(new Utf8(), new Int32())],
  text: [['1', '2', '3', '4', '5'], new Utf8()],
  bytes: [[1, 2, 3, 4, 5].map((n) => Uint8Array.of(n, 255 - n)), new Binary()],
})
const expected = [
  [1, 0.1, 10, 1, 0.5, 1, 2, 1, 2, 3],
  [2, 0.2, 20, 0, 1, 3, 4, 4, 5, 6],
  [3, 0.3, 30, 1, 1.5, 5, 6, 7, 8, 9],
  [4, 0.4, 40, 1, 2, 7, 8, 0, 255, 1],
  [5, 0.5, 2 ** 40, 0, 65504, 9, 10, 2, 3, 4],
]
const inputs = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const kinds = { label: 'kind', labelNames: ['x', 'y', 'é'] }

async function* pieces(bytes: Uint8Array, size: number) {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

describe('readArrow and streamArrow', () => {
  it.each(['file', 'stream'] as const)(
    'read a %s from a path, plain or gzip, from bytes, and from pieces of any size',
    async (format) => {
      const bytes = tableToIPC(table, format)
      const [plain, zipped] = ['t.arrow', 't.arrow.gz'].map((name) => join(folder, name))
      writeFileSync(plain, bytes)
      writeFileSync(zipped, gzipSync(bytes))
      for (const input of [plain, zipped, bytes]) {
        const data = await readArrow(input, { inputs, ...kinds, dtype: 'float64' })
        expect(Array.from(data.inputs)).toEqual(expected.flat())
        expect(Array.from(data.labels ?? [])).toEqual([0, 1, 0, 2, 1])
      }
      for (const size of [1, 7, 1000]) {
        const rows: number[] = []
        for await (const batch of streamArrow(pieces(bytes, size), { inputs: ['a'], targets: ['f'], batchSize: 2 }))
          rows.push(batch.rows, ...batch.inputs, ...(batch.targets ?? []))
        expect(rows).toEqual([2, 1, 2, 1, 2, 3, 4, 2, 3, 4, 5, 6, 7, 8, 1, 5, 9, 10])
      }
      const blobs = await readArrow(bytes, { inputs: ['bytes'], limit: 4 })
      expect([blobs.width, Array.from(blobs.inputs)]).toEqual([2, [1, 254, 2, 253, 3, 252, 4, 251]])
    },
  )

  it('fill batches across record batches, which may be large', async () => {
    const values = Float32Array.from({ length: 50_000 }, (_, i) => i)
    const whole = tableFromArrays({ x: values })
    const batches = [
      ...whole.slice(0, 20_000).batches,
      ...whole.slice(20_000, 20_001).batches,
      ...whole.slice(20_001).batches,
    ]
    const bytes = tableToIPC(new Table(batches.map((batch) => new RecordBatch(batch.schema, batch.data))), 'stream')
    const sizes: number[] = []
    let row = 0
    for await (const batch of streamArrow(bytes)) {
      sizes.push(batch.rows)
      for (const value of batch.inputs) if (value !== row++) expect(value).toBe(row - 1)
    }
    expect(sizes).toEqual([8192, 8192, 8192, 8192, 8192, 8192, 848])
  })

  const long = 'a name that is longer than twelve bytes'
  const views = columnsOf({
    list: [
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      new LargeList(new Field('item', new Float32(), true)),
    ],
    view: [['x', long, 'x'], new Utf8View()],
    large: [['x', long, 'x'], new LargeUtf8()],
    category: [['x', long, 'x'], new Dictionary(new Utf8View(), new Uint32())],
    bytes: [[1, 2, 3].map((n) => Uint8Array.of(n, 255 - n)), new BinaryView()],
    wide: [[1, 2, 3].map((n) => new Uint8Array(13).fill(n)), new BinaryView()],
  })

  it.each(['file', 'stream'] as const)(
    'read a %s with large lists, large strings and views, as polars writes it',
    async (format) => {
      const bytes = tableToIPC(views, format)
      for (const label of ['view', 'large', 'category']) {
        const data = await readArrow(bytes, { inputs: ['list'], label, labelNames: ['x', long] })
        expect([...data.inputs, ...(data.labels ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 0, 1, 0])
      }
      expect(Array.from((await readArrow(bytes, { inputs: ['bytes'] })).inputs)).toEqual([1, 254, 2, 253, 3, 252])
      expect((await readArrow(bytes, { inputs: ['wide'] })).inputs).toEqual(
        Uint8Array.from({ length: 39 }, (_, i) => 1 + Math.floor(i / 13)),
      )
    },
  )

  it('refuse a view of bytes that are not there, and name the row', async () => {
    const bytes = tableToIPC(views.select(['list', 'view']), 'stream')
    const place = Buffer.from(bytes).lastIndexOf(long.slice(0, 4))
    // The view has the length of the text, its beginning, the number of a buffer, and an offset. The text itself is last.
    const view = Buffer.from(bytes).indexOf(long.slice(0, 4)) - 4
    expect(place).toBeGreaterThan(view + 4)
    for (const [at, value] of [
      [0, -1],
      [0, 1000],
      [8, 1],
      [12, -1],
      [12, 5],
    ]) {
      const damaged = bytes.slice()
      new DataView(damaged.buffer).setInt32(view + at, value, true)
      expect(await failure(readArrow(damaged, { inputs: ['list'], label: 'view', labelNames: ['x', long] }))).toBe(
        `${said}: column "view" of batch 0 has a value at row 1 of the batch that is not in its buffers: it is damaged`,
      )
    }
  })

  it('say what to do about a type that the Arrow library does not read', async () => {
    const bytes = tableToIPC(views.select(['list']), 'stream')
    const sentences: string[] = []
    // One of the bytes with the number of large lists, 21, is that of the type. 25 is the number of list views.
    for (const [at, byte] of bytes.subarray(0, 400).entries()) {
      if (byte === 21) sentences.push(await failure(readArrow(bytes.with(at, 25))).catch(String))
    }
    // The last eight bytes only mark the end.
    expect(sentences).toEqual([
      `${said}: in the data up to byte ${bytes.length - 8}, a column has the type ListView, which the installed apache-arrow does not read: update apache-arrow, or write an older type (in polars with compat_level=pl.CompatLevel.oldest())`,
    ])
  })

  it('report the row and the column of a value that they cannot use', async () => {
    const says = async (columns: Parameters<typeof columnsOf>[0], sentence: string, options = {}) =>
      expect(await failure(readArrow(tableToIPC(columnsOf(columns), 'stream'), options))).toBe(sentence)
    const rule = 'every row must have a value'
    await says({ a: [[1, null, 3], new Int32()] }, `${said}: NULL at row 1, column "a": ${rule}`)
    await says(
      { a: [[1, 2, Number.NaN], new Float32()] },
      `${said}: NaN at row 2, column "a": every number must be finite`,
    )
    await says(
      {
        a: [
          [
            [1, 2, 3],
            [1, null, 3],
          ],
          pixels,
        ],
      },
      `${said}: NULL at row 1, column "a", element 1: ${rule}`,
    )
    await says(
      { a: [['x'], new Utf8()] },
      `${said}: column "a" (0) is Utf8, which is not a number; select the numeric columns with inputs`,
    )
    const labels = { a: [[1], new Int32()], k: [['z'], new Utf8()] } satisfies Parameters<typeof columnsOf>[0]
    await says(labels, `${said}: label "z" at row 0, column "k": it is not one of labelNames`, {
      label: 'k',
      labelNames: ['x'],
    })
    await says({ a: [[], new Int32()] }, `${said} has no rows`)
  })

  it('refuse data that are cut off anywhere, and name the place', async () => {
    for (const format of ['file', 'stream'] as const) {
      const bytes = tableToIPC(table, format)
      const path = join(folder, 'cut.arrow')
      const places = new Set(Array.from({ length: 50 }, (_, i) => Math.floor((bytes.length * i) / 50)))
      for (const place of [...places, bytes.length - 8, bytes.length - 1]) {
        writeFileSync(path, bytes.subarray(0, place))
        const error: unknown = await readArrow(path, { inputs, ...kinds }).catch((error: unknown) => error)
        expect(error, `cut at ${place} of ${bytes.length}`).toBeInstanceOf(DataError)
        expect(String(error)).toContain(path)
        if (place >= 8) expect(String(error)).toContain(`byte ${place}`)
      }
    }
    const stream = tableToIPC(table, 'stream')
    const more = Buffer.concat([stream, Buffer.of(0)])
    expect(await failure(readArrow(more, { inputs: ['a'] }))).toBe(
      `${said} goes on after byte ${stream.length}, where its Arrow IPC stream ends`,
    )
    expect(await failure(readArrow(Buffer.from('PAR1 and so on')))).toBe(
      `${said}: Arrow IPC data begins with ARROW1 or ff ff ff ff, found 50 41 52 31 at byte 0`,
    )
  })

  it.each(['file', 'stream'] as const)(
    'refuse a list of billions wherever it is in the metadata of a %s',
    async (format) => {
      const bytes = tableToIPC(tableFromArrays({ x: Int32Array.of(1, 2, 3), y: Float32Array.of(1, 2, 3) }), format)
      let refused = 0
      // Everything except the magic of a file. On its own, the library would create an object for each item of the list.
      for (let place = 8; place + 12 <= bytes.length; place += 4) {
        const damaged = Uint8Array.from(bytes)
        new DataView(damaged.buffer).setUint32(place, 0x7fffffff, true)
        const result = await readArrow(damaged).catch((error: unknown) => error)
        if (!(result instanceof DataError)) expect(result, `byte ${place}`).toHaveProperty('rows', 3)
        else if (String(result.cause).includes('a list of 2147483647')) refused++
      }
      expect(refused).toBeGreaterThan(2)
    },
  )

  it.each(['file', 'stream'] as const)('refuse a damaged %s or read all of its rows', async (format) => {
    const bytes = Buffer.from(tableToIPC(table.select(['a', 'kind']), format))
    const eight = Buffer.alloc(8)
    let read = 0
    for (let place = 0; place < bytes.length; place++) {
      const [before, after] = [bytes.subarray(0, place), bytes.subarray(place + 1)]
      const bit = Buffer.of(bytes[place] ^ (1 << (place % 8)))
      // Types of messages, empty lists, bits, and extra bytes that make the library take a message for the end.
      const extra = Buffer.concat([eight, bytes.subarray(place, place + 1)])
      for (const wrong of place % 2 === 0 ? [Buffer.of(0), bit] : [Buffer.of(1), extra]) {
        const damaged = Buffer.concat([before, wrong, after])
        const { given, error } = await drain(streamArrow(damaged, { inputs: ['a'], ...kinds }))
        if (error instanceof DataError || String(error).startsWith('OptionError')) continue
        const rows = given.reduce((sum, { rows }) => sum + rows, 0)
        expect({ error, rows }, `${wrong.toString('hex')} at byte ${place}`).toEqual({ error: undefined, rows: 5 })
        read++
      }
    }
    expect(read).toBeGreaterThan(100)
  })

  it.each(['file', 'stream'] as const)(
    'refuse a %s whose batch or column has another count of rows',
    async (format) => {
      const x = Int32Array.from({ length: 12_345 }, (_, i) => i)
      const bytes = tableToIPC(tableFromArrays({ x, y: Float32Array.from(x) }), format)
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      const counts = Array.from({ length: 200 }, (_, i) => 8 * i).filter((at) => view.getBigInt64(at, true) === 12_345n)
      // The count of the batch, and one for each column.
      expect(counts).toHaveLength(3)
      for (const at of counts) {
        for (const count of [0n, 1n, 12_344n, -1n]) {
          view.setBigInt64(at, count, true)
          const errors = [
            await readArrow(bytes).catch(String),
            await drain(streamArrow(bytes)).then(({ error }) => String(error)),
          ]
          // The library pads a column that is too short.
          const expected = expect.stringMatching(/the message at byte \d+ are damaged$|NULL at row \d+, column "y"/)
          expect(errors, `${count} rows at byte ${at}`).toEqual([expected, expected])
        }
        view.setBigInt64(at, 12_345n, true)
      }
      expect(await readArrow(bytes)).toHaveProperty('rows', 12_345)
    },
  )
})
