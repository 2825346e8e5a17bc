import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Dataset } from '#src/data/dataset'
import { findLabelNames } from '#src/readers/columns/found-label-names'
import { type CsvOptions, readCsv, streamCsv } from '#src/readers/csv'
import { failure, openFiles, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
let files = 0

function file(content: string | Uint8Array): string {
  const path = join(folder, `${files++}.csv`)
  writeFileSync(path, content)
  return path
}

/** Reads a text from a file and from a stream of small chunks, and checks that both give the same rows. */
async function read(text: string, options: CsvOptions = {}): Promise<Dataset> {
  const whole = await readCsv(file(text), options)
  const bytes = Buffer.from(text)
  const pieces = Array.from({ length: Math.ceil(bytes.length / 3) }, (_, i) => bytes.subarray(3 * i, 3 * i + 3))
  expect(await readCsv(Readable.from(pieces), options)).toEqual(whole)
  return whole
}

const lists = ({ inputs, labels, targets, rows, width }: Dataset) => ({
  rows: Array.from({ length: rows }, (_, row) => [...inputs.subarray(row * width, (row + 1) * width)]),
  ...(labels && { labels: [...labels] }),
  ...(targets && { targets: [...targets] }),
})

describe('readCsv', () => {
  it('reads rows with a header or without, LF or CRLF, with and without the last line end', async () => {
    const rows = [
      [1, 2.5],
      [-3, 400],
    ]
    for (const header of ['', 'a,b\n', 'a,b\r\n', '\ufeffa,"b"\n']) {
      for (const body of ['1,2.5\n-3,4e2', '1,2.5\r\n-3,4e2\r\n', ' 1 ,\t2.50\n"-3", "400" \n\n\r\n']) {
        expect(lists(await read(header + body))).toEqual({ rows })
      }
    }
    expect(lists(await read('1;2.5\n-3;4e2', { delimiter: ';' }))).toEqual({ rows })
    expect(lists(await read('1\t2.5\n-3\t 4e2', { delimiter: '\t' }))).toEqual({ rows })
  })

  it('finds columns by name or number, in the order of the options', async () => {
    const text = 'a,y,b,c\n1,0,2,3\n4,1,5,6\n'
    expect(lists(await read(text, { label: 'y' }))).toEqual({
      rows: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      labels: [0, 1],
    })
    expect(lists(await read(text, { label: 1, inputs: ['c', 'a'], header: true }))).toEqual({
      rows: [
        [3, 1],
        [6, 4],
      ],
      labels: [0, 1],
    })
    expect(lists(await read(text, { targets: ['c', 'y'] }))).toEqual({
      rows: [
        [1, 2],
        [4, 5],
      ],
      targets: [3, 0, 6, 1],
    })
    expect(await read('1,a\n2,b\n', { label: '1', labelNames: ['a', 'b'] })).toHaveProperty('rows', 2)
    expect(lists(await read('1,0\n2,1\n', { label: '0', header: true }))).toEqual({ rows: [[2]], labels: [1] })
    const names = 'n,y\n1,"a, ""b""\nc"\n2,é\n'
    expect(lists(await read(names, { label: 'y', labelNames: ['é', 'a, "b"\nc'] }))).toEqual({
      rows: [[1], [2]],
      labels: [1, 0],
    })
  })

  it('keeps bytes as bytes and float64 exactly', async () => {
    const bytes = await read('0,255\n7,12.0', { dtype: 'uint8' })
    expect([bytes.inputs, bytes.scale]).toEqual([Uint8Array.of(0, 255, 7, 12), 1 / 255])
    expect((await read('0.1,1e300', { dtype: 'float64', scale: 2 })).inputs).toEqual(Float64Array.of(0.1, 1e300))
  })

  it('reports what is wrong, with the line and the column', async () => {
    const says = async (text: string, sentence: string, options: CsvOptions = {}) => {
      const path = file(text)
      expect(await failure(readCsv(path, options))).toBe(`DataError: ${path}${sentence}`)
      const batches = streamCsv(path, options)
      expect(
        await failure(
          (async () => {
            for await (const _ of batches) void _
          })(),
        ),
      ).toBe(`DataError: ${path}${sentence}`)
    }
    await says('', ': the text is empty')
    await says('a,b\n', ': the text has no rows')
    await says('a,petal\n1,2\n3,n/a\n', ', line 3, column "petal" (1): "n/a" is not a number')
    await says('1,2\n3,n/a\n', ', line 2, column 1: "n/a" is not a number')
    await says('1,2\n3,\n', ', line 2, column 1: the cell is empty')
    await says('1,2\n3', ', line 2: expected 2 cells, found 1')
    await says('1,2\n3,4,5\n', ', line 2: expected 2 cells, found 3')
    await says('1,2\n\n3,4\n', ', line 2: an empty line with rows after it')
    await says('\n1,2\n', ', line 1: an empty line, expected the names of the columns or a row')
    await says('a;b\n1;2\n', ', line 2, column "a;b" (0): "1;2" is not a number: is the delimiter ";"?', {
      delimiter: ',',
    })
    await says('1,2\n3,"4\n5,6', ', line 2, column 1: the quoted cell that starts here is never closed')
    await says('"1"2,3\n', ', line 1, column 0: expected "," or the end of the line after the closing quote, found "2"')
    await says('1,1e39\n', ', line 1, column 1: "1e39" is beyond what float32 holds', { dtype: 'float32' })
    await says('1,1e309\n', ', line 1, column 1: "1e309" is beyond what float64 holds')
    await says('1,1e309\n', ', line 1, column 1: "1e309" is beyond what float64 holds', { dtype: 'float64' })
    for (const text of ['256', '-1', '0.5']) {
      await says(`1,${text}\n`, `, line 1, column 1: "${text}" is not a whole number from 0 to 255`, { dtype: 'uint8' })
    }
    await says('1,-2\n', ', line 1, column 1: the label "-2" is not a class number (a whole number from 0)', {
      label: 1,
    })
    const cats = { label: 1, labelNames: ['cat', 'dog'] }
    await says('1,cat\n2,cow\n', ', line 2, column 1: the label "cow" is not one of labelNames: "cat", "dog"', cats)
    await says('a,b\n1,2\n', ', line 1: there is no column "c", the columns are "a", "b"', { label: 'c' })
    await says('1,2\n', ', line 1: there is no column 2, columns go from 0 to 1', { label: 2 })
    await says('1,2\n', ', line 1: there is no column 2, columns go from 0 to 1', { label: '2' })
    await says('a,b\n1,2\n', ', line 1: column "a" (0) cannot be both the label and an input', {
      label: 'a',
      inputs: ['b', 0],
    })
    await says(
      '5.1,setosa\n',
      ', line 1: "5.1" is a number but "setosa" is not: say with the option header whether this line is one',
    )
  })

  it('counts lines within quotes, and keeps quotes within unquoted text', async () => {
    const path = file('y,n\n"a\nb",1\n5" pipe,2\na,x\n')
    const options = { label: 'y', labelNames: ['a\nb', '5" pipe', 'a'] }
    expect(await failure(readCsv(path, options))).toBe(
      `DataError: ${path}, line 5, column "n" (1): "x" is not a number`,
    )
  })

  it('refuses options that make no sense', async () => {
    const says = async (options: object, sentence: string) => {
      expect(await failure(readCsv('x.csv', options))).toBe(`OptionError: ${sentence}`)
    }
    await says(
      { lable: 1 },
      'unknown CSV option "lable"; known: label, labelNames, targets, inputs, inputNames, dtype, scale, shard, limit, signal, header, delimiter, decimal',
    )
    await says({ delimiter: ' ' }, 'delimiter must be ",", ";", "\\t" or "|", not " "')
    await says({ delimiter: ';', decimal: ';' }, 'decimal must be "." or ",", not ";"')
    const together = 'decimal "," needs a delimiter other than ",", which would divide the numbers'
    await says({ decimal: ',' }, together)
    await says({ decimal: ',', delimiter: ',' }, together)
    await says({ label: 1, targets: [2] }, 'a dataset has labels or targets, not both')
    await says({ labelNames: ['a'] }, 'labelNames needs label: the column of the class names')
    await says({ inputs: [1.5] }, 'inputs[0] must be the name of a column, or its number from 0, not 1.5')
    await says({ limit: 0 }, 'limit must be a whole number of at least 1, not 0')
  })

  it('reads files longer than its chunks and its estimate, plain, gzip and from a stream', async () => {
    // Short lines first, so that the estimate is too high, or long ones, so that it is too low.
    const short = Array.from({ length: 60_000 }, (_, i) => `${i % 7},${i % 10}`)
    const long = Array.from({ length: 30_000 }, (_, i) => `${i}.25000000000000,000000000000${i % 10}`)
    for (const lines of [
      [...short, ...long],
      [...long, ...short],
    ]) {
      const text = lines.join('\n')
      const plain = await readCsv(file(text))
      expect(plain.rows).toBe(90_000)
      const numbers = lines.flatMap((line) => line.split(',').map(Number))
      expect(plain.inputs.findIndex((value, i) => value !== numbers[i])).toBe(-1)
      expect(plain.inputs.length).toBe(numbers.length)
      for (const other of [file(gzipSync(text)), Readable.from([text])]) {
        expect(Buffer.compare(Buffer.from((await readCsv(other)).inputs), Buffer.from(plain.inputs))).toBe(0)
      }
    }
  })

  it('closes its file, also after errors and a limit', async () => {
    const [good, bad] = [file('1,2\n3,4\n5,6'), file('1,2\n3,x')]
    const before = await openFiles()
    for (let i = 0; i < 3; i++) {
      expect((await readCsv(good, { limit: 2 })).rows).toBe(2)
      await failure(readCsv(bad))
      for await (const _ of streamCsv(good, { batchSize: 1 })) break
    }
    expect(await openFiles()).toBe(before)
  })
})

describe('readCsv, of cells that are not divided by commas', () => {
  const wine = 'acid;alcohol;quality\n7,93;11,034;6\n-7,5;"1"; 1234567890123456,5e-1\n'

  it('reads decimal commas where the option decimal says so, each as Number() reads the number with a point', async () => {
    const options = { delimiter: ';', decimal: ',', dtype: 'float64' } as const
    expect(lists(await read(wine, options))).toEqual({
      rows: [
        [7.93, 11.034, 6],
        [-7.5, 1, Number('123456789012345.65')],
      ],
    })
    expect(lists(await read(',5;1,\n+2,25;3\n', options))).toEqual({
      rows: [
        [0.5, 1],
        [2.25, 3],
      ],
    })
    expect(lists(await read('7,93|0\n8|1\n', { ...options, delimiter: '|', label: 1 }))).toEqual({
      rows: [[7.93], [8]],
      labels: [0, 1],
    })
  })

  it('refuses a number with the other decimal mark, or with marks between its thousands', async () => {
    const says = async (cell: string, decimal: '.' | ',' | undefined, sentence: string) => {
      const path = file(`a;b\n1;${cell}\n`)
      const place = `${path}, line 2, column "b" (1)`
      expect(await failure(readCsv(path, { delimiter: ';', decimal }))).toBe(`DataError: ${place}: ${sentence}`)
    }
    const comma = '"7,93" is not a number: if "," is the decimal mark, say so with the option decimal'
    await says('7,93', undefined, comma)
    await says('7,93', '.', comma)
    await says('1.234,5', undefined, '"1.234,5" is not a number')
    await says('1.234,5', ',', '"1.234,5" is not a number with a decimal comma, which has no points')
    await says('1.234', ',', '"1.234" is not a number with a decimal comma, which has no points')
    await says('1,234,5', ',', '"1,234,5" is not a number')
    await says('x', ',', '"x" is not a number')
  })

  it.each([
    ['a header', wine, ';'],
    ['a header with a comma in a name', wine.replace('acid', 'acid, fixed'), ';'],
    ['a first row with decimal commas', '7,93;11,034;6\n7,53;11,577;7\n', ';'],
    ['tabs', 'a\tb\n1\t2\n', '\\t'],
    ['bars', '1|2\n3|4\n', '|'],
  ])('asks for the delimiter where the first line looks divided by another one: %s', async (_, text, delimiter) => {
    const path = file(text)
    const sentence = `the cells look divided by "${delimiter}", not by ",": say so with the option delimiter`
    for (const options of [{}, { targets: ['quality'] }, { label: 1, labelNames: findLabelNames(), header: false }]) {
      expect(await failure(readCsv(path, options))).toBe(`DataError: ${path}, line 1: ${sentence}`)
    }
  })

  it('takes the delimiter of the options, and marks within quotes, as they are', async () => {
    expect(await read('a|b|c,d\n1,2\n', { delimiter: ',' })).toHaveProperty('width', 2)
    expect(await read('"a|b|c",d\n1,2\n')).toHaveProperty('width', 2)
    expect(await read('a|b,\tc\n1,\t2\n')).toHaveProperty('width', 2)
  })
})

describe('streamCsv', () => {
  it('gives batches, and the rows before one that cannot be read', async () => {
    const sizes: number[] = []
    const rows: number[] = []
    const drain = async () => {
      for await (const batch of streamCsv(Readable.from(['1\n2\n3', '\n4\n5\nx\n']), { batchSize: 2 })) {
        sizes.push(batch.rows)
        rows.push(...batch.inputs)
      }
    }
    expect(await failure(drain())).toBe('DataError: the stream, line 6, column 0: "x" is not a number')
    expect([sizes, rows]).toEqual([
      [2, 2, 1],
      [1, 2, 3, 4, 5],
    ])
  })

  it('stops when it is aborted, even while it waits for a chunk', async () => {
    const stop = new AbortController()
    async function* source() {
      yield '1\n2\n'
      stop.abort(new Error('enough'))
      await new Promise(() => undefined)
    }
    expect(await failure(readCsv(source(), { signal: stop.signal }))).toBe('Error: enough')
    const again = new AbortController()
    async function* failing() {
      yield '1\n2\n'
      again.abort(new Error('enough'))
      throw new Error('for nobody')
    }
    const unhandled: unknown[] = []
    const listen = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', listen)
    expect(await failure(readCsv(failing(), { signal: again.signal }))).toBe('Error: enough')
    await new Promise((resolve) => setTimeout(resolve, 5))
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
    expect(await failure(readCsv(file('1\n'), { signal: AbortSignal.abort(new Error('never')) }))).toBe('Error: never')
  })

  it('reads standard input by its name', () => {
    const program = `import { readCsv } from '#src/readers/csv'; await readCsv(process.stdin).catch((e) => console.log(e.message))`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      input: '1,2\n3\n',
      encoding: 'utf8',
    })
    expect(stdout).toBe('standard input, line 2: expected 2 cells, found 1\n')
  })

  it('refuses a line above the limit, compressed bytes and UTF-16', async () => {
    function* endless() {
      yield '1,2\n'
      for (;;) yield '3'.repeat(2 ** 18)
    }
    expect(await failure(readCsv(Readable.from(endless())))).toBe(
      'DataError: the stream, line 2: longer than the limit of 16777216 bytes',
    )
    expect(await failure(readCsv(Readable.from([gzipSync('1,2')])))).toBe(
      'DataError: the stream: begins like gzip, expected text: pipe it through createGunzip() of node:zlib',
    )
    expect(await failure(readCsv(Readable.from([Buffer.from('\ufeff1,2', 'utf16le')])))).toBe(
      'DataError: the stream: begins like UTF-16 text, expected UTF-8',
    )
  })
})
