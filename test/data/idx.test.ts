import { closeSync, ftruncateSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGzip, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readIdx, readIdxArray } from '#src/data/idx'
import { failure, openFiles } from '../support/files.js'
import { answers, file, folder, header, pictures, pixels, written } from '../support/idx-files.js'

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

  it('reads arrays longer than one chunk of converted numbers', async () => {
    const data = Int32Array.from({ length: 300_001 }, (_, i) => i * 7919 - 2 ** 30)
    for (const extension of ['', '.gz']) {
      const path = await written({ shape: [300_001], data }, extension)
      const read = await readIdxArray(path)
      expect(read.data.length).toBe(300_001)
      expect(read.data.findIndex((value, i) => value !== data[i])).toBe(-1)
    }
  })

  it('reads an empty array and an array of 255 dimensions', async () => {
    const none = { type: 'float64', shape: [0, 5], data: new Float64Array(0) }
    expect(await readIdxArray(file(header(0x0e, 0, 5)))).toEqual(none)
    const shape = Array<number>(255).fill(1)
    expect(await readIdxArray(file(header(0x08, ...shape), [9]))).toEqual({
      type: 'uint8',
      shape,
      data: Uint8Array.of(9),
    })
  })

  it('recognizes gzip by its first bytes, not its name, and reads gzip files of several members', async () => {
    const path = join(folder, 'plain.gz')
    writeFileSync(path, Buffer.concat([answers, Buffer.of(1, 2)]))
    const { data } = await readIdxArray(path)
    expect(data).toEqual(Uint8Array.of(1, 2))
    const members = await readIdxArray(file(gzipSync(answers), gzipSync(Buffer.of(1)), gzipSync(Buffer.of(2))))
    expect(members.data).toEqual(Uint8Array.of(1, 2))
  })

  it('says what is wrong with a header and at which byte', async () => {
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

  it('compares the promised size with the size of the file', async () => {
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

  it('refuses sizes that no gzip file of that length can hold, before it allocates memory', async () => {
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

  it('reads zeros compressed at the highest ratio', async () => {
    const content = Buffer.concat([header(0x08, 20_000_000), Buffer.alloc(20_000_000)])
    const { data } = await readIdxArray(file(gzipSync(content, { level: 9 })))
    expect(data.length).toBe(20_000_000)
  })

  it('does not uncompress a gzip bomb beyond the promised size', async () => {
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

  it('names the file when it is truncated, at any byte', async () => {
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

  it('reports files that cannot be opened', async () => {
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
