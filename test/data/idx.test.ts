import { closeSync, ftruncateSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGzip, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type IdxContent, readIdx, readIdxArray, writeIdx } from '#src/data/idx'
import { failure, openFiles, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
let files = 0

/** A new file with these bytes. */
function file(...parts: (Uint8Array | number[])[]): string {
  const path = join(folder, `file-${files++}`)
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part))))
  return path
}

/** The header of an IDX file: a type code and sizes. */
function header(code: number, ...sizes: number[]): Buffer {
  const bytes = Buffer.from([0, 0, code, sizes.length, ...sizes.flatMap(() => [0, 0, 0, 0])])
  sizes.forEach((size, i) => {
    bytes.writeUInt32BE(size, 4 + 4 * i)
  })
  return bytes
}

async function written(content: IdxContent, extension = ''): Promise<string> {
  const path = join(folder, `file-${files++}${extension}`)
  await writeIdx(path, content)
  return path
}

const pictures = header(0x08, 2, 2, 3)
const pixels = [0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255]
const answers = header(0x08, 2)

describe('readIdxArray', () => {
  it('reads each type as LeCun defined it: big-endian, row-major', async () => {
    const cases: [Buffer, number[], string, ArrayLike<number>][] = [
      [header(0x08, 2), [0, 255], 'uint8', Uint8Array.of(0, 255)],
      [header(0x09, 2), [0x80, 0x7f], 'int8', Int8Array.of(-128, 127)],
      [header(0x0b, 2), [0x80, 0, 1, 2], 'int16', Int16Array.of(-32768, 258)],
      [header(0x0c, 1), [0xff, 0xff, 0xff, 0xfe], 'int32', Int32Array.of(-2)],
      [header(0x0d, 2), [0x3f, 0x80, 0, 0, 0xff, 0x80, 0, 0], 'float32', Float32Array.of(1, -Infinity)],
      [header(0x0e, 1), [0xc0, 0, 0, 0, 0, 0, 0, 0], 'float64', Float64Array.of(-2)],
    ]
    for (const [head, bytes, type, data] of cases) {
      const shape = [head.readUInt32BE(4)]
      expect(await readIdxArray(file(head, bytes))).toEqual({ type, shape, data })
      expect(await readIdxArray(file(gzipSync(Buffer.concat([head, Buffer.from(bytes)]))))).toEqual({
        type,
        shape,
        data,
      })
    }
  })

  it('reads arrays longer than the pieces in which numbers are converted', async () => {
    const data = Int32Array.from({ length: 300_001 }, (_, i) => i * 7919 - 2 ** 30)
    for (const extension of ['', '.gz']) {
      const path = await written({ shape: [300_001], data }, extension)
      const read = await readIdxArray(path)
      expect(read.data.length).toBe(300_001)
      expect(read.data.findIndex((value, i) => value !== data[i])).toBe(-1)
    }
  })

  it('reads an empty array and one of 255 dimensions', async () => {
    const none = { type: 'float64', shape: [0, 5], data: new Float64Array(0) }
    expect(await readIdxArray(file(header(0x0e, 0, 5)))).toEqual(none)
    const shape = Array<number>(255).fill(1)
    expect(await readIdxArray(file(header(0x08, ...shape), [9]))).toEqual({
      type: 'uint8',
      shape,
      data: Uint8Array.of(9),
    })
  })

  it('tells gzip by its first bytes, not by its name, and reads one of several members', async () => {
    const path = join(folder, 'plain.gz')
    writeFileSync(path, Buffer.concat([answers, Buffer.of(1, 2)]))
    const { data } = await readIdxArray(path)
    expect(data).toEqual(Uint8Array.of(1, 2))
    const members = await readIdxArray(file(gzipSync(answers), gzipSync(Buffer.of(1)), gzipSync(Buffer.of(2))))
    expect(members.data).toEqual(Uint8Array.of(1, 2))
  })

  it('says what is wrong with a header, and at which byte', async () => {
    const says = async (parts: (Uint8Array | number[])[], sentence: string) => {
      const path = file(...parts)
      expect(await failure(readIdxArray(path))).toBe(`DataError: ${path}: ${sentence}`)
    }
    await says([], 'the file is empty, an IDX file begins with a header')
    await says([gzipSync(Buffer.alloc(0))], 'the file is empty, an IDX file begins with a header')
    await says([[0x89, 0x50, 0x4e, 0x47]], 'byte 0 must be 0 in an IDX file, found 0x89')
    await says([[0, 7, 8, 1]], 'byte 1 must be 0 in an IDX file, found 0x07')
    await says(
      [[0, 0, 0x0a, 1]],
      'byte 2 must be an IDX type (0x08 uint8, 0x09 int8, 0x0b int16, 0x0c int32, 0x0d float32, 0x0e float64), found 0x0a',
    )
    await says([[0, 0, 8, 0, 1]], 'byte 3 must be a number of dimensions from 1 to 255, found 0')
    await says([[0, 0, 8]], 'the header of an IDX file has at least 8 bytes, the content ends at byte 3')
    await says([pictures.subarray(0, 15)], 'the header of 3 dimensions has 16 bytes, the content ends at byte 15')
  })

  it('compares the promised size with the bytes there', async () => {
    const promise = 'its header of 16 bytes promises 12 bytes of data (2 x 2 x 3 uint8)'
    const says = async (parts: (Uint8Array | number[])[], sentence: string) => {
      const path = file(...parts)
      expect(await failure(readIdxArray(path))).toBe(`DataError: ${path}: ${sentence}`)
    }
    const short = pixels.slice(1)
    const long = [...pixels, 0]
    const zip = (data: number[]) => gzipSync(Buffer.concat([pictures, Buffer.from(data)]))
    await says([pictures, short], `${promise}, the file has 11: it ends at byte 27 instead of 28`)
    await says([pictures, long], `${promise}, the file has 13: it ends at byte 29 instead of 28`)
    await says([zip(short)], `${promise}, the uncompressed content has 11: it ends at byte 27 instead of 28`)
    await says([zip(long)], `${promise}, the uncompressed content goes on after byte 28`)
    await says(
      [header(0x0e, 3, 2 ** 32 - 1), [1]],
      'its header of 12 bytes promises 103079215080 bytes of data (3 x 4294967295 float64), the file has 1: it ends at byte 13 instead of 103079215092',
    )
  })

  it('refuses sizes that no gzip of that length can hold, before memory is asked for', async () => {
    const path = file(gzipSync(Buffer.concat([header(0x08, 1000, 1000, 1000), Buffer.alloc(1000)])))
    const { length } = readFileSync(path)
    expect(await failure(readIdxArray(path))).toBe(
      `DataError: ${path}: its header of 16 bytes promises 1000000000 bytes of data (1000 x 1000 x 1000 uint8), but ${length} bytes of gzip hold at most ${length * 1032}`,
    )
    const huge = file(gzipSync(header(0x0e, ...Array<number>(255).fill(2 ** 32 - 1))))
    expect(await failure(readIdxArray(huge))).toContain(
      '(4294967295 x 4294967295 x 4294967295 x 4294967295 x 4294967295 x ... 255 dimensions float64), but ',
    )
  })

  it('reads zeros that gzip packed as tightly as it can', async () => {
    const content = Buffer.concat([header(0x08, 20_000_000), Buffer.alloc(20_000_000)])
    const { data } = await readIdxArray(file(gzipSync(content, { level: 9 })))
    expect(data.length).toBe(20_000_000)
  })

  it('does not unfold a gzip bomb behind the promised size', async () => {
    function* zeros() {
      yield header(0x08, 10)
      for (let i = 0; i < 300; i++) yield new Uint8Array(2 ** 20)
    }
    const path = file(await buffer(Readable.from(zeros()).pipe(createGzip({ level: 1 }))))
    const before = process.resourceUsage().maxRSS
    expect(await failure(readIdxArray(path))).toBe(
      `DataError: ${path}: its header of 8 bytes promises 10 bytes of data (10 uint8), the uncompressed content goes on after byte 18`,
    )
    expect(process.resourceUsage().maxRSS - before, 'KiB of memory').toBeLessThan(100_000)
  })

  it('fails at every byte where a file can be cut off, with its name', async () => {
    const plain = Buffer.concat([pictures, Buffer.from(pixels)])
    for (const whole of [plain, gzipSync(plain)]) {
      for (let length = 0; length < whole.length; length++) {
        const path = file(whole.subarray(0, length))
        expect(await failure(readIdxArray(path)), `cut at byte ${length}`).toContain(`DataError: ${path}: `)
      }
    }
  })

  it('reports damaged gzip', async () => {
    const zip = gzipSync(Buffer.concat([pictures, Buffer.from(pixels)]))
    const says = async (bytes: Uint8Array, sentence: string) => {
      const path = file(bytes)
      expect(await failure(readIdxArray(path))).toBe(`DataError: ${path}: ${sentence}`)
    }
    const checksum = Buffer.from(zip)
    checksum[zip.length - 8] ^= 1
    await says(
      checksum,
      `the gzip stream is damaged (incorrect data check) after 0 bytes of content; the file ends at byte ${zip.length}`,
    )
    await says(
      zip.subarray(0, -1),
      `the gzip stream is cut off after 28 bytes of content; the file ends at byte ${zip.length - 1}`,
    )
    await says(
      Buffer.concat([zip, Buffer.alloc(3)]),
      `the gzip stream ends at byte ${zip.length}, but the file goes on to byte ${zip.length + 3}`,
    )
    await says(
      Buffer.concat([zip, Buffer.from('garbage')]),
      `the gzip stream is damaged (incorrect header check) after 0 bytes of content; the file ends at byte ${zip.length + 7}`,
    )
  })

  it('reports what cannot be opened', async () => {
    const lost = join(folder, 'lost')
    expect(await failure(readIdxArray(lost))).toBe(`DataError: cannot read ${lost}: there is no such file`)
    expect(await failure(readIdxArray(folder))).toBe(`DataError: cannot read ${folder}: it is a folder`)
  })

  it('reports a file that is larger than memory', async ({ skip }) => {
    const path = join(folder, 'sparse')
    const size = 2 ** 42
    const descriptor = openSync(path, 'w')
    try {
      const head = header(0x0e, 2 ** 20, 2 ** 19)
      writeSync(descriptor, head)
      ftruncateSync(descriptor, head.length + size)
    } catch (error) {
      skip(`this file system does not hold a sparse file of 4 TiB: ${error}`)
    } finally {
      closeSync(descriptor)
    }
    const sentence = `DataError: ${path}: its ${size} bytes of data do not fit into this machine's memory`
    expect(await failure(readIdxArray(path))).toBe(sentence)
    expect(await failure(readIdx({ inputs: path }))).toBe(sentence)
    truncateSync(path)
  })

  it('closes its file, also after errors', async () => {
    const good = file(pictures, pixels)
    const zip = file(gzipSync(readFileSync(good)))
    const bad = file(pictures, pixels, [0])
    const badZip = file(gzipSync(readFileSync(bad)))
    const before = await openFiles()
    for (let i = 0; i < 5; i++) {
      await readIdxArray(good)
      await readIdxArray(zip)
      for (const path of [bad, badZip, file([1]), file([0x1f, 0x8b, 0])]) await failure(readIdxArray(path))
      await failure(readIdx({ inputs: good, labels: join(folder, 'lost') }))
      await failure(readIdx({ inputs: zip, labels: zip }))
    }
    expect(await openFiles()).toBe(before)
  })
})

describe('readIdx', () => {
  it('keeps bytes as bytes in shared memory, flattens rows and scales them by 1/255', async () => {
    const labels = file(answers, [7, 200])
    for (const inputs of [file(pictures, pixels), file(gzipSync(Buffer.concat([pictures, Buffer.from(pixels)])))]) {
      const dataset = await readIdx({ inputs, labels })
      expect(dataset.inputs).toEqual(Uint8Array.from(pixels))
      expect(dataset.inputs.buffer).toBeInstanceOf(SharedArrayBuffer)
      expect(dataset.labels).toEqual(Int32Array.of(7, 200))
      expect([dataset.size, dataset.width, dataset.scale]).toEqual([2, 6, 1 / 255])
    }
  })

  it('holds each type exactly, and takes a scale', async () => {
    const cases = [
      [Int8Array.of(-128, 127), Float32Array],
      [Int16Array.of(-32768, 32767), Float32Array],
      [Int32Array.of(-(2 ** 31), 2 ** 31 - 1), Float64Array],
      [Float32Array.of(1.5, -0.1), Float32Array],
      [Float64Array.of(1.5, -0.1), Float64Array],
    ] as const
    for (const [data, Type] of cases) {
      const dataset = await readIdx({ inputs: await written({ shape: [1, 2], data }), scale: 0.5 })
      expect(dataset.inputs).toEqual(Type.from(data))
      expect([dataset.size, dataset.width, dataset.scale, dataset.labels]).toEqual([1, 2, 0.5, undefined])
    }
  })

  it('reads labels of every whole type', async () => {
    const inputs = file(pictures, pixels)
    for (const Type of [Uint8Array, Int8Array, Int16Array, Int32Array]) {
      const labels = await written({ shape: [2], data: Type.of(3, 100) }, '.gz')
      expect((await readIdx({ inputs, labels })).labels).toEqual(Int32Array.of(3, 100))
    }
  })

  it('looks at the end of both files, unless a limit leaves it unread', async () => {
    const zip = (bytes: Buffer) => {
      bytes = gzipSync(bytes)
      bytes[bytes.length - 8] ^= 1
      return file(bytes)
    }
    const [inputs, labels] = [file(pictures, pixels), file(answers, [7, 8])]
    const long = file(gzipSync(Buffer.concat([pictures, Buffer.from(pixels), Buffer.of(0)])))
    const longLabels = file(gzipSync(Buffer.concat([answers, Buffer.of(7, 8, 0)])))
    expect(await failure(readIdx({ inputs: long, labels }))).toContain(`${long}: its header of 16 bytes promises 12`)
    expect(await failure(readIdx({ inputs, labels: longLabels }))).toContain(`${longLabels}: its header of 8 bytes`)
    const damaged = zip(Buffer.concat([pictures, Buffer.from(pixels)]))
    expect(await failure(readIdx({ inputs: damaged, labels }))).toContain('is damaged (incorrect data check)')
    expect((await readIdx({ inputs: long, labels: longLabels, limit: 1 })).size).toBe(1)
  })

  it('takes no more rows than the limit', async () => {
    const files = { inputs: file(pictures, pixels), labels: file(answers, [7, 8]) }
    const one = await readIdx({ ...files, limit: 1 })
    expect(one.inputs).toEqual(Uint8Array.from(pixels.slice(0, 6)))
    expect(one.labels).toEqual(Int32Array.of(7))
    expect((await readIdx({ ...files, limit: 3 })).size).toBe(2)
    const floats = await written({ shape: [2, 2], data: Float32Array.of(1, 2, 3, Number.NaN) })
    expect((await readIdx({ inputs: floats, limit: 1 })).inputs).toEqual(Float32Array.of(1, 2))
  })

  it('refuses files that do not fit together', async () => {
    const inputs = file(pictures, pixels)
    const labels = file(answers, [7, 8])
    const three = file(header(0x08, 3), [1, 2, 3])
    expect(await failure(readIdx({ inputs, labels: three }))).toBe(
      `DataError: ${inputs} has 2 rows, but ${three} has 3 labels`,
    )
    expect(await failure(readIdx({ inputs: labels, labels: inputs }))).toBe(
      `DataError: ${labels}: a file of inputs has at least 2 dimensions, this one has 1 (2 uint8): is it a file of labels?`,
    )
    expect(await failure(readIdx({ inputs, labels: inputs }))).toBe(
      `DataError: ${inputs}: a file of labels has 1 dimension, this one has 3 (2 x 2 x 3 uint8): is it a file of inputs?`,
    )
    const floats = await written({ shape: [2], data: Float32Array.of(1, 2) })
    expect(await failure(readIdx({ inputs, labels: floats }))).toBe(
      `DataError: ${floats}: labels must be whole numbers, not float32`,
    )
    const noRows = file(header(0x08, 0, 28, 28))
    expect(await failure(readIdx({ inputs: noRows }))).toBe(
      `DataError: ${noRows}: the file has no rows (0 x 28 x 28 uint8)`,
    )
    const noWidth = file(header(0x08, 10, 0, 28))
    expect(await failure(readIdx({ inputs: noWidth }))).toBe(
      `DataError: ${noWidth}: the rows have no numbers (10 x 0 x 28 uint8)`,
    )
  })

  it('refuses numbers that are not finite and labels below 0, and says where they are', async () => {
    const data = new Float64Array(300_000).fill(1)
    data[200_003] = Number.NaN
    const inputs = await written({ shape: [100_000, 3], data })
    expect(await failure(readIdx({ inputs }))).toBe(
      `DataError: ${inputs}: NaN at row 66667, column 2 (byte 1600036): every input must be finite`,
    )
    const infinite = await written({ shape: [1, 2], data: Float32Array.of(0, -Infinity) })
    expect(await failure(readIdx({ inputs: infinite }))).toBe(
      `DataError: ${infinite}: -Infinity at row 0, column 1 (byte 16): every input must be finite`,
    )
    const labels = await written({ shape: [2], data: Int16Array.of(0, -1) })
    expect(await failure(readIdx({ inputs: file(pictures, pixels), labels }))).toBe(
      `DataError: ${labels}: label -1 at row 1 (byte 10) must be at least 0`,
    )
  })

  it('refuses options that it does not know or cannot use', async () => {
    const inputs = file(pictures, pixels)
    // @ts-expect-error: the type forbids it
    expect(await failure(readIdx({ inputs, images: inputs }))).toBe(
      'OptionError: unknown IDX option "images"; known: inputs, labels, scale, limit',
    )
    // @ts-expect-error: the type forbids it
    expect(await failure(readIdx({}))).toBe('OptionError: path must be the path of a file, not undefined')
    expect(await failure(readIdx({ inputs, limit: 0 }))).toBe(
      'OptionError: limit must be a whole number of at least 1, not 0',
    )
    expect(await failure(readIdx({ inputs, scale: 0 }))).toBe(
      'OptionError: scale must be a finite number other than 0, not 0',
    )
  })
})

describe('writeIdx', () => {
  it('writes the bytes that LeCun defined', async () => {
    const path = await written({ shape: [1, 2], data: Int16Array.of(258, -2) })
    expect([...readFileSync(path)]).toEqual([0, 0, 0x0b, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 0xff, 0xfe])
    const packed = await written({ shape: [1, 2], data: Int16Array.of(258, -2) }, '.gz')
    expect(readFileSync(packed)).toEqual(gzipSync(readFileSync(path)))
  })

  it('copies the numbers when it is called, a Buffer too, and leaves them as they are', async () => {
    // Buffer.from takes its memory from a pool that others share.
    for (const data of [Uint8Array.of(1, 2, 3), Buffer.from([1, 2, 3]), Float64Array.of(1, 2, 3)]) {
      const path = join(folder, `file-${files++}`)
      const promise = writeIdx(path, { shape: [3], data })
      expect([...data]).toEqual([1, 2, 3])
      data.fill(0)
      await promise
      expect([...(await readIdxArray(path)).data]).toEqual([1, 2, 3])
    }
  })

  it('writes again what was read', async () => {
    const path = await written({ shape: [2, 1], data: Float32Array.of(1.5, Number.NaN) })
    const again = await written(await readIdxArray(path))
    expect(readFileSync(again)).toEqual(readFileSync(path))
  })

  it('refuses content that disagrees with itself', async () => {
    const says = async (content: object, sentence: string) =>
      expect(await failure(writeIdx(join(folder, 'never'), content as IdxContent))).toBe(`OptionError: ${sentence}`)
    const data = Uint8Array.of(1, 2)
    await says({ shape: [3], data }, 'data must have 3 numbers (shape 3), not 2')
    await says({ shape: [], data }, 'shape must be 1 to 255 sizes, not []')
    await says({ shape: [-2, -1], data }, 'every size in shape must be a whole number from 0 to 4294967295, not -2')
    await says({ shape: [2], data, type: 'int8' }, 'type must be the type of the data, uint8, not "int8"')
    await says(
      { shape: [2], data: [1, 2] },
      'data must be a Uint8Array, Int8Array, Int16Array, Int32Array, Float32Array or Float64Array, not [1, 2]',
    )
    await says({ shape: [2], data, scale: 1 }, 'unknown IDX content option "scale"; known: type, shape, data')
    const lost = join(folder, 'lost', 'a.idx')
    expect(await failure(writeIdx(lost, { shape: [2], data }))).toBe(
      `DataError: cannot write ${lost}: there is no folder ${join(folder, 'lost')}`,
    )
  })
})
