import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { DataError } from '#src/base/errors'
import { Dataset } from '#src/data/dataset'
import { type NpyDtype, readNpy, streamNpy, writeNpy } from '#src/readers/npy'
import { type NpzOptions, readNpz, writeNpz } from '#src/readers/npz'
import { encodeZip } from '#src/readers/zip/encode'
import { failure, openFiles, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const fixtures = join(import.meta.dirname, '../fixtures/npy')
const expected: Record<string, { dtype: NpyDtype; shape: number[]; data: number[] }> = JSON.parse(
  readFileSync(join(fixtures, 'expected.json'), 'utf8'),
)
let files = 0
const newPath = (ending = '.npy') => join(folder, `${files++}${ending}`)

/** An .npy file of version 1.0 with this header and data. */
function file(header: string, ...data: number[]): string {
  const path = newPath()
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8])
  writeFileSync(path, Buffer.concat([start, Buffer.from(header, 'latin1'), Buffer.from(data)]))
  return path
}

describe('readNpy', () => {
  it.each(Object.entries(expected))(
    'reads %s as NumPy wrote it, plain and gzip',
    async (name, { dtype, shape, data }) => {
      const path = join(fixtures, `${name}.npy`)
      const zipped = newPath('.npy.gz')
      writeFileSync(zipped, gzipSync(readFileSync(path)))
      for (const each of [path, zipped]) {
        const array = await readNpy(each)
        expect([array.dtype, array.shape]).toEqual([dtype, shape])
        expect(Float64Array.from(array.data)).toEqual(Float64Array.from(data))
      }
    },
  )

  it('knows infinities, NaN and the smallest numbers of float16', async () => {
    const bits = [0x7c00, 0xfc00, 0x7e00, 0x0001, 0x03ff, 0x0400, 0x8000]
    const path = file(
      "{'descr': '>f2', 'fortran_order': False, 'shape': (7,)}",
      ...bits.flatMap((b) => [b >> 8, b & 255]),
    )
    expect((await readNpy(path)).data).toEqual(
      Float32Array.of(Infinity, -Infinity, Number.NaN, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, -0),
    )
  })

  it('reports what it does not support', async () => {
    const says = async (name: string, sentence: string) => {
      const path = join(fixtures, name)
      expect(await failure(readNpy(path))).toBe(`DataError: ${path}: ${sentence}`)
    }
    const types = 'bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, float32, float64'
    await says('text.npy', `byte 20: the type "<U2" is not one of ${types}`)
    await says(
      'record.npy',
      `byte 20: expected the type of the numbers, such as '<f4' (no records, no objects), found "[('x', '<f4'), ('y',"`,
    )
    await says(
      'beyond.npy',
      'byte 136: 9007199254740992 is beyond 2^53 - 1, the largest whole number that is exact here',
    )
  })

  it('reports what is wrong with a header, and at which byte', async () => {
    const says = async (path: string, sentence: string) => {
      expect(await failure(readNpy(path))).toBe(`DataError: ${path}: ${sentence}`)
    }
    const none = newPath()
    writeFileSync(none, 'P5 2 2 255')
    await says(none, 'an .npy file begins with 0x934e554d5059 and a version of two bytes, found 0x503520322032')
    const descr = "'descr': '|u1'"
    const order = "'fortran_order': False"
    const shape = "'shape': (2,)"
    await says(file(`{${descr}, ${order}}`, 1, 2), "byte 10: the header lacks 'shape'")
    await says(
      file(`{${descr}, ${descr}}`),
      `byte 27: expected each of 'descr', 'fortran_order' and 'shape' once, found "'descr': '|u1'}"`,
    )
    await says(
      file(`{${descr}, ${order}, ${shape}} 1`),
      'byte 66: expected nothing but blanks after the dictionary, found "1"',
    )
    await says(
      file(`{${descr}, ${order}, 'shape': (2, -1)}`),
      'byte 60: expected a shape such as (2, 3), found "(2, -1)}"',
    )
    await says(file(`__import__('os')`), `byte 10: expected a Python dictionary, found "__import__('os')"`)
    await says(
      file(`{${descr}, ${order}, 'shape': (3, 99999999999)}`, 1),
      'its header of 77 bytes declares 299999999997 bytes of data (3 x 99999999999 uint8), the content has 1: it ends at byte 78 instead of 300000000074',
    )
    await says(
      file(`{${descr}, ${order}, ${shape}}`, 1, 2, 3),
      'its header of 65 bytes declares 2 bytes of data (2 uint8), the content has 3: it ends at byte 68 instead of 67',
    )
  })
})

describe('writeNpy and writeNpz', () => {
  it('write byte by byte what NumPy writes', async () => {
    for (const [name, { dtype, shape }] of Object.entries(expected)) {
      if (!/-little-C|version-1|scalar|empty/.test(name) || dtype === 'float16') continue
      const { data } = await readNpy(join(fixtures, `${name}.npy`))
      const path = newPath()
      await writeNpy(path, { dtype, shape, data })
      expect(readFileSync(path), name).toEqual(readFileSync(join(fixtures, `${name}.npy`)))
    }
  })

  it('give NumPy an .npz that it reads', async ({ skip }) => {
    const python = '/usr/bin/python3'
    if (!existsSync(python) || spawnSync(python, ['-c', 'import numpy']).status !== 0)
      skip('no python3 with NumPy here')
    const path = newPath('.npz')
    await writeNpz(path, {
      'layers.0.weight': { shape: [2, 2], data: Float32Array.of(1, 2.5, -3, 4) },
      labels: { shape: [3], data: Float64Array.of(1, 2, 3), dtype: 'int64' },
    })
    const program =
      'import numpy, sys; f = numpy.load(sys.argv[1]); print([(k, f[k].dtype.str, f[k].tolist()) for k in f.files])'
    const { stdout } = spawnSync(python, ['-c', program, path], { encoding: 'utf8' })
    expect(stdout).toBe("[('layers.0.weight', '<f4', [[1.0, 2.5], [-3.0, 4.0]]), ('labels', '<i8', [1, 2, 3])]\n")
  })

  it('refuse what does not fit together', async () => {
    const path = newPath()
    const data = Float64Array.of(1, 2.5)
    expect(await failure(writeNpy(path, { shape: [3], data }))).toBe(
      'OptionError: npy data must have 3 numbers (shape [3]), not 2',
    )
    expect(await failure(writeNpy(path, { shape: [2], data, dtype: 'int64' }))).toBe(
      'OptionError: npy data has 2.5 at place 1, which int64 cannot hold',
    )
    expect(await failure(writeNpz(path, { a: { shape: [2], data, dtype: 'int8' } }))).toBe(
      'OptionError: "a" dtype must be a dtype that a Float64Array can be written as, not "int8"',
    )
    expect(existsSync(path)).toBe(false)
  })
})

/** A zip file of deflated files. */
function deflated(files: readonly (readonly [name: string, content: Uint8Array])[]): Buffer {
  const chunks: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of files) {
    const bytes = deflateRawSync(content)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(bytes.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(name.length, 22)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    const start = chunks.length
    chunks.push(Buffer.from('PK\x03\x04'), common, Buffer.from(name), bytes)
    directory.push(Buffer.from('PK\x01\x02\x14\0'), common, place, Buffer.from(name))
    for (const chunk of chunks.slice(start)) offset += chunk.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...chunks, listed, end])
}

describe('readNpz', () => {
  it('reads what numpy.savez and numpy.savez_compressed wrote', async () => {
    for (const name of ['stored', 'deflated']) {
      const { W1, labels, zeros } = await readNpz(join(fixtures, `${name}.npz`))
      expect([W1.dtype, W1.shape, labels.dtype, zeros.shape]).toEqual(['float32', [3, 4], 'int64', [20, 20]])
      expect(W1.data[0]).toBe(-1)
      expect(W1.data[1]).toBe(Math.fround(-1 + 2 / 11))
      expect(labels.data).toEqual(Float64Array.of(0, 1, 2, 3, 4))
      expect(new Dataset({ inputs: [[1], [2], [3], [4], [5]], labels: labels.data }).labels?.at(4)).toBe(4)
    }
  })

  /** An .npz file of two arrays of numbers, a text, a record, and an array of Python objects. */
  async function mixed(): Promise<string> {
    const path = newPath('.npz')
    const read = (name: string) => readFileSync(join(fixtures, `${name}.npy`))
    const objects = readFileSync(file("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", 0x80, 4, 0x2e))
    const content = { x: read('scalar'), text: read('text'), record: read('record'), objects, y: read('empty') }
    const zip = await encodeZip(Object.entries(content).map(([name, bytes]) => [`${name}.npy`, [bytes]]))
    writeFileSync(path, Buffer.concat(zip))
    return path
  }

  it('leaves out text, records and objects, and says why if one of them is asked for', async () => {
    const path = await mixed()
    const arrays = await readNpz(path)
    expect(arrays).toEqual({
      x: { dtype: 'float64', shape: [], data: Float64Array.of(7) },
      y: { dtype: 'float32', shape: [0, 4], data: new Float32Array(0) },
    })
    const types = 'bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, float32, float64'
    for (const [name, sentence] of [
      ['text', `the type "<U2" is not one of ${types}`],
      ['objects', `the type "|O" is not one of ${types}`],
      [
        'record',
        `expected the type of the numbers, such as '<f4' (no records, no objects), found "[('x', '<f4'), ('y',"`,
      ],
    ]) {
      const message = `${path}, "${name}.npy": byte 20: ${sentence}`
      expect(() => arrays[name]).toThrow(new DataError(message))
      expect(await failure(readNpz(path, { names: ['x', name] }))).toBe(`DataError: ${message}`)
    }
    expect(Object.keys(await readNpz(path, { names: ['y'] }))).toEqual(['y'])
    expect(await failure(readNpz(path, { names: ['z'] }))).toBe(`DataError: ${path}: there is no array "z"`)
    const wrong = { names: 'x' } as unknown as NpzOptions
    expect(await failure(readNpz(path, wrong))).toBe(
      'OptionError: names must be a list of the names of arrays, not "x"',
    )
  })

  it('detects damage in an array that it leaves out, but not in one that is not asked for', async () => {
    const path = await mixed()
    const bytes = readFileSync(path)
    bytes[bytes.indexOf('<U2') + 1] ^= 1
    writeFileSync(path, bytes)
    expect(await failure(readNpz(path))).toMatch(
      /, "text.npy": damaged: the CRC-32 of its 144 bytes from byte \d+ on is /,
    )
    expect(Object.keys(await readNpz(path, { names: ['x'] }))).toEqual(['x'])
  })

  it('reads thousands of deflated arrays, and says where one of them is damaged', async () => {
    const npy = (value: number) => {
      const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}"
      return readFileSync(file(header, value))
    }
    const zipped = deflated(Array.from({ length: 3000 }, (_, i) => [`a${i}.npy`, npy(i & 255)]))
    const path = newPath('.npz')
    writeFileSync(path, zipped)
    const arrays = await readNpz(path)
    expect(Object.keys(arrays)).toHaveLength(3000)
    expect(Object.entries(arrays).filter(([name, { data }]) => data[0] !== (Number(name.slice(1)) & 255))).toEqual([])
    // The first byte of the deflated content follows the header of 30 bytes and the name.
    zipped[zipped.indexOf('a7.npy') + 6] = 0xff
    writeFileSync(path, zipped)
    expect(await failure(readNpz(path))).toBe(
      `DataError: ${path}, "a7.npy": the deflated bytes are damaged (invalid block type) after 0 bytes of content; it is stored from byte ${zipped.indexOf('a7.npy') + 6} on`,
    )
  })

  it('detects every changed byte within the arrays by the checksum', async () => {
    const bytes = readFileSync(join(fixtures, 'stored.npz'))
    const path = newPath('.npz')
    const place = bytes.indexOf(Buffer.from(Float32Array.of(-1).buffer))
    bytes[place] ^= 1
    writeFileSync(path, bytes)
    expect(await failure(readNpz(path))).toMatch(
      /: damaged: the CRC-32 of its 176 bytes from byte \d+ on is 0x[0-9a-f]{8}, the directory says 0x[0-9a-f]{8}$/,
    )
  })

  it('reports that a file is not an .npz file, and closes it', async () => {
    const path = newPath('.npz')
    writeFileSync(path, Buffer.alloc(100))
    const before = await openFiles()
    expect(await failure(readNpz(path))).toBe(
      `DataError: ${path}: expected the end record of a zip file before byte 100, found none: is it cut off?`,
    )
    expect(await openFiles()).toBe(before)
  })
})

describe('streamNpy', () => {
  it('gives the rows in batches, bytes as bytes, with labels of a second file', async () => {
    const [inputs, labels] = [newPath(), newPath()]
    await writeNpy(inputs, { shape: [5, 1, 2], data: Uint8Array.from({ length: 10 }, (_, i) => i) })
    await writeNpy(labels, { shape: [5], data: Float64Array.of(4, 3, 2, 1, 0), dtype: 'int64' })
    const batches: Dataset[] = []
    for await (const batch of streamNpy(inputs, { labels, batchSize: 2, limit: 5 })) batches.push(batch)
    expect(batches.map(({ rows, width, scale }) => [rows, width, scale])).toEqual([
      [2, 2, 1 / 255],
      [2, 2, 1 / 255],
      [1, 2, 1 / 255],
    ])
    expect(batches.flatMap((batch) => [...batch.inputs])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(batches.flatMap((batch) => [...(batch.labels ?? [])])).toEqual([4, 3, 2, 1, 0])
  })

  it('reads at most `limit` rows, even if one batch could hold all', async () => {
    const inputs = newPath()
    await writeNpy(inputs, { shape: [5, 1], data: Uint8Array.of(1, 2, 3, 4, 5) })
    const batches: Dataset[] = []
    for await (const batch of streamNpy(inputs, { limit: 3 })) batches.push(batch)
    expect(batches.map((batch) => [...batch.inputs])).toEqual([[1, 2, 3]])
  })

  it('reports where an input is not finite, and which files do not match', async () => {
    const inputs = newPath()
    await writeNpy(inputs, { shape: [2, 2], data: Float32Array.of(1, 2, 3, Number.NaN) })
    const drain = async (options = {}) => {
      for await (const _ of streamNpy(inputs, options)) void _
    }
    expect(await failure(drain())).toBe(
      `DataError: ${inputs}: NaN at row 1, column 1 (byte 140): every input must be finite`,
    )
    const labels = newPath()
    await writeNpy(labels, { shape: [3], data: Uint8Array.of(1, 2, 3) })
    expect(await failure(drain({ labels }))).toBe(
      `DataError: ${labels}: expected 2 whole numbers, a label for each row of ${inputs}, found 3 uint8`,
    )
  })
})

it('fixtures are all tried', () => {
  const names = readdirSync(fixtures).filter((name) => name.endsWith('.npy')).length
  expect(names).toBe(Object.keys(expected).length + 3)
})
