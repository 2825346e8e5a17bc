/** Tests readers with damaged files. Each must be refused by an error that names file and place, or read as what its bytes say. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DescentError } from '#src/base/errors'
import { createRandom } from '#src/base/random'
import { temporaryFolder } from './files.js'

/** A reader of files, to be tested with damaged ones. */
export interface Reader {
  readonly name: string
  /** The bytes of an intact file. */
  readonly make: () => Promise<Buffer> | Buffer
  /** Reads a file. Resolves to a problem if the result does not agree with the bytes of the file. */
  readonly read: (path: string, bytes: Buffer) => Promise<string | undefined>
  /** The name of its files, if the reader depends on it. */
  readonly file?: string
  /** Other errors that are allowed, such as those of a library that names no place. */
  readonly place?: RegExp
  /** How much the peak memory of the process may grow, in MiB. Default 200. */
  readonly memory?: number
}

/** `npm run fuzz:readers` sets the full number of mutations. */
const full = process.env.DESCENT_FUZZ_READERS
const mutations = Number(full ?? 20)
const places = full ? 200 : 12
/** The most processor time for one file, in milliseconds. */
const longest = 1000

/** Matches a place in the file, or a fault of the whole file: it is empty, has no rows, or its header and its bytes disagree. */
const place =
  /line \d|byte \d|bytes? of|after \d+ bytes|row \d|layer \d+ has|tensor "|the tensor \S+ has|the (text|file) (is empty|has no rows)|begins as|ends at byte|begins with|must begin|offset \d|bytes of data|no \.npy|the limit|the model format "\d+"/

/** An array must have as many numbers as its shape says; a dataset, as many as rows and columns. */
export function wrongLength(
  what: string,
  shape: readonly number[],
  data: ArrayLike<number | bigint>,
): string | undefined {
  const length = shape.reduce((product, size) => product * size, 1)
  return length === data.length ? undefined : `${what} of shape ${shape} has ${data.length} numbers`
}

type Random = ReturnType<typeof createRandom>

/** Sizes and offsets that a careless reader believes. */
const extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff]

/** Replaces some bytes with others, or inserts others before them. */
function mutate(bytes: Buffer, random: Random): Buffer {
  const below = (limit: number) => Math.floor(random.uniform() * limit)
  const at = below(bytes.length + 1)
  const noise = Buffer.from(Array.from({ length: 1 + below(4) }, () => below(256)))
  const choice = below(6)
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
  if (choice === 4) part.copy(copy, Math.min(at, bytes.length - 1))
  else {
    const number = Buffer.alloc(8)
    number.writeUInt32LE(extremes[below(extremes.length)], 0)
    if (below(4) === 0) number.writeUInt32LE(extremes[below(extremes.length)], 4)
    number.copy(copy, Math.min(at, bytes.length - 1), 0, [1, 2, 4, 8][below(4)])
  }
  return copy
}

export function fuzzReaders(readers: readonly Reader[]): void {
  const folder = temporaryFolder()

  /** Reads bytes as a file. A problem, unless it is read correctly, or refused in time by an error that names file and place. */
  async function attempt(reader: Reader, bytes: Buffer): Promise<{ problem: string | undefined; took: number }> {
    const path = join(folder, reader.file ?? 'damaged')
    writeFileSync(path, bytes)
    const start = process.cpuUsage()
    const problem = await reader.read(path, bytes).catch((error: unknown) => {
      if (!(error instanceof DescentError)) return `throws ${error instanceof Error ? error.stack : String(error)}`
      const { message } = error
      const rest = message.replaceAll(path, '')
      const right = rest !== message && (place.test(rest) || reader.place?.test(rest))
      return right ? undefined : `says only "${message}"`
    })
    const { user, system } = process.cpuUsage(start)
    const took = (user + system) / 1000
    return { problem: took > longest ? `takes ${took} ms` : problem, took }
  }

  describe.each(readers)('$name', (reader) => {
    it('is read correctly if it is intact', async () => {
      const path = join(folder, reader.file ?? 'right')
      const bytes = await reader.make()
      writeFileSync(path, bytes)
      expect(await reader.read(path, bytes)).toBe(undefined)
    })

    it(`cut off at each of ${places} places, is refused or means what is there`, async () => {
      const whole = await reader.make()
      for (let i = 0; i < places; i++) {
        const length = Math.floor((i * whole.length) / places)
        const { problem } = await attempt(reader, whole.subarray(0, length))
        expect(problem, `cut off at byte ${length}`).toBe(undefined)
      }
    }, 600_000)

    it('changed anywhere, is refused or read as what its bytes say', async () => {
      const whole = await reader.make()
      const random = createRandom(1)
      const before = process.resourceUsage().maxRSS
      let slowest = 0
      for (let i = 0; i < mutations; i++) {
        let bytes = mutate(whole, random)
        if (random.uniform() < 0.3) bytes = mutate(bytes, random)
        let { problem, took } = await attempt(reader, bytes)
        // A slow file is slow twice. Once may be chance: threads of a library spin while they wait for a busy machine.
        if (took > longest) ({ problem, took } = await attempt(reader, bytes))
        if (problem) expect.fail(`mutation ${i}: ${problem}\nThe file in base64: ${bytes.toString('base64')}`)
        slowest = Math.max(slowest, took)
      }
      const grown = Math.round((process.resourceUsage().maxRSS - before) / 1024)
      if (full)
        process.stderr.write(`${reader.name}: the slowest of ${mutations} took ${slowest} ms; ${grown} MiB more\n`)
      expect(grown, 'MiB of memory').toBeLessThan(reader.memory ?? 200)
    }, 3_600_000)
  })
}

/** The bytes of the file that `write` creates. */
export async function bytesWritten(folder: string, write: (path: string) => Promise<unknown>): Promise<Buffer> {
  const path = join(folder, 'whole')
  await write(path)
  return readFileSync(path)
}
