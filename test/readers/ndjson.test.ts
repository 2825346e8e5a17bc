import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dataset } from '#src/data/dataset'
import { type NdjsonOptions, readNdjson, streamNdjson } from '#src/readers/ndjson'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
let files = 0

function file(content: string | Uint8Array): string {
  const path = join(folder, `${files++}.ndjson`)
  writeFileSync(path, content)
  return path
}

const lists = ({ inputs, labels, targets, rows, width }: Dataset) => ({
  rows: Array.from({ length: rows }, (_, row) => [...inputs.subarray(row * width, (row + 1) * width)]),
  ...(labels && { labels: [...labels] }),
  ...(targets && { targets: [...targets] }),
})

/** Reads a text from a file, from gzip and from a stream of single characters, and checks that all give the same rows. */
async function read(text: string, options: NdjsonOptions = {}) {
  const whole = await readNdjson(file(text), options)
  expect(await readNdjson(file(gzipSync(text)), options)).toEqual(whole)
  expect(await readNdjson(Readable.from([...text]), options)).toEqual(whole)
  return lists(whole)
}

describe('readNdjson', () => {
  it('reads lists as JSON.parse does, bit by bit', async () => {
    const number = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -99_999, max: 99_999 }).map((value) => value / 1000),
    )
    const rows = fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 5 })
    const check = fc.asyncProperty(rows, fc.constantFrom(',', ', ', ' , '), async (values, comma) => {
      const text = values.map((row) => `[${row.join(comma)}]`).join('\n')
      const { inputs } = await readNdjson(Readable.from([text]), { dtype: 'float64' })
      expect(inputs).toEqual(Float64Array.from(text.split('\n').flatMap((line) => JSON.parse(line))))
    })
    await fc.assert(check, { numRuns: 300, seed: 1 })
  })

  it('finds label, targets and inputs in lists and objects', async () => {
    expect(await read('[1,0,2.5]\r\n[-3,1,4e2]\n\n', { label: 1 })).toEqual({
      rows: [
        [1, 2.5],
        [-3, 400],
      ],
      labels: [0, 1],
    })
    expect(await read('[1,"b",2]\n[3,"a",4]', { label: 1, labelNames: ['a', 'b'], inputs: [2] })).toEqual({
      rows: [[2], [4]],
      labels: [1, 0],
    })
    expect(await read('{"a":1,"y":0,"b":2}\n{"b":4,"a":3,"y":1}', { label: 'y' })).toEqual({
      rows: [
        [1, 2],
        [3, 4],
      ],
      labels: [0, 1],
    })
    expect(
      await read('{"y":"é","pixels":[1,2]}\n{"pixels":[3,4],"y":"b"}', { label: 'y', labelNames: ['b', 'é'] }),
    ).toEqual({
      rows: [
        [1, 2],
        [3, 4],
      ],
      labels: [1, 0],
    })
    const both = '{"id":"x","in":[1,2],"out":[3]}\n{"id":null,"in":[4,5],"out":[6]}'
    expect(await read(both, { inputs: 'in', targets: 'out' })).toEqual({
      rows: [
        [1, 2],
        [4, 5],
      ],
      targets: [3, 6],
    })
    expect(await read('{"a":1,"b":2}', { inputs: ['b'], targets: ['a'] })).toEqual({ rows: [[2]], targets: [1] })
  })

  it('reports what is wrong, and in which line', async () => {
    const says = async (text: string, sentence: string, options: NdjsonOptions = {}) => {
      const path = file(text)
      expect(await failure(readNdjson(path, options))).toBe(`DataError: ${path}${sentence}`)
    }
    await says('', ': the text is empty')
    await says('\n[1]', ', line 1: an empty line, expected a list or an object')
    await says('5', ', line 1: expected a list or an object, found 5')
    await says('[1]\n\n[2]', ', line 2: an empty line with rows after it')
    await says('[1,2]\n[1]', ', line 2: expected 2 numbers, found 1')
    await says('[1]\n{"a":1}', ', line 2: expected a list as on the first line, found an object')
    await says('{"a":1}\n[1]', ', line 2: expected an object as on the first line, found a list of 1')
    await says('[1,2]\n[3,null]', ', line 2, column 1: null is not a number')
    await says('[1,2]\n[3,256]', ', line 2, column 1: 256 is not a whole number from 0 to 255', { dtype: 'uint8' })
    await says('[1,2]\n[3,1e39]', ', line 2, column 1: 1e+39 is beyond what float32 holds', { dtype: 'float32' })
    await says('[1,2]\n[3,1e400]', ', line 2, column 1: Infinity is beyond what float64 holds')
    await says('[1,0]\n[3,-1]', ', line 2, column 1: the label -1 is not a class number (a whole number from 0)', {
      label: 1,
    })
    await says('{"a":1,"b":2}\n{"a":1}', ', line 2, "b": is missing')
    await says('{"a":1}\n{"a":1,"b":2}', ', line 2, "b": the first line has no such member')
    await says('{"a":[1,2]}\n{"a":[1]}', ', line 2, "a": expected 2 numbers, found 1')
    await says('{"a":[1,2]}\n{"a":[1,null]}', ', line 2, "a", place 1: null is not a number')
    await says('{"a":1}', ', line 1: there is no column 0, the members of an object are chosen by name', { label: 0 })
    const path = file('[1]\n[01]')
    expect(await failure(readNdjson(path))).toContain(`DataError: ${path}, line 2: not JSON: `)
  })

  it('gives the rows before one that cannot be read, in batches', async () => {
    const sizes: number[] = []
    const drain = async () => {
      for await (const { rows } of streamNdjson(Readable.from(['[1]\n[2]\n[3]\n[4']), { batchSize: 2 }))
        sizes.push(rows)
    }
    expect(await failure(drain())).toContain('DataError: the stream, line 4: not JSON: ')
    expect(sizes).toEqual([2, 1])
  })
})
