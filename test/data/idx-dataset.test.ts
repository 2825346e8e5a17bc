import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type IdxContent, readIdx, readIdxArray, writeIdx } from '#src/data/idx'
import { failure } from '../support/files.js'
import { answers, file, folder, header, newPath, pictures, pixels, written } from '../support/idx-files.js'

describe('readIdx', () => {
  it('keeps bytes as bytes in shared memory, flattens rows and scales them by 1/255', async () => {
    const labels = file(answers, [7, 200])
    for (const inputs of [file(pictures, pixels), file(gzipSync(Buffer.concat([pictures, Buffer.from(pixels)])))]) {
      const dataset = await readIdx({ inputs, labels })
      expect(dataset.inputs).toEqual(Uint8Array.from(pixels))
      expect(dataset.inputs.buffer).toBeInstanceOf(SharedArrayBuffer)
      expect(dataset.labels).toEqual(Int32Array.of(7, 200))
      expect([dataset.rows, dataset.width, dataset.scale]).toEqual([2, 6, 1 / 255])
    }
  })

  it('represents each type exactly, and accepts a scale', async () => {
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
      expect([dataset.rows, dataset.width, dataset.scale, dataset.labels]).toEqual([1, 2, 0.5, undefined])
    }
  })

  it('reads labels of every integer type', async () => {
    const inputs = file(pictures, pixels)
    for (const Type of [Uint8Array, Int8Array, Int16Array, Int32Array]) {
      const labels = await written({ shape: [2], data: Type.of(3, 100) }, '.gz')
      expect((await readIdx({ inputs, labels })).labels).toEqual(Int32Array.of(3, 100))
    }
  })

  it('checks the ends of both files, unless a limit leaves them unread', async () => {
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
    expect((await readIdx({ inputs: long, labels: longLabels, limit: 1 })).rows).toBe(1)
  })

  it('reads no more rows than the limit', async () => {
    const files = { inputs: file(pictures, pixels), labels: file(answers, [7, 8]) }
    const one = await readIdx({ ...files, limit: 1 })
    expect(one.inputs).toEqual(Uint8Array.from(pixels.slice(0, 6)))
    expect(one.labels).toEqual(Int32Array.of(7))
    expect((await readIdx({ ...files, limit: 3 })).rows).toBe(2)
    const floats = await written({ shape: [2, 2], data: Float32Array.of(1, 2, 3, Number.NaN) })
    expect((await readIdx({ inputs: floats, limit: 1 })).inputs).toEqual(Float32Array.of(1, 2))
  })

  it('refuses files that do not match', async () => {
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

  it('refuses numbers that are not finite and negative labels, and says where they are', async () => {
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

  it('refuses unknown options and wrong values', async () => {
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

  it('copies the numbers when it is called, also those of a Buffer, and does not change them', async () => {
    // Buffer.from takes its memory from a pool that it shares with other buffers.
    for (const data of [Uint8Array.of(1, 2, 3), Buffer.from([1, 2, 3]), Float64Array.of(1, 2, 3)]) {
      const path = newPath()
      const promise = writeIdx(path, { shape: [3], data })
      expect([...data]).toEqual([1, 2, 3])
      data.fill(0)
      await promise
      expect([...(await readIdxArray(path)).data]).toEqual([1, 2, 3])
    }
  })

  it('writes the same bytes that were read', async () => {
    const path = await written({ shape: [2, 1], data: Float32Array.of(1.5, Number.NaN) })
    const again = await written(await readIdxArray(path))
    expect(readFileSync(again)).toEqual(readFileSync(path))
  })

  it('refuses content whose type, shape and data disagree', async () => {
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
