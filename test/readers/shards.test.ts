import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import promises from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { findLabelNames } from '#src/readers/columns/found-label-names'
import type { Shard } from '#src/readers/columns/shard'
import { readCsv, streamCsv } from '#src/readers/csv'
import { readNdjson, streamNdjson } from '#src/readers/ndjson'
import { streamNpy, writeNpy } from '#src/readers/npy'
import { failure, temporaryFolder } from '../support/files.js'
import { rowsOf, shardsOf } from '../support/shards.js'

const folder = temporaryFolder()
let files = 0

function file(content: string | Uint8Array, ending: string): string {
  const path = join(folder, `${files++}.${ending}`)
  writeFileSync(path, content)
  return path
}

const counts = [1, 2, 3, 4, 5, 6, 7]

/** Texts of the last column of a CSV file, which is not an input. */
const cell = fc.oneof(
  fc.constantFrom('', 'x', ' a "quote" inside', '"1,2"', '"two\nlines"', '"\r\n\r\n"', '" "" "', '"\n""\n1,2\n"'),
  fc.string({ unit: fc.constantFrom('1', ',', '\n', '\r', '""', ' ', 'é'), maxLength: 12 }).map((text) => ` "${text}"`),
)
const lineEnd = fc.constantFrom('\n', '\r\n')

describe('shards of CSV', () => {
  it('have all rows together, each once and in order, whatever is quoted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(cell, { minLength: 1, maxLength: 12 }),
        lineEnd,
        fc.record({ header: fc.boolean(), bom: fc.boolean(), end: fc.boolean(), empty: fc.nat(3), gzip: fc.boolean() }),
        fc.constantFrom(...counts),
        async (cells, feed, { header, bom, end, empty, gzip }, count) => {
          const lines = cells.map((text, row) => `${row},${row * row},${text}`)
          const head = header ? ['a,"b\n",c'] : []
          const text = (bom ? '\ufeff' : '') + [...head, ...lines].join(feed) + (end ? feed.repeat(1 + empty) : '')
          const path = file(gzip ? gzipSync(text) : text, 'csv')
          const shards = await shardsOf(
            (shard) => streamCsv(path, { header, inputs: [0, 1], shard, batchSize: 2 }),
            count,
          )
          expect(shards.flat().length).toBe(cells.length)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('shards of JSON lines', () => {
  it('have all rows together, each once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 12 }),
        lineEnd,
        fc.record({ end: fc.boolean(), empty: fc.nat(3), gzip: fc.boolean() }),
        fc.constantFrom(...counts),
        async (texts, feed, { end, empty, gzip }, count) => {
          const lines = texts.map((text, row) => JSON.stringify({ row, text }))
          const text = lines.join(feed) + (end ? feed.repeat(1 + empty) : '')
          const path = file(gzip ? gzipSync(text) : text, 'ndjson')
          const shards = await shardsOf((shard) => streamNdjson(path, { inputs: ['row'], shard }), count)
          expect(shards.flat().length).toBe(texts.length)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('shards of .npy', () => {
  it('have all rows together with their labels, and as many rows as the others or one more', async () => {
    const [width, rows] = [3, 23]
    for (const gzip of [false, true]) {
      const [path, labels] = [join(folder, 'x.npy'), join(folder, 'y.npy')]
      await writeNpy(path, { shape: [rows, width], data: Int16Array.from({ length: rows * width }, (_, i) => i) })
      await writeNpy(labels, { shape: [rows], data: Int32Array.from({ length: rows }, (_, row) => row) })
      if (gzip) for (const written of [path, labels]) writeFileSync(written, gzipSync(readFileSync(written)))
      for (const count of counts) {
        const shards = await shardsOf((shard) => streamNpy(path, { shard, batchSize: 4 }), count)
        for (const { length } of shards) expect(Math.abs(length - rows / count)).toBeLessThan(1)
        const found: number[] = []
        for (let index = 0; index < count; index++) {
          for await (const batch of streamNpy(path, { labels, shard: { index, count } }))
            found.push(...(batch.labels ?? []))
        }
        expect(found).toEqual([...Array(rows).keys()])
      }
    }
  })

  it('are empty if there are fewer rows than shards', async () => {
    const path = join(folder, 'short.npy')
    await writeNpy(path, { shape: [2, 1], data: Float32Array.of(1, 2) })
    expect(await shardsOf((shard) => streamNpy(path, { shard }), 4)).toEqual([[], [[1]], [], [[2]]])
  })

  it('begin where the numbers of the row are, as an error says', async () => {
    const path = join(folder, 'nan.npy')
    await writeNpy(path, { shape: [4, 2], data: Float64Array.of(0, 1, 2, 3, 4, 5, 6, Number.NaN) })
    expect(await failure(rowsOf(streamNpy(path, { shard: { index: 1, count: 2 } })))).toBe(
      `DataError: ${path}: NaN at row 3, column 1 (byte 184): every input must be finite`,
    )
  })
})

describe('a shard of a text', () => {
  it('has as many rows as the others, if all rows are as long', async () => {
    const lines = Array.from({ length: 1000 }, (_, row) => `${1000 + row},1`)
    const path = file(['a,b', ...lines].join('\n'), 'csv')
    const shards = await shardsOf((shard) => streamCsv(path, { shard }), 4)
    expect(shards.map(({ length }) => length)).toEqual([250, 250, 250, 250])
  })

  it('has no rows if it is smaller than a line', async () => {
    const path = file('[1000000000000000,2]\n[3,4]\n', 'ndjson')
    const shards = await shardsOf((shard) => streamNdjson(path, { shard }), 5)
    expect(shards).toEqual([[[1e15, 2]], [], [], [], [[3, 4]]])
  })

  it('that has no rows cannot be a dataset', async () => {
    const path = file('[1000000000000000,2]\n[3,4]\n', 'ndjson')
    expect(await failure(readNdjson(path, { shard: { index: 1, count: 5 } }))).toBe(
      `DataError: ${path}: shard 1 of 5 has no rows`,
    )
  })

  it('of a header only says that there are no rows at all', async () => {
    const path = file('a,b\n', 'csv')
    expect(await failure(readCsv(path, { header: true, shard: { index: 1, count: 2 } }))).toBe(
      `DataError: ${path}: the text has no rows`,
    )
  })

  it('refuses an empty line that a row of another shard follows', async () => {
    const path = file('1,2\n3,4\n\n\n5,6\n7,8\n', 'csv')
    const problem = 'an empty line with rows after it'
    const failures = [0, 1].map((index) => failure(rowsOf(streamCsv(path, { shard: { index, count: 2 } }))))
    expect(await Promise.all(failures)).toEqual([
      `DataError: ${path}, line 3: ${problem}`,
      `DataError: ${path}, line 1 after byte 9: ${problem}`,
    ])
  })

  it('reads at most `limit` rows of its own', async () => {
    const path = file('a\n1\n2\n3\n4\n5\n6\n', 'csv')
    expect(await rowsOf(streamCsv(path, { limit: 2, shard: { index: 1, count: 2 } }))).toEqual([[4], [5]])
  })

  it('names the byte from which it counts lines', async () => {
    const path = file('a\n1\n2\n3\n4\nx\n6\n', 'csv')
    expect(await failure(readCsv(path, { shard: { index: 1, count: 2 } }))).toBe(
      `DataError: ${path}, line 2 after byte 8, column "a" (0): "x" is not a number`,
    )
  })

  it('of a stream is refused', async () => {
    const shard = { index: 0, count: 2 }
    const expected = 'OptionError: shard needs the path of a file: the size of a stream is unknown before its end'
    expect(await failure(readCsv(Readable.from(['1\n2\n']), { shard }))).toBe(expected)
    expect(await failure(readNdjson(Readable.from(['[1]\n']), { shard }))).toBe(expected)
  })

  it('cannot find the names of classes, which would differ between the shards', async () => {
    const path = file('a,kind\n1,x\n2,y\n', 'csv')
    const options = { label: 'kind', labelNames: findLabelNames(), shard: { index: 0, count: 2 } }
    expect(await failure(readCsv(path, options))).toBe(
      'OptionError: labelNames must be a list of names if shard is given: the names that are found in one shard differ from those in another',
    )
  })

  it('must be one of the shards', async () => {
    const refused = async (shard: unknown) => failure(readCsv('none.csv', { shard: shard as Shard }))
    expect(await refused({ index: 4, count: 4 })).toBe(
      'OptionError: shard.index must be a whole number from 0 to 3, not 4',
    )
    expect(await refused({ index: -1, count: 4 })).toBe(
      'OptionError: shard.index must be a whole number from 0 to 3, not -1',
    )
    expect(await refused({ index: 0, count: 0 })).toBe(
      'OptionError: shard.count must be a whole number of at least 1, not 0',
    )
    expect(await refused({ index: 0 })).toBe(
      'OptionError: shard.count must be a whole number of at least 1, not undefined',
    )
    expect(await refused({ rank: 0, size: 2 })).toBe('OptionError: unknown shard option "rank"; known: index, count')
    expect(await refused(2)).toBe('OptionError: shard must be an object { index, count }, not 2')
  })
})

describe('a shard of a large text', () => {
  afterEach(() => vi.restoreAllMocks())

  /** Counts the bytes that are read from files while `read` runs. */
  async function bytesRead(read: () => Promise<unknown>): Promise<number> {
    let bytes = 0
    const { open } = promises
    vi.spyOn(promises, 'open').mockImplementation(async (...given) => {
      const handle = await open(...given)
      const readFile = handle.read.bind(handle)
      vi.spyOn(handle, 'read').mockImplementation(async (...args: unknown[]) => {
        const result = await Reflect.apply(readFile, handle, args)
        bytes += result.bytesRead
        return result
      })
      return handle
    })
    await read()
    vi.restoreAllMocks()
    return bytes
  }

  const MiB = 2 ** 20
  const line = `${'0,'.repeat(2 ** 15 - 1)}1\n`

  it('of JSON lines is read without the bytes of the others', async () => {
    const path = file(`[${line.trim()}]\n`.repeat(256), 'ndjson')
    const count = 4
    const read = await bytesRead(async () => {
      expect((await rowsOf(streamNdjson(path, { shard: { index: 2, count } }))).length).toBe(64)
    })
    // The first 256 KiB are read for the form of the lines, and the last read may go beyond the part.
    expect(read).toBeGreaterThanOrEqual(4 * MiB)
    expect(read).toBeLessThan(5 * MiB)
  })

  it('of CSV without quotes is read without the bytes of the others, but for the longest line before it', async () => {
    const path = file(line.repeat(1024), 'csv')
    const count = 16
    const read = await bytesRead(async () => {
      expect((await rowsOf(streamCsv(path, { header: false, shard: { index: 12, count } }))).length).toBe(64)
    })
    expect(read).toBeGreaterThanOrEqual(4 * MiB)
    expect(read).toBeLessThan(21.5 * MiB)
  })

  it('of CSV begins after a quoted cell with line feeds, however long it is', async () => {
    // The lines in the cell look like rows, and the middle of the file is in the cell, far from its quotes.
    const cell = `"${'7,8,9\n'.repeat(2.5 * MiB)}"`
    const rows = Array.from({ length: 100 }, (_, row) => `${row},${row},x\n`)
    const path = file(`${rows.slice(0, 50).join('')}50,50,${cell}\n${rows.slice(51).join('')}`, 'csv')
    const shards = await shardsOf((shard) => streamCsv(path, { inputs: [0], header: false, shard }), 2)
    expect(shards.map(({ length }) => length)).toEqual([51, 49])
  })

  it('of CSV finds quotes that are far before it, and quotes within it', async () => {
    const filling = `1,2,${'x'.repeat(1000)}\n`.repeat(2 ** 12)
    const parts = ['0,0,"a\n""b"\n', filling, '1,1,"\n\n"\n', filling, filling, '2,2,"\n5,5,x\n"\n', filling, filling]
    const path = file(parts.join(''), 'csv')
    for (const count of [2, 5]) {
      await shardsOf((shard) => streamCsv(path, { inputs: [0, 1], header: false, shard }), count)
    }
  })

  it('is found beyond 4 GiB', async () => {
    const path = file('[1]\n', 'ndjson')
    truncateSync(path, 5 * 2 ** 30)
    appendFileSync(path, '\n[2]\n[3]\n')
    expect(await rowsOf(streamNdjson(path, { shard: { index: 999, count: 1000 } }))).toEqual([[2], [3]])
    const table = file('a\n1\n', 'csv')
    truncateSync(table, 5 * 2 ** 30)
    appendFileSync(table, '\n2\n3\n')
    expect(await rowsOf(streamCsv(table, { shard: { index: 999, count: 1000 } }))).toEqual([[2], [3]])
  })
})
