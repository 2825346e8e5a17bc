import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Dataset } from '#src/data/dataset'
import { readIdx, readIdxArray, writeIdx } from '#src/data/idx'
import { readCsv } from '#src/readers/csv'
import { readNdjson } from '#src/readers/ndjson'
import { readNpy, streamNpy, writeNpy } from '#src/readers/npy'
import { readNpz, writeNpz } from '#src/readers/npz'
import { temporaryFolder } from '../support/files.js'
import { bytesWritten, fuzzReaders, type Reader, wrongLength } from '../support/fuzz.js'

const folder = temporaryFolder()
const written = (write: (path: string) => Promise<unknown>) => bytesWritten(folder, write)
const numbers = Float32Array.from({ length: 60 }, (_, i) => i / 7 - 3)
const lines = Array.from({ length: 20 }, (_, row) => [row, row / 3, -row * 1e-7, 1000 * row])

/** Checks a text of lines against a plain second implementation: the same rows, and each number as JavaScript reads it. */
function wrongRows(
  { inputs, rows, width }: Dataset,
  bytes: Buffer,
  parse: (line: string) => unknown[],
): string | undefined {
  const text = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/[\r\n]+$/, '')
  const lines = text.split(/\n/).map((line) => line.replace(/\r$/, ''))
  const values = lines.map(parse).filter((row, i) => i > 0 || row.every((value) => !Number.isNaN(value)))
  if (values.length !== rows) return `${rows} rows of ${values.length}`
  const flat = values.flat().map(Number)
  if (flat.length !== rows * width) return `${rows * width} numbers of ${flat.length}`
  const place = flat.findIndex((value, i) => !Object.is(value, inputs[i]))
  return place < 0 ? undefined : `number ${place} is ${inputs[place]}, expected ${flat[place]}`
}

const cells = (line: string) =>
  line.split(',').map((cell) =>
    Number(
      cell
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .trim() || Number.NaN,
    ),
  )

const readers: Reader[] = [
  {
    name: 'CSV',
    make: () => Buffer.from(lines.map((row) => row.join(',')).join('\n')),
    read: async (path, bytes) => wrongRows(await readCsv(path), bytes, cells),
  },
  {
    name: 'CSV with a header and quotes',
    make: () =>
      Buffer.from(`a,"b, c",d,e\r\n${lines.map((row) => row.map((cell) => `"${cell}"`).join(',')).join('\r\n')}\r\n`),
    read: async (path) => {
      const { rows, width, inputs } = await readCsv(path, { header: true })
      return wrongLength('the dataset', [rows, width], inputs)
    },
  },
  {
    name: 'CSV in gzip',
    make: () => gzipSync(lines.map((row) => row.join(',')).join('\n')),
    read: async (path, bytes) => {
      const { rows, width } = await readCsv(path)
      // Only bytes that gzip does not use, such as the time of the file, can differ.
      return (rows === lines.length && width === 4) || bytes[0] !== 0x1f ? undefined : `${rows} x ${width}`
    },
  },
  {
    name: 'NDJSON of lists',
    make: () => Buffer.from(lines.map((row) => JSON.stringify(row)).join('\n')),
    read: async (path, bytes) => {
      const dataset = await readNdjson(path)
      return bytes[0] === 0x7b ? undefined : wrongRows(dataset, bytes, (line) => JSON.parse(line))
    },
  },
  {
    name: 'NDJSON of objects',
    make: () => Buffer.from(lines.map(([x, a, b, c]) => JSON.stringify({ x, list: [a, b, c] })).join('\n')),
    read: async (path, bytes) => {
      const dataset = await readNdjson(path, { inputs: 'list' })
      return wrongRows(dataset, bytes, (line) => JSON.parse(line).list)
    },
  },
  {
    name: 'IDX',
    make: () => written((path) => writeIdx(path, { shape: [5, 3, 4], data: numbers })),
    read: async (path) => {
      const { shape, data } = await readIdxArray(path)
      return wrongLength('the array', shape, data)
    },
  },
  {
    name: 'IDX in gzip',
    make: async () => gzipSync(await written((path) => writeIdx(path, { shape: [5, 3, 4], data: numbers }))),
    read: async (path) => {
      const { shape, data } = await readIdxArray(path)
      return wrongLength('the array', shape, data)
    },
  },
  {
    name: 'IDX of inputs and labels',
    make: () =>
      written((path) => writeIdx(path, { shape: [9, 4], data: Uint8Array.from({ length: 36 }, (_, i) => 7 * i) })),
    read: async (path) => {
      const { inputs, rows, width } = await readIdx({ inputs: path, limit: 9 })
      return wrongLength('the dataset', [rows, width], inputs)
    },
  },
  {
    name: '.npy',
    make: () => written((path) => writeNpy(path, { shape: [5, 12], data: numbers })),
    read: async (path) => {
      const { shape, data } = await readNpy(path)
      return wrongLength('the array', shape, data)
    },
  },
  {
    name: '.npy in batches',
    make: () => written((path) => writeNpy(path, { shape: [20, 3], data: numbers })),
    read: async (path, bytes) => {
      let total = 0
      for await (const { rows, width, inputs } of streamNpy(path, { batchSize: 7 })) {
        total += rows
        const wrong = wrongLength('a batch', [rows, width], inputs)
        if (wrong) return wrong
      }
      const promised = Number(/'shape'\s*:\s*\(\s*(\d+)/.exec(bytes.toString('latin1'))?.[1] ?? Number.NaN)
      return Number.isNaN(promised) || total === promised ? undefined : `${total} rows of ${promised}`
    },
  },
  ...['stored', 'deflated'].map((name) => ({
    name: `.npz, ${name}`,
    make: () => readFileSync(join(import.meta.dirname, `../fixtures/npy/${name}.npz`)),
    read: async (path: string) => wrongArrays(await readNpz(path)),
  })),
  {
    name: '.npz of our own',
    make: () => written((path) => writeNpz(path, { W1: { shape: [3, 4], data: numbers.slice(0, 12) } })),
    read: async (path) => {
      const { W1 } = await readNpz(path)
      // The name may differ; the checksum protects the numbers.
      return !W1 || Buffer.compare(Buffer.from(W1.data), Buffer.from(numbers.slice(0, 12))) === 0
        ? undefined
        : 'other numbers'
    },
  },
]

function wrongArrays(arrays: Awaited<ReturnType<typeof readNpz>>): string | undefined {
  if (Object.keys(arrays).length !== 3) return `${Object.keys(arrays).length} arrays of 3`
  const sum = arrays.labels ? Array.from(arrays.labels.data).reduce((total, label) => total + label, 0) : 10
  return sum === 10 ? undefined : `labels of sum ${sum}`
}

fuzzReaders(readers)
