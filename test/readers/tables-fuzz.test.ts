import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import {
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Int32,
  Int64,
  List,
  Table,
  tableToIPC,
  Uint8,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import { readArrow } from '#src/arrow'
import type { Dataset } from '#src/data/dataset'
import { readParquet, readTypedCsv } from '#src/duckdb'
import { temporaryFolder } from '../support/files.js'
import { fuzzReaders, type Reader } from '../support/fuzz.js'

const folder = temporaryFolder()

const rows = Array.from({ length: 30 }, (_, i) => i)
const table = new Table({
  a: vectorFromArray(rows, new Int32()),
  b: vectorFromArray(rows.map(BigInt), new Int64()),
  c: vectorFromArray(
    rows.map((row) => [row, row / 2]),
    new List(new Field('item', new Float32(), true)),
  ),
  d: vectorFromArray(
    rows.map((row) => [row, 255 - row, 1]),
    new FixedSizeList(3, new Field('item', new Uint8(), true)),
  ),
  kind: vectorFromArray(
    rows.map((row) => 'xyz'[row % 3]),
    new Dictionary(new Utf8(), new Int32()),
  ),
})
const inputs = ['a', 'b', 'c', 'd']
const kinds = { label: 'kind', labelNames: ['x', 'y', 'z'] }

/** For a format without checksums: the same number of rows, and of numbers in a row. */
function wrongRows(dataset: Dataset, ...widths: number[]): string | undefined {
  const { rows: read, width, inputs: numbers, labels } = dataset
  if (read !== rows.length || !widths.includes(width)) return `${read} rows of ${width}`
  return numbers.length === read * width && (labels?.length ?? read) === read ? undefined : 'missing numbers'
}

async function parquet(compression: string): Promise<Buffer> {
  const path = join(folder, `${compression}.parquet`)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const columns = 'i AS a, i / 3 AS b, [i, i + 1]::FLOAT[] AS c, i % 3 AS kind'
  await connection.run(
    `COPY (SELECT ${columns} FROM range(30) t(i)) TO '${path}' (FORMAT parquet, COMPRESSION ${compression})`,
  )
  connection.closeSync()
  instance.closeSync()
  return readFileSync(path)
}

const readers: Reader[] = [
  ...(['file', 'stream'] as const).map(
    (format): Reader => ({
      name: `Arrow ${format}`,
      make: () => Buffer.from(tableToIPC(table, format)),
      // Lists may become different lists, but each row has as many numbers as the first.
      read: async (path) => wrongRows(await readArrow(path, { inputs, ...kinds }), 7),
      place: /batch \d|columns? "|several columns|without compression/,
    }),
  ),
  ...['uncompressed', 'snappy', 'zstd'].map(
    (compression): Reader => ({
      name: `Parquet, ${compression}`,
      make: () => parquet(compression),
      // The offsets of lists are in the bytes of a page, which DuckDB does not check: all lists may have become shorter.
      read: async (path) => wrongRows(await readParquet(path, { inputs: ['a', 'b', 'c'], label: 'kind' }), 4, 3),
      // DuckDB reports what is wrong, but not always where.
      place: /: /,
      memory: 700,
    }),
  ),
  {
    name: 'CSV through DuckDB',
    make: () => Buffer.from(`a,b,kind\n${rows.map((row) => `${row},${row / 2},"${'xyz'[row % 3]}"`).join('\n')}\n`),
    async read(path, bytes) {
      const options = { columns: { a: 'INTEGER', b: 'FLOAT', kind: 'VARCHAR' }, inputs: ['a', 'b'], ...kinds }
      const { rows, width, inputs: numbers } = await readTypedCsv(path, options)
      if (numbers.length !== rows * width) return 'missing numbers'
      const lines = bytes
        .toString('latin1')
        .split(/[\r\n]+/)
        .filter((line) => line !== '')
      return rows === lines.length - 1 ? undefined : `${rows} rows of ${lines.length - 1}`
    },
    place: /: |has no rows/,
    memory: 700,
  },
]

fuzzReaders(readers)
