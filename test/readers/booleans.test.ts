import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readSql } from '#src/duckdb'
import { type Dataset, findLabelNames, readCsv, readNdjson } from '#src/index'
import { failure } from '../support/files.js'

const text = (...lines: string[]) => Readable.from([lines.map((line) => `${line}\n`).join('')])
const numbersOf = ({ inputs, targets }: Dataset) => [[...inputs], [...(targets ?? [])]]
const expected = [
  [1, 5, 0, 6],
  [0, 1],
]

describe('true and false', () => {
  it('are the inputs and targets 1 and 0 in every format', async () => {
    const named = { inputs: ['a', 'b'], targets: ['c'] }
    const numbered = { inputs: [0, 1], targets: [2] }
    expect(numbersOf(await readCsv(text('a,b,c', 'True,5,FALSE', '"false", 6 ,true'), named))).toEqual(expected)
    expect(numbersOf(await readCsv(text('true,5,False', 'FALSE,6,TRUE'), numbered))).toEqual(expected)
    const objects = text('{"a":true,"b":5,"c":false}', '{"a":false,"b":6,"c":true}')
    expect(numbersOf(await readNdjson(objects, named))).toEqual(expected)
    expect(numbersOf(await readNdjson(text('[true,5,false]', '[false,6,true]'), numbered))).toEqual(expected)
    const sql = 'SELECT unnest([true, false]) AS a, unnest([5, 6]) AS b, unnest([false, true]) AS c'
    expect(numbersOf(await readSql(sql, named))).toEqual(expected)
  })

  it('are classes as they are written where they are labels', async () => {
    const found = findLabelNames()
    const rows = await readCsv(text('x,y', '1,True', '2,False', '3,True'), { label: 'y', labelNames: found })
    expect(found.sort(rows.labels)).toEqual(['False', 'True'])
    expect([...(rows.labels ?? [])]).toEqual([1, 0, 1])
    const options = { label: 1, labelNames: ['false', 'true'] }
    expect([...((await readNdjson(text('[1,true]', '[2,false]'), options)).labels ?? [])]).toEqual([1, 0])
  })

  it('are the only words that are numbers', async () => {
    expect(await failure(readCsv(text('a', 'yes'), { header: true }))).toBe(
      'DataError: the stream, line 2, column "a" (0): "yes" is not a number',
    )
    expect(await failure(readNdjson(text('["true"]')))).toBe(
      'DataError: the stream, line 1, column 0: "true" is not a number',
    )
  })
})
