import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DuckDBInstance } from '@duckdb/node-api'
import { Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { readArrow } from '#src/arrow'
import { readParquet, readSql, readTypedCsv } from '#src/duckdb'
import { type Dataset, findLabelNames, labelsFrom, OptionError, readCsv, readNdjson } from '#src/index'
import type { TableOptions } from '#src/readers/columns/table-options'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
let files = 0
const newPath = (ending: string) => join(folder, `labels-${files++}.${ending}`)
const csvOf = (labels: readonly string[]) => `x,kind\n${labels.map((label, row) => `${row},"${label}"\n`).join('')}`
const sqlOf = (labels: readonly string[]) =>
  `SELECT unnest([${labels.map((_, row) => row)}]) AS x, unnest([${labels.map((label) => `'${label}'`)}]) AS kind`

type Read = (labels: readonly string[], options: TableOptions) => Promise<Dataset>
/** Readers of labels that are texts. */
const readers: [string, Read][] = [
  ['CSV', (labels, options) => readCsv(Readable.from([csvOf(labels)]), options)],
  [
    'JSON objects',
    (labels, options) =>
      readNdjson(Readable.from([labels.map((kind, x) => `${JSON.stringify({ x, kind })}\n`).join('')]), options),
  ],
  [
    'JSON lists',
    (labels, options) =>
      readNdjson(Readable.from([labels.map((kind, x) => `${JSON.stringify([x, kind])}\n`).join('')]), {
        ...options,
        label: 1,
      }),
  ],
  ['SQL', (labels, options) => readSql(sqlOf(labels), options)],
  [
    'Parquet',
    async (labels, options) => {
      const path = newPath('parquet')
      const instance = await DuckDBInstance.create()
      const connection = await instance.connect()
      await connection.run(`COPY (${sqlOf(labels)}) TO '${path}'`)
      connection.closeSync()
      instance.closeSync()
      return readParquet(path, options)
    },
  ],
  [
    'Arrow',
    async (labels, options) => {
      const columns = { x: vectorFromArray(labels.map((_, row) => row)), kind: vectorFromArray(labels, new Utf8()) }
      return readArrow(tableToIPC(new Table(columns)), options)
    },
  ],
]

describe.each(readers)('labels that are numbers: %s', (name, read) => {
  const found = async (labels: readonly string[]) => {
    const labelNames = findLabelNames()
    const rows = await read(labels, { label: 'kind', labelNames })
    const names = labelNames.sort(rows.labels)
    return { names, labels: [...(rows.labels ?? [])] }
  }

  it('are compared as numbers if all are numbers, and otherwise as text', async () => {
    expect(await found(['1', '1.0', '01', '1e0', '+1', '0'])).toEqual({ names: undefined, labels: [1, 1, 1, 1, 1, 0] })
    expect(await found(['10', '-1', '9.50', '9.5', '-1.0'])).toEqual({
      names: ['-1', '9.5', '10'],
      labels: [2, 0, 1, 1, 0],
    })
    expect(await found(['1', '1.0', 'one'])).toEqual({ names: ['1', '1.0', 'one'], labels: [0, 1, 2] })
    expect(await found(['true', 'True', '1'])).toEqual({ names: ['1', 'True', 'true'], labels: [2, 1, 0] })
  })

  it('are compared with labelNames in the same way', async () => {
    const numbered = await read(['2.0', '1', '02'], { label: 'kind', labelNames: ['1', '2'] })
    expect([...(numbered.labels ?? [])]).toEqual([1, 0, 1])
    const message = await failure(read(['2', '1.0'], { label: 'kind', labelNames: ['1', '2', 'many'] }))
    expect(message.replace(/^DataError: .*?: (?=(the )?label )/, '')).toBe(
      ['SQL', 'Parquet', 'Arrow'].includes(name)
        ? 'label "1.0" at row 1, column "kind": it is not one of labelNames'
        : 'the label "1.0" is not one of labelNames: "1", "2", "many"',
    )
  })

  it('are refused if they are empty, or one too many', async () => {
    const options = () => ({ label: 'kind', labelNames: findLabelNames() })
    const isTyped = ['SQL', 'Parquet', 'Arrow'].includes(name)
    const says = async (labels: readonly string[]) =>
      (await failure(read(labels, options()))).replace(/^DataError: .*?: (?=(the )?label )/, '')
    const empty = (row: number) =>
      isTyped
        ? `label "" at row ${row}, column "kind": it is empty, and every row must have a class`
        : 'the label is empty: every row must have a class'
    expect(await says(['1', ''])).toBe(empty(1))
    const many = Array.from({ length: 10_001 }, (_, i) => `kind ${i}`)
    expect(await says(many)).toBe(
      isTyped
        ? 'label "kind 10000" at row 10000, column "kind": it is one too many, at most 10000 different labels can be classes'
        : 'the label "kind 10000" is one too many: at most 10000 different labels can be classes',
    )
    expect(await says([...many.slice(1), ''])).toBe(empty(10_000))
  })
})

describe('labels that are numbers', () => {
  it('are numbered by value by labelsFrom, also in text', () => {
    const { labels, names } = labelsFrom(['10', '9.0', '9', '010', '-1'])
    expect([[...labels], names]).toEqual([
      [2, 1, 1, 2, 0],
      ['-1', '9', '10'],
    ])
    expect(labelsFrom(['1', '1.0', 'a']).names).toEqual(['1', '1.0', 'a'])
  })

  it('are the same classes in columns of numbers', async () => {
    const sql = 'SELECT 1 AS x, unnest([-1.0, 1.0, 1.5]) AS kind'
    const [fromSql, fromJson, fromTyped] = [findLabelNames(), findLabelNames(), findLabelNames()]
    const rows = await readSql(sql, { label: 'kind', labelNames: fromSql })
    expect([fromSql.sort(rows.labels), [...(rows.labels ?? [])]]).toEqual([
      ['-1', '1', '1.5'],
      [0, 1, 2],
    ])
    const lines = Readable.from(['[1,-1]\n[1,1.0]\n[1,1.5]\n'])
    const lists = await readNdjson(lines, { label: 1, labelNames: fromJson })
    expect([fromJson.sort(lists.labels), [...(lists.labels ?? [])]]).toEqual([
      ['-1', '1', '1.5'],
      [0, 1, 2],
    ])
    const path = newPath('csv')
    writeFileSync(path, 'x,kind\n1,3\n1,3.0\n1,0\n')
    const typed = await readTypedCsv(path, { label: 'kind', labelNames: fromTyped })
    expect([fromTyped.sort(typed.labels), [...(typed.labels ?? [])]]).toEqual([undefined, [3, 3, 0]])
  })

  it('may not have two names that are the same number', async () => {
    await expect(readCsv(Readable.from(['1,2\n']), { label: 1, labelNames: ['1', '2', '1.0'] })).rejects.toThrow(
      new OptionError('labelNames has "1" and "1.0", which are the same number'),
    )
  })
})
