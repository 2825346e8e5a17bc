import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readCsv } from '#src/data/csv'
import type { Dataset } from '#src/data/dataset'
import { readIdxArray, writeIdx } from '#src/data/idx'
import { readNdjson } from '#src/data/ndjson'
import { readNpy, writeNpy } from '#src/data/npy'
import { readNpz, writeNpz } from '#src/data/npz'
import { DescentError } from '#src/errors'
import { readSafetensors, writeSafetensors } from '#src/model/safetensors'
import { createRandom } from '#src/random'
import { temporaryFolder } from '../support/files.js'

/** `npm run fuzz:readers` sets the full number of mutations. */
const mutations = Number(process.env.DESCENT_FUZZ_READERS ?? 80)
const places = process.env.DESCENT_FUZZ_READERS ? 200 : 40
const folder = temporaryFolder()

/** A reader of files, held to what its format says of damaged ones. */
interface Reader {
  readonly name: string
  /** The bytes of a file that is right. */
  readonly make: () => Promise<Buffer> | Buffer
  /** Reads it; resolves to the problem that what was read does not agree with the bytes that are there. */
  readonly read: (path: string, bytes: Buffer) => Promise<string | undefined>
}

async function written(write: (path: string) => Promise<void>): Promise<Buffer> {
  const path = join(folder, 'whole')
  await write(path)
  return readFileSync(path)
}

const numbers = Float32Array.from({ length: 60 }, (_, i) => i / 7 - 3)
const lines = Array.from({ length: 20 }, (_, row) => [row, row / 3, -row * 1e-7, 1000 * row])

/** Numbers of an array as many as its shape says, and in a dataset as many as rows and columns. */
function wrongLength(what: string, shape: readonly number[], data: ArrayLike<number | bigint>): string | undefined {
  const length = shape.reduce((product, size) => product * size, 1)
  return length === data.length ? undefined : `${what} of shape ${shape} has ${data.length} numbers`
}

/** A text of lines, by a plain second implementation: as many rows, and each number as JavaScript reads it. */
function wrongRows(
  { inputs, size, width }: Dataset,
  bytes: Buffer,
  parse: (line: string) => unknown[],
): string | undefined {
  const text = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/[\r\n]+$/, '')
  const rows = text.split(/\n/).map((line) => line.replace(/\r$/, ''))
  const values = rows.map(parse).filter((row, i) => i > 0 || row.every((value) => !Number.isNaN(value)))
  if (values.length !== size) return `${size} rows of ${values.length}`
  const flat = values.flat().map((value) => Math.fround(Number(value)))
  if (flat.length !== size * width) return `${size * width} numbers of ${flat.length}`
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
      const { size, width, inputs } = await readCsv(path, { header: true })
      return wrongLength('the dataset', [size, width], inputs)
    },
  },
  {
    name: 'CSV in gzip',
    make: () => gzipSync(lines.map((row) => row.join(',')).join('\n')),
    read: async (path, bytes) => {
      const { size, width } = await readCsv(path)
      // Only bytes that gzip has no use for, such as the time of the file, can be others.
      return (size === lines.length && width === 4) || bytes[0] !== 0x1f ? undefined : `${size} x ${width}`
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
    name: 'safetensors',
    make: () =>
      written((path) =>
        writeSafetensors(path, {
          tensors: {
            w: { dtype: 'F32', shape: [5, 12], data: numbers },
            b: { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) },
          },
          metadata: { format: 'pt' },
        }),
      ),
    read: async (path) => {
      const { tensors } = await readSafetensors(path)
      return Object.entries(tensors)
        .map(([name, { shape, data }]) => wrongLength(name, shape, data))
        .find(Boolean)
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
      // The name may be another one; the numbers are held by the checksum.
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

/** Reads bytes as a file: a problem, unless it is read right or refused in time by an error that names file and place. */
async function attempt(reader: Reader, bytes: Buffer): Promise<string | undefined> {
  const path = join(folder, 'damaged')
  writeFileSync(path, bytes)
  const start = process.cpuUsage()
  const problem = await reader.read(path, bytes).catch((error: unknown) => {
    if (!(error instanceof DescentError)) return `throws ${error instanceof Error ? error.stack : String(error)}`
    const { message } = error
    return message.includes(path) && place.test(message.replaceAll(path, '')) ? undefined : `says only "${message}"`
  })
  const { user, system } = process.cpuUsage(start)
  return user + system > 1e6 ? `takes ${(user + system) / 1000} ms` : problem
}

/** A place, or all of the file: it is empty, has no rows, or its header and its bytes do not agree. */
const place =
  /line \d|byte \d|bytes? of|after \d+ bytes|row \d|tensor "|the (text|file) (is empty|has no rows)|begins as|ends at byte|begins with|must begin|offset \d|bytes of data|no \.npy|the limit/

function mutate(bytes: Buffer, random: ReturnType<typeof createRandom>): Buffer {
  const below = (limit: number) => Math.floor(random.uniform() * limit)
  const at = below(bytes.length + 1)
  const noise = Buffer.from(Array.from({ length: 1 + below(4) }, () => below(256)))
  const choice = below(5)
  if (choice === 0) {
    const copy = Buffer.from(bytes)
    copy[below(bytes.length)] ^= 1 << below(8)
    return copy
  }
  if (choice === 1) return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)])
  if (choice === 2) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(8))])
  const from = below(bytes.length)
  const part = bytes.subarray(from, from + 1 + below(24))
  if (choice === 3) return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)])
  const copy = Buffer.from(bytes)
  part.copy(copy, Math.min(at, bytes.length - 1))
  return copy
}

describe.each(readers)('$name', (reader) => {
  it('is read right as it is', async () => {
    const path = join(folder, 'right')
    const bytes = await reader.make()
    writeFileSync(path, bytes)
    expect(await reader.read(path, bytes)).toBe(undefined)
  })

  it(`cut off at each of ${places} places, is refused or means what is there`, async () => {
    const whole = await reader.make()
    for (let i = 0; i < places; i++) {
      const length = Math.floor((i * whole.length) / places)
      expect(await attempt(reader, whole.subarray(0, length)), `cut off at byte ${length}`).toBe(undefined)
    }
  }, 600_000)

  it('changed anywhere, is refused or means what is there', async () => {
    const whole = await reader.make()
    const random = createRandom(1)
    const before = process.resourceUsage().maxRSS
    for (let i = 0; i < mutations; i++) {
      let bytes = mutate(whole, random)
      if (random.uniform() < 0.3) bytes = mutate(bytes, random)
      const problem = await attempt(reader, bytes)
      if (problem) expect.fail(`mutation ${i}: ${problem}\n${bytes.toString('latin1')}`)
    }
    expect(process.resourceUsage().maxRSS - before, 'KiB of memory').toBeLessThan(200_000)
  }, 600_000)
})
