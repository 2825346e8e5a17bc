import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { tableFromArrays, tableToIPC } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { readArrow, streamArrow } from '#src/arrow'
import { readParquet, readSql, readTypedCsv, streamParquet, streamSql, streamTypedCsv } from '#src/duckdb'
import { type Dataset, Network, readCsv, readNdjson, streamCsv, streamNdjson, type TableOptions } from '#src/index'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const count = 20
const rows = Array.from({ length: count }, (_, i) => ({ age: i / 8, income: 3 - i / 4, label: i % 2 }))
/** The same rows with their columns in another order, and with a column that is no number. */
const others = rows.map(({ age, income, label }, i) => ({ name: `n${i}`, label, income, age }))
const renamed = rows.map(({ income, label }) => ({ years: 1, label, income }))
type Row = Readonly<Record<string, string | number>>

const delimited = (table: readonly Row[], delimiter: string): string =>
  [Object.keys(table[0]), ...table.map((row) => Object.values(row))].map((cells) => cells.join(delimiter)).join('\n')

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const csvOf = (name: string, table: readonly Row[]) => file(`${name}.csv`, delimited(table, ','))

async function parquetOf(name: string, table: readonly Row[]): Promise<string> {
  const path = join(folder, `${name}.parquet`)
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  await connection.run(`COPY (FROM '${csvOf(`${name}-parquet`, table)}') TO '${path}'`)
  connection.closeSync()
  instance.closeSync()
  return path
}

function arrowOf(name: string, table: readonly Row[]): string {
  const columns = Object.keys(table[0]).map((column) => {
    const values = table.map((row) => row[column])
    return [column, typeof values[0] === 'string' ? values : Float64Array.from(values, Number)] as const
  })
  return file(`${name}.arrow`, tableToIPC(tableFromArrays(Object.fromEntries(columns)), 'file'))
}

interface Format {
  readonly name: string
  write(name: string, table: readonly Row[]): string | Promise<string>
  read(from: string, options: TableOptions): Promise<Dataset>
  stream(from: string, options: TableOptions): AsyncIterable<Dataset>
  /** The message of an error about the table without the column age. */
  readonly missing: (from: string) => string
}

const columns = 'there is no column "age", the columns are "years", "label", "income"'
const tab = { delimiter: '\t' } as const
const formats: readonly Format[] = [
  { name: 'CSV', write: csvOf, read: readCsv, stream: streamCsv, missing: (from) => `${from}, line 1: ${columns}` },
  {
    name: 'gzipped TSV',
    write: (name, table) => file(`${name}.tsv.gz`, gzipSync(delimited(table, '\t'))),
    read: (from, options) => readCsv(from, { ...options, ...tab }),
    stream: (from, options) => streamCsv(from, { ...options, ...tab }),
    missing: (from) => `${from}, line 1: ${columns}`,
  },
  {
    name: 'NDJSON',
    write: (name, table) => file(`${name}.ndjson`, table.map((row) => JSON.stringify(row)).join('\n')),
    read: readNdjson as Format['read'],
    stream: streamNdjson as Format['stream'],
    missing: (from) => `${from}, line 1: ${columns}`,
  },
  {
    name: 'Parquet',
    write: parquetOf,
    read: readParquet,
    stream: streamParquet,
    missing: (from) => `${from}: ${columns}`,
  },
  {
    name: 'SQL',
    write: async (name, table) => `from '${await parquetOf(`${name}-sql`, table)}'`,
    read: readSql,
    stream: streamSql,
    missing: () => `the query: ${columns}`,
  },
  {
    name: 'typed CSV',
    write: (name, table) => csvOf(`${name}-typed`, table),
    read: readTypedCsv,
    stream: streamTypedCsv,
    missing: (from) => `${from}: ${columns}`,
  },
  { name: 'Arrow', write: arrowOf, read: readArrow, stream: streamArrow, missing: (from) => `${from}: ${columns}` },
]

describe.each(formats)('the input names of $name', ({ write, read, stream, missing }) => {
  it('come with the rows, and find the columns of a table with another order and more columns', async () => {
    const training = await read(await write('table', rows), { label: 'label' })
    expect(training.inputNames).toEqual(['age', 'income'])
    const network = new Network([2, 4, 2], { seed: 1 })
    await network.fit(training, { epochs: 2, learningRate: 1 })
    const other = await write('other', others)
    const { inputNames } = network
    const read2 = await read(other, { label: 'label', inputNames })
    expect(read2.inputNames).toEqual(inputNames)
    expect(read2.inputs).toEqual(training.inputs)
    const answers = await network.predict(training)
    expect(await network.predict(await read(other, { inputs: ['income', 'age'] }))).toEqual(answers)
    for await (const batch of stream(other, { inputNames })) expect(await network.predict(batch)).toEqual(answers)
    for await (const batch of stream(other, { inputs: ['income', 'age'] })) {
      expect(await network.predict(batch)).toEqual(answers)
    }
    const from = await write('renamed', renamed)
    expect(await failure(read(from, { label: 'label', inputNames }))).toBe(`DataError: ${missing(from)}`)
    const lacking = await read(from, { label: 'label' })
    expect(await failure(network.predict(lacking))).toBe(
      'DataError: the dataset has no column "age", which is an input of the network; its columns are "years", "income"',
    )
  })
})

describe('the option inputNames', () => {
  const inputNames = ['age', 'income']

  it('leaves tables without names as they are', async () => {
    const csv = file('plain.csv', '1,2,0\n3,4,1\n')
    const dataset = await readCsv(csv, { label: 2, inputNames })
    expect(dataset.inputNames).toBeUndefined()
    expect([...dataset.inputs]).toEqual([1, 2, 3, 4])
    const lists = await readNdjson(file('plain.ndjson', '[1,2,0]\n'), { label: 2, inputNames })
    expect([lists.inputNames, ...lists.inputs]).toEqual([undefined, 1, 2])
    const typed = await readTypedCsv(csv, { header: false, label: 2, inputNames })
    expect([typed.inputNames, ...typed.inputs]).toEqual([undefined, 1, 2, 3, 4])
  })

  it('shows which line is a header', async () => {
    const path = file('years.csv', '2020,age,2019\n1,2,3\n')
    const dataset = await readCsv(path, { inputNames: ['2019', 'age'] })
    expect([...dataset.inputs]).toEqual([3, 2])
    const digits = file('digits.csv', '1,0\n5,6\n')
    expect([...(await readCsv(digits, { inputNames: ['0', '1'] })).inputs]).toEqual([6, 5])
  })

  it('does not take a name of digits for the index of a column', async () => {
    const path = file('index.csv', 'a,b\n1,2\n')
    expect(await failure(readCsv(path, { inputNames: ['0'] }))).toBe(
      `DataError: ${path}, line 1: there is no column "0", the columns are "a", "b"`,
    )
  })

  it('is checked', async () => {
    const path = file('checked.csv', 'a,b\n1,2\n')
    expect(await failure(readCsv(path, { inputNames, inputs: ['a'] }))).toBe(
      'OptionError: a table has inputs or inputNames, not both',
    )
    expect(await failure(readCsv(path, { inputNames: [] }))).toBe(
      'OptionError: inputNames must be a list of names, not []',
    )
    expect(await failure(readCsv(path, { inputNames: [1] as unknown as string[] }))).toBe(
      'OptionError: inputNames must be a list of names, not [1]',
    )
  })

  it('finds lists beside other columns, whose elements have names of their own', async () => {
    const mixed = async (name: string, lines: string) =>
      `from read_json('${file(name, lines)}', columns = {place: 'DOUBLE[2]', age: 'DOUBLE', id: 'VARCHAR'})`
    const sql = await mixed('mixed.json', '{"place":[1,2],"age":3,"id":"a"}\n{"place":[4,5],"age":6,"id":"b"}\n')
    const dataset = await readSql(sql, { inputs: ['age', 'place'] })
    expect(dataset.inputNames).toEqual(['age', 'place[0]', 'place[1]'])
    const network = new Network([3, 1], { seed: 1 })
    network.inputNames = ['place[1]', 'age', 'place[0]']
    const { inputNames } = network
    expect(await network.predict(await readSql(sql, { inputNames }))).toEqual(
      network.feedforward([
        [2, 3, 1],
        [5, 6, 4],
      ]),
    )
    const list = await readSql(sql, { inputs: ['place'] })
    expect(list.inputNames).toBeUndefined()
  })
})
